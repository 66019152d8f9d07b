import type { Pool } from 'pg';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import type { Keyring } from '../encryption/keyring.js';
import { PgSharedCache } from '../postgres/cache/pg-shared-cache.js';
import { Database } from '../postgres/database.js';
import { RedisSharedCache } from './redis-shared-cache.js';
import { SealedSharedCache } from './sealed-shared-cache.js';

export interface CreateSharedCacheInput {
  /** `null`: Postgres. */
  readonly redisUrl: string | null;
  readonly pool: Pool;
  readonly keyring: Keyring;
  /** Of the tier in Postgres. */
  readonly maxBytes: number;
}

/** The tier that all processes share: Redis where there is one, else Postgres; sealed in both. */
export function createSharedCache({ redisUrl, pool, keyring, maxBytes }: CreateSharedCacheInput): SharedCache {
  const store =
    redisUrl === null ? new PgSharedCache({ database: new Database(pool), maxBytes }) : new RedisSharedCache(redisUrl);
  return new SealedSharedCache(store, keyring);
}
