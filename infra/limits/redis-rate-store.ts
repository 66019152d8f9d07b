import type { RateLimit } from '../../core/contract/plans.js';
import type { Lease, RateStore } from '../../core/ports/rate-store.js';
import { withinRedisTimeout } from '../cache/redis-ask.js';
import { createRedisClient, type RedisClient } from '../cache/redis-client.js';

const NAMESPACE = 'medindex:rate:';

/** The same rule as ops.lease_requests in Postgres, by the clock of the Redis server. */
const LEASE = `
  local limit, window, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local number = math.floor(now / window)
  local resets = (number + 1) * window - now
  local kept = redis.call('HMGET', KEYS[1], 'window', 'used', 'previous')
  local of, used, previous = tonumber(kept[1] or number), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
  if of < number then
    previous = (of == number - 1) and used or 0
    used = 0
    of = number
  end
  local room = math.max(0, limit - used - math.ceil(previous * resets / window))
  local granted = math.min(room, wanted)
  redis.call('HSET', KEYS[1], 'window', of, 'used', used + granted, 'previous', previous)
  redis.call('PEXPIRE', KEYS[1], resets + window)
  return {granted, room - granted, resets}`;

export class RedisRateStore implements RateStore {
  readonly kind = 'redis';
  readonly #client: RedisClient;

  constructor(url: string) {
    this.#client = createRedisClient(url);
    this.#client.connect().catch(() => undefined);
  }

  async lease(key: string, { requests, windowSeconds }: RateLimit, wanted: number): Promise<Lease> {
    const answer = (await withinRedisTimeout(() =>
      this.#client.eval(LEASE, {
        keys: [NAMESPACE + key],
        arguments: [String(requests), String(windowSeconds * 1000), String(wanted)],
      }),
    )) as [number, number, number];
    const [granted, room, resetsInMs] = answer;
    return { granted, room, resetsInMs };
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}
