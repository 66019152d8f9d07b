import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { createPool } from '../../infra/postgres/pool.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { DatabaseWatch, watchedCatalog } from '../../infra/resilience/database-watch.js';
import { guardSharedCache } from '../../infra/resilience/guard-stores.js';
import { Guard } from '../../infra/resilience/guard.js';
import { RedisSharedCache } from '../../infra/cache/redis-shared-cache.js';
import { describeWith } from '../harness/describe-with.js';
import { type NativePostgres, startNativePostgres } from '../harness/native-postgres.js';
import { findNativePostgres } from '../harness/native-postgres-install.js';
import { findRedis } from '../harness/redis-binary.js';
import { type RedisServer, startRedis } from '../harness/redis.js';

const install = await findNativePostgres(16);
const redis = await findRedis();

describe('Guard', () => {
  const isOutage = (error: unknown) => error instanceof Failure && error.code === 'STORE_UNAVAILABLE';
  const unavailable = (reason: string) => new Failure('STORE_UNAVAILABLE', { detail: reason });

  it('leaves a store alone that is down, and only that', async () => {
    let asked = 0;
    let answer: () => Promise<string> = () => Promise.reject(new Failure('OBJECT_MISSING'));
    const target = {
      get: () => {
        asked++;
        return answer();
      },
    };
    const guard = new Guard({ name: 'objects', target, deadlinesMs: {}, isOutage, unavailable });
    for (let turn = 0; turn < 20; turn++) {
      await expect(guard.guarded.get()).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    }
    expect(guard.status).toEqual({ name: 'objects', state: 'closed', opened: 0 });
    answer = () => Promise.reject(new Failure('STORE_UNAVAILABLE'));
    asked = 0;
    for (let turn = 0; turn < 20; turn++) {
      await expect(guard.guarded.get()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    expect(asked).toBe(5);
    expect(guard.status).toMatchObject({ state: 'open', opened: 1 });
    answer = () => Promise.resolve('back');
    await vi.waitFor(async () => expect(await guard.guarded.get()).toBe('back'), { timeout: 20_000, interval: 100 });
    expect(guard.status.state).toBe('closed');
  });

  it('gives up a call that is not answered in time', async () => {
    const target = { get: () => new Promise<string>(() => undefined), list: () => 'as it is' };
    const guard = new Guard({ name: 'objects', target, deadlinesMs: { get: 20, list: null }, isOutage, unavailable });
    for (let turn = 0; turn < 5; turn++) {
      await expect(guard.guarded.get()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    expect(guard.status.state).toBe('open');
    expect(guard.guarded.list()).toBe('as it is');
  });
});

describeWith([install], 'DatabaseWatch', () => {
  let server: NativePostgres;
  beforeAll(async () => {
    if ('missing' in install) throw new Error(install.missing);
    server = await startNativePostgres({ install });
  });
  afterAll(() => server.stop());

  it('ends what waits for a database that is frozen, refuses the next, and goes on when it is back', async () => {
    const pool = await createPool({ databaseUrl: server.databaseUrl, kind: 'native' });
    const watch = new DatabaseWatch(server.databaseUrl);
    watch.start();
    const catalog = watchedCatalog(createPostgresCatalog({ pool }), watch);
    try {
      await catalog.ping();
      const frozen = await childrenOf(server.pid);
      for (const pid of [server.pid, ...frozen]) process.kill(pid, 'SIGSTOP');
      const waited = Array.from({ length: 20 }, () => catalog.ping());
      const ends = await Promise.allSettled(waited);
      for (const pid of [server.pid, ...frozen]) process.kill(pid, 'SIGCONT');
      // More than the pool has connections: nobody waits behind those that are stuck.
      expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as Failure).code : 'answered'))).toEqual(
        Array<string>(20).fill('DATABASE_UNAVAILABLE'),
      );
      expect(watch.status.opened).toBe(1);
      await vi.waitFor(() => catalog.ping(), { timeout: 30_000 });

      await server.kill9();
      await vi.waitFor(() => expect(watch.status.state).toBe('open'), { timeout: 30_000 });
      await expect(catalog.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await server.restart();
      await vi.waitFor(() => catalog.ping(), { timeout: 30_000 });
      expect(watch.status.state).toBe('closed');
    } finally {
      await watch.stop();
      await pool.end();
    }
  });
});

describeWith([redis], 'a guarded shared cache', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(redis as { path: string });
  });
  afterAll(() => server.stop());

  it('costs nothing while Redis is frozen, and is used again after', async () => {
    const store = new RedisSharedCache(server.url);
    const guard = guardSharedCache(store);
    await vi.waitFor(() => guard.guarded.ping(), { timeout: 20_000 });
    server.freeze();
    for (let turn = 0; turn < 5; turn++) await expect(guard.guarded.lookUp('x', 1)).rejects.toThrow('does not answer');
    expect(guard.status.state).toBe('open');
    server.thaw();
    await wait(50);
    await vi.waitFor(() => guard.guarded.ping(), { timeout: 20_000, interval: 100 });
    expect(guard.status.state).toBe('closed');
    await store.close();
  });
});

/** Every backend is a process of its own, and answers as long as it is not stopped too. */
async function childrenOf(pid: number): Promise<number[]> {
  const { readFile } = await import('node:fs/promises');
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
}
