import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSharedCache } from '../../infra/cache/create-shared-cache.js';
import { RedisSharedCache } from '../../infra/cache/redis-shared-cache.js';
import { SealedSharedCache } from '../../infra/cache/sealed-shared-cache.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { PgSharedCache } from '../../infra/postgres/cache/pg-shared-cache.js';
import { Database } from '../../infra/postgres/database.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import { describeWith } from '../harness/describe-with.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { findRedis } from '../harness/redis-binary.js';
import { type RedisServer, startRedis } from '../harness/redis.js';
import { sharedCacheContract } from './shared-cache.contract.js';

const redis = await findRedis();
const keyring = new Keyring([generateEncryptionKey()]);
const text = (value: Uint8Array | null): string => Buffer.from(value ?? []).toString();

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`PgSharedCache on ${postgres.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await postgres.start();
    });
    afterAll(() => database.close());
    sharedCacheContract(() => createSharedCache({ redisUrl: null, pool: database.pool, keyring, maxBytes: 1024 ** 2 }));

    it('lets the oldest go beyond its size', async () => {
      const cache = new PgSharedCache({ database: new Database(database.pool), maxBytes: 3_500 });
      await cache.clear('');
      for (let number = 0; number < 6; number++) await cache.set(`k${number}`, Buffer.alloc(1_000), 60_000);
      await cache.sweep();
      expect(await cache.size()).toEqual({ entries: 3, sizeBytes: 3_000 });
      expect((await cache.lookUp('k5', 1)).value).not.toBeNull();
    });
  });
}

describeWith([redis], 'RedisSharedCache', () => {
  let server: RedisServer;
  const opened: SharedCache[] = [];
  beforeAll(async () => {
    server = await startRedis(redis as { path: string });
    for (let number = 0; number < 3; number++) {
      const cache = new SealedSharedCache(new RedisSharedCache(server.url), keyring);
      await vi.waitFor(() => cache.ping(), { timeout: 10_000 });
      opened.push(cache);
    }
  });
  afterAll(async () => {
    for (const cache of opened) await cache.close();
    await server.stop();
  });
  let turn = 0;
  sharedCacheContract(() => opened[turn++ % opened.length]!);

  it('keeps sealed what is set, for its key alone', async () => {
    const bare = new RedisSharedCache(server.url);
    await vi.waitFor(() => bare.ping(), { timeout: 10_000 });
    const [cache] = opened;
    await cache!.set('a', Buffer.from('a secret answer'), 60_000);
    const { value } = await bare.lookUp('a', 1);
    expect(text(value)).not.toContain('secret');
    await bare.set('b', value!, 60_000);
    expect(await cache!.lookUp('b', 1)).toEqual({ value: null, claimed: true });
    expect(text((await cache!.lookUp('a', 1)).value)).toBe('a secret answer');
    await bare.close();
  });

  it('fails soon while the server is frozen or gone, and comes back by itself', async () => {
    const [cache] = opened;
    server.freeze();
    await expect(cache!.lookUp('x', 1)).rejects.toThrow('the shared cache does not answer');
    server.thaw();
    await vi.waitFor(() => cache!.ping(), { timeout: 20_000 });
    await server.kill9();
    await expect(cache!.lookUp('x', 1)).rejects.toThrow('the shared cache does not answer');
    await server.restart();
    await vi.waitFor(() => cache!.ping(), { timeout: 20_000 });
  });
});
