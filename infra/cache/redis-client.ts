import { createClient } from '@redis/client';

export type RedisClient = ReturnType<typeof createRedisClient>;

/** Redis in the same network answers in less than a millisecond; past this it is down for a request that waits. */
export const REDIS_TIMEOUT_MS = 250;
/** How long a connection is tried to be made again: soon at first, then every two seconds. */
const RECONNECT_MAX_MS = 2_000;
const RECONNECT_STEP_MS = 50;

/**
 * A client that fails at once while it has no connection, and connects again by itself. `connect` is left to the caller,
 * who need not wait for it.
 */
export function createRedisClient(url: string) {
  const client = createClient({
    url,
    name: 'medindex',
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    socket: {
      connectTimeout: 2_000,
      keepAlive: true,
      noDelay: true,
      reconnectStrategy: (retries) => Math.min(RECONNECT_STEP_MS * 2 ** Math.min(retries, 6), RECONNECT_MAX_MS),
    },
  });
  // Without a listener a lost connection would end the process; the next command says what it meets.
  client.on('error', () => undefined);
  return client;
}
