import type { Pool } from 'pg';
import type { RateStore } from '../../core/ports/rate-store.js';
import { Database } from '../postgres/database.js';
import { PgRateStore } from '../postgres/limits/pg-rate-store.js';
import { RedisRateStore } from './redis-rate-store.js';

/** What processes count requests by: Redis where there is one (`redisUrl`), else Postgres. */
export function createRateStore({ redisUrl, pool }: { redisUrl: string | null; pool: Pool }): RateStore {
  return redisUrl === null ? new PgRateStore(new Database(pool)) : new RedisRateStore(redisUrl);
}
