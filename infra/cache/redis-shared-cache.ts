import { RESP_TYPES } from '@redis/client';
import {
  type LookedUp,
  type SharedCache,
  type SharedCacheSize,
  SharedCacheUnavailable,
} from '../../core/ports/shared-cache.js';
import { withinRedisTimeout } from './redis-ask.js';
import { createRedisClient, type RedisClient } from './redis-client.js';

/** So that several deployments, and other programs, can share a server. */
const NAMESPACE = 'medindex:cache:';
const CLAIM = 'claim:';

/** The value, or 1 for a claim that was granted, or 0. */
const LOOK_UP = `
  local value = redis.call('GET', KEYS[1])
  if value then return value end
  if redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[1]) then return 1 end
  return 0`;

/** Keys a step of a scan; each step keeps the server from others for well below a millisecond. */
const SCAN_COUNT = 500;

/** The shared tier in Redis. How much it holds, and what goes first, is Redis' own `maxmemory` and its policy. */
export class RedisSharedCache implements SharedCache {
  readonly kind = 'redis';
  readonly #client: RedisClient;
  readonly #bytes: ReturnType<typeof withBytes>;

  constructor(url: string) {
    this.#client = createRedisClient(url);
    this.#bytes = withBytes(this.#client);
    // It goes on trying; until then every call fails at once.
    this.#client.connect().catch(() => undefined);
  }

  async lookUp(key: string, claimMs: number): Promise<LookedUp> {
    const found = await this.#ask(() =>
      this.#bytes.eval(LOOK_UP, {
        keys: [NAMESPACE + key, NAMESPACE + CLAIM + key],
        arguments: [String(Math.ceil(claimMs))],
      }),
    );
    return Buffer.isBuffer(found) ? { value: found } : { value: null, claimed: Number(found) === 1 };
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    await this.#ask(() =>
      Promise.all([
        this.#client.set(NAMESPACE + key, bytes, { expiration: { type: 'PX', value: Math.ceil(ttlMs) } }),
        this.#client.unlink(NAMESPACE + CLAIM + key),
      ]),
    );
  }

  async release(key: string): Promise<void> {
    await this.#ask(() => this.#client.unlink(NAMESPACE + CLAIM + key));
  }

  async clear(prefix: string): Promise<void> {
    await this.#each(prefix, async (keys) => void (await this.#ask(() => this.#client.unlink(keys))));
  }

  /** Counts by a scan, so it takes a moment on a server with many keys. */
  async size(): Promise<SharedCacheSize> {
    let entries = 0;
    let sizeBytes = 0;
    await this.#each('', async (keys) => {
      const values = keys.filter((key) => !key.startsWith(NAMESPACE + CLAIM));
      const lengths = await this.#ask(() => Promise.all(values.map((key) => this.#client.strLen(key))));
      entries += values.length;
      sizeBytes += lengths.reduce((sum, length) => sum + length, 0);
    });
    return { entries, sizeBytes };
  }

  async ping(): Promise<void> {
    await this.#ask(() => this.#client.ping());
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #each(prefix: string, work: (keys: string[]) => Promise<void>): Promise<void> {
    let cursor = '0';
    do {
      const from = cursor;
      const page = await this.#ask(() =>
        this.#client.scan(from, { MATCH: `${NAMESPACE}${prefix}*`, COUNT: SCAN_COUNT }),
      );
      cursor = String(page.cursor);
      if (page.keys.length > 0) await work(page.keys);
    } while (cursor !== '0');
  }

  async #ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await withinRedisTimeout(command);
    } catch (error) {
      throw new SharedCacheUnavailable(this.kind, error);
    }
  }
}

/** Values as bytes; everything else as it is. */
function withBytes(client: RedisClient) {
  return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}
