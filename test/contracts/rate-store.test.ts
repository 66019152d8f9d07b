import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MemoryRateStore } from '../../api/limits/memory-rate-store.js';
import type { RateStore } from '../../core/ports/rate-store.js';
import { RedisRateStore } from '../../infra/limits/redis-rate-store.js';
import { Database } from '../../infra/postgres/database.js';
import { PgRateStore } from '../../infra/postgres/limits/pg-rate-store.js';
import { describeWith } from '../harness/describe-with.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { findRedis } from '../harness/redis-binary.js';
import { type RedisServer, startRedis } from '../harness/redis.js';
import { rateStoreContract } from './rate-store.contract.js';

const redis = await findRedis();

describe('MemoryRateStore', () => {
  const store = new MemoryRateStore();
  rateStoreContract(() => store);

  it('counts the former window by the part that a window ending now still covers', async () => {
    let nowMs = 60_000 * 1_000;
    const clocked = new MemoryRateStore(() => nowMs);
    const limit = { requests: 60, windowSeconds: 60 };
    const take = async () => (await clocked.lease('key', limit, 60)).granted;
    expect(await take()).toBe(60);
    nowMs += 60_000;
    expect(await take()).toBe(0);
    nowMs += 15_000;
    expect(await take()).toBe(15);
    nowMs += 15_000;
    expect(await take()).toBe(15);
    nowMs += 5 * 60_000;
    expect(await take()).toBe(60);
  });
});

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`PgRateStore on ${postgres.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await postgres.start();
    });
    afterAll(() => database.close());
    rateStoreContract(() => new PgRateStore(new Database(database.pool)));
  });
}

describeWith([redis], 'RedisRateStore', () => {
  let server: RedisServer;
  const opened: RateStore[] = [];
  beforeAll(async () => {
    server = await startRedis(redis as { path: string });
    for (let number = 0; number < 3; number++) {
      const store = new RedisRateStore(server.url);
      await vi.waitFor(() => store.lease('there?', { requests: 1_000, windowSeconds: 1 }, 1), { timeout: 10_000 });
      opened.push(store);
    }
  });
  afterAll(async () => {
    for (const store of opened) await store.close();
    await server.stop();
  });
  let turn = 0;
  rateStoreContract(() => opened[turn++ % opened.length]!);

  it('fails soon while the server is frozen', async () => {
    server.freeze();
    await expect(opened[0]!.lease('x', { requests: 1, windowSeconds: 1 }, 1)).rejects.toThrow('no answer');
    server.thaw();
  });
});
