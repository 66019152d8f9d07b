import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { sweepCachedAnswers } from '../../activities/erasing/sweep-orphans.js';
import { AnswerOverflow } from '../../api/cache/answer-overflow.js';
import type { CacheStats } from '../../api/schemas/cache.js';
import type { SearchData } from '../../api/schemas/search.js';
import { cachedAnswerKey, cachedAnswersPrefix } from '../../core/contract/object-keys.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import { createSharedCache } from '../../infra/cache/create-shared-cache.js';
import { createObjectStore } from '../../infra/objectstore/create-object-store.js';
import { FolderObjectStore } from '../../infra/objectstore/folder-object-store.js';
import { S3ObjectStore } from '../../infra/objectstore/s3-object-store.js';
import { describeWith } from '../harness/describe-with.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { nativePostgres } from '../harness/postgres.js';
import { findRedis } from '../harness/redis-binary.js';
import { type RedisServer, startRedis } from '../harness/redis.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const postgres = await nativePostgres(16);
const minio = await findMinio();
const redis = await findRedis();
const ORGANIZATION = 'default';
/** An answer of one short passage is smaller, one of twenty is larger. */
const FROM_BYTES = 8 * 1024;
const DAY_MS = 24 * 3_600_000;

interface Stores {
  /** As processes open it. */
  readonly open: (world: ApiWorld) => ObjectStore;
  /** Without what opens the seal: what lies there. */
  readonly bare: () => ObjectStore;
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const database = postgres.unavailable === null ? postgres : { missing: postgres.unavailable };

describeWith([database], 'large cached answers in a folder, with Postgres', () => {
  largeAnswers({ redisServer: null }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'medindex-overflow-'));
    return {
      open: ({ keyring }) => createObjectStore({ kind: 'folder', folder }, { keyring }),
      bare: () => new FolderObjectStore(folder),
      // Nothing can be made in a file.
      down: async () => {
        await rm(folder, { recursive: true });
        await writeFile(folder, '');
      },
      up: () => rm(folder),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  });
});

describeWith([database, minio, redis], 'large cached answers in a bucket, with Redis', () => {
  largeAnswers({ redisServer: () => startRedis(redis as { path: string }) }, async () => {
    const server: MinioServer = await startMinio(minio as { path: string });
    const bucket = await server.newBucket();
    const config = { kind: 's3', bucket, prefix: 'medindex', endpoint: server.endpoint, publicEndpoint: null } as const;
    return {
      open: ({ keyring }) => createObjectStore(config, { keyring, s3: { credentials: server.credentials } }),
      bare: () => new S3ObjectStore({ client: server.client, ownsClient: false, bucket, prefix: 'medindex' }),
      down: () => server.kill9(),
      up: () => server.restart(),
      close: () => server.stop(),
    };
  });
});

function largeAnswers(
  { redisServer }: { redisServer: (() => Promise<RedisServer>) | null },
  openStores: () => Promise<Stores>,
): void {
  let world: ApiWorld;
  let stores: Stores;
  let server: RedisServer | null;
  let shared: SharedCache;
  /** What all processes have their objects from. */
  let objects: ObjectStore;
  let bare: ObjectStore;

  beforeAll(async () => {
    const opened = await postgres.start();
    world = await ApiWorld.open(opened);
    stores = await openStores();
    server = redisServer === null ? null : await redisServer();
    const { keyring } = world;
    shared = createSharedCache({ redisUrl: server?.url ?? null, pool: opened.pool, keyring, maxBytes: 16 * 1024 ** 2 });
    await vi.waitFor(() => shared.ping(), { timeout: 10_000 });
    objects = stores.open(world);
    bare = stores.bare();
    for (let number = 0; number < 20; number++)
      await publish(`many-${number}`, `Zorbacillin ${'dose '.repeat(80)}${number}`);
  });
  afterAll(async () => {
    await world?.close();
    await shared?.close();
    await objects?.close();
    await server?.stop();
    await stores?.close();
  });
  beforeEach(async () => {
    await shared.clear('');
  });

  const publish = (externalId: string, passage: string) =>
    publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: null,
      collection: 'guidelines',
      externalId,
      passages: [passage],
    });

  async function process(): Promise<FastifyInstance> {
    const overflow = new AnswerOverflow({ objects, fromBytes: FROM_BYTES });
    return world.build({ caching: await world.openCaching(shared, { overflow }) });
  }

  async function search(app: FastifyInstance, query: string, topK = 20) {
    const response = await world.call({
      app,
      method: 'POST',
      url: '/v1/search',
      payload: { query, topK, mode: 'text' },
    });
    dataOf(response);
    await world.cachingOf(app)?.answers.settled();
    return response.json<{ data: SearchData; meta: { cache: string } }>();
  }

  const statsOf = async (app: FastifyInstance) => dataOf<CacheStats>(await world.call({ app, url: '/v1/cache/stats' }));

  async function stored(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of bare.list(cachedAnswersPrefix(ORGANIZATION))) keys.push(key);
    return keys;
  }

  async function bytesOf(key: string): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of await bare.openRead(key)) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('latin1');
  }

  it('go to the object store and come from it in another process; small ones do not', async () => {
    const [one, two] = [await process(), await process()];
    const made = await search(one, 'zorbacillin dose');
    expect([made.meta.cache, made.data.hits.length]).toEqual(['miss', 20]);
    expect(await stored()).toHaveLength(1);
    const found = await search(two, 'zorbacillin dose');
    expect(found.meta.cache).toBe('l3');
    expect(found.data).toEqual(made.data);
    expect((await search(two, 'zorbacillin dose')).meta.cache).toBe('l1');
    expect((await statsOf(one)).l3).toMatchObject({ enabled: true, stores: 1, hits: 0 });
    expect((await statsOf(two)).l3).toMatchObject({ stores: 0, hits: 1, misses: 0, errors: 0 });
    // The reference alone lies in the shared tier.
    expect((await statsOf(two)).l2.sizeBytes).toBeLessThan(FROM_BYTES);

    await search(one, 'zorbacillin dose', 1);
    expect((await search(two, 'zorbacillin dose', 1)).meta.cache).toBe('l2');
    expect(await stored()).toHaveLength(1);
  });

  it('lie there sealed, below the organization, and under names that say nothing', async () => {
    const one = await process();
    await search(one, 'zorbacillin sealed dose');
    const keys = await stored();
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatch(/^cache\/default\/answers\/\d{4}-\d{2}-\d{2}\/[\w-]{43}$/);
      expect(await bytesOf(key)).not.toMatch(/zorbacillin|dose|documentId/i);
    }
  });

  it('are found no more once a document of theirs is deleted', async () => {
    const [one, two] = [await process(), await process()];
    const { documentId } = await publish(`gone-${randomUUID()}`, `Zorbacillin vanishes ${'dose '.repeat(80)}`);
    // Else each makes its answer at the epoch that it happens to know.
    for (const app of [one, two]) await world.cachingOf(app)?.follower.catchUp();
    const query = 'zorbacillin vanishes dose';
    const before = await search(one, query);
    expect(before.data.hits.map((hit) => hit.documentId)).toContain(documentId);
    expect((await search(two, query)).meta.cache).toBe('l3');
    const keys = await stored();
    await world.call({ app: one, method: 'DELETE', url: `/v1/documents/${documentId}` });
    for (const app of [one, two, await process()]) {
      const after = await search(app, query);
      expect(after.data.hits.map((hit) => hit.documentId)).not.toContain(documentId);
    }
    // Another key: what was kept is still there, and nobody asks for it.
    expect((await stored()).filter((key) => !keys.includes(key))).toHaveLength(1);
  });

  it('are made again where their object is gone or is another one, and when caches are emptied', async () => {
    const [one, two] = [await process(), await process()];
    await world.call({ app: one, method: 'DELETE', url: '/v1/cache' });
    expect(await stored()).toEqual([]);
    await search(one, 'zorbacillin gone dose');
    const [key = ''] = await stored();
    await objects.put(key, Buffer.from('{"hits":[]}'));
    expect((await search(two, 'zorbacillin gone dose')).meta.cache).toBe('miss');
    expect((await statsOf(two)).l3).toMatchObject({ misses: 1, stores: 1 });
    await bare.delete([key]);
    expect((await search(await process(), 'zorbacillin gone dose')).meta.cache).toBe('miss');
    expect((await search(await process(), 'zorbacillin gone dose')).meta.cache).toBe('l3');
  });

  it('are swept when their last day is over, and only then', async () => {
    const one = await process();
    await search(one, 'zorbacillin kept dose');
    const kept = await stored();
    const ended = cachedAnswerKey(ORGANIZATION, { name: 'x'.repeat(43), expiresAt: new Date(Date.now() - DAY_MS) });
    await objects.put(ended, Buffer.from('old'));
    const { signal } = new AbortController();
    expect(await sweepCachedAnswers({ objects }, ORGANIZATION, signal)).toBe(1);
    expect(await sweepCachedAnswers({ objects }, ORGANIZATION, signal)).toBe(0);
    expect(await stored()).toEqual(kept);
  });

  it('lie whole in the shared tier while the object store is down', async () => {
    const [one, two] = [await process(), await process()];
    await stores.down();
    try {
      expect((await search(one, 'zorbacillin outage dose')).data.hits).toHaveLength(20);
      expect((await search(two, 'zorbacillin outage dose')).meta.cache).toBe('l2');
    } finally {
      await stores.up();
    }
  });
}
