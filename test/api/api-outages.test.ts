import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { DatabaseWatch, watched, watchedCatalog } from '../../infra/resilience/database-watch.js';
import { guardEmbedder } from '../../infra/resilience/guard-stores.js';
import { describeWith } from '../harness/describe-with.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { overriding } from './overriding.js';
import { publishDocument } from './publish-document.js';

const postgres = await nativePostgres(16);

describeWith(
  [postgres.unavailable === null ? postgres : { missing: postgres.unavailable }],
  'searches while something is down',
  () => {
    let database: TestDatabase;
    let world: ApiWorld;
    let watch: DatabaseWatch;
    let app: FastifyInstance;
    let modelIsDown = false;
    beforeAll(async () => {
      database = await postgres.start({ ownServer: true });
      world = await ApiWorld.open(database);
      watch = new DatabaseWatch(database.databaseUrl);
      watch.start();
      const embedder = guardEmbedder(
        overriding(world.embedder, {
          embed: (...args: Parameters<typeof world.embedder.embed>) =>
            modelIsDown ? Promise.reject(new Failure('EMBEDDING_UNAVAILABLE')) : world.embedder.embed(...args),
        }),
      );
      app = await world.build({
        catalog: watchedCatalog(world.catalog, watch),
        vectorIndex: watched(world.vectorIndex, watch),
        embedder: embedder.guarded,
        caching: await world.openCaching(null, { trustMs: 1_000 }),
        stores: () => [watch.status, embedder.status],
      });
      await publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: world.embedder,
        collection: 'guidelines',
        externalId: 'nice-51',
        passages: ['Adults receive zorbacillin 0.5 mg/kg once daily.'],
      });
    });
    afterAll(async () => {
      await watch.stop();
      await world.close();
    });

    const search = (query: string) => world.call({ app, method: 'POST', url: '/v1/search', payload: { query } });
    const stores = async () => (await app.inject({ url: '/health/deep' })).json<Record<string, unknown>>();

    it('says so while the database is away, and goes on when it is back', async () => {
      dataOf(await search('zorbacillin before'));
      await database.kill9?.();
      // The cache may answer for a second; then there is nothing left to answer by.
      await vi.waitFor(async () => expectError(await search('zorbacillin before'), 'DATABASE_UNAVAILABLE'), {
        timeout: 30_000,
        interval: 50,
      });
      const refused = await search('zorbacillin during');
      expectError(refused, 'DATABASE_UNAVAILABLE');
      expect(refused.headers['retry-after']).toBe('1');
      // A refused connection is told at once; that the database is left alone, after the next sign of life fails to come.
      await vi.waitFor(
        async () =>
          expect(await stores()).toMatchObject({
            code: 'UNHEALTHY',
            details: {
              components: { database: { status: 'down' } },
              stores: [{ name: 'database', state: 'open' }, {}],
            },
          }),
        { timeout: 30_000, interval: 50 },
      );
      expect((await app.inject({ url: '/health' })).statusCode).toBe(200);
      await database.restart?.();
      await vi.waitFor(async () => expect((await search('zorbacillin after')).statusCode).toBe(200), {
        timeout: 60_000,
        interval: 100,
      });
      // It trusts what it reads again, too.
      await vi.waitFor(
        async () =>
          expect((await search('zorbacillin after')).json<{ meta: { cache: string } }>().meta.cache).toBe('l1'),
        { timeout: 30_000, interval: 50 },
      );
    });

    it('searches by words while the model is down, and says so; the model is left alone, and used again after', async () => {
      modelIsDown = true;
      let asked = 0;
      for (let turn = 0; turn < 10; turn++) {
        const answer = await search(`zorbacillin without a model ${asked++}`);
        const { meta } = answer.json<{ meta: { mode: string; degraded?: string } }>();
        expect([answer.statusCode, meta.mode]).toEqual([200, 'text']);
        expect(meta.degraded).toBeDefined();
      }
      expect(await stores()).toMatchObject({ details: { stores: [{}, { name: 'embedder', state: 'open' }] } });
      modelIsDown = false;
      await vi.waitFor(
        async () => {
          const answer = await search(`zorbacillin with a model ${asked++}`);
          expect(answer.json<{ meta: { mode: string } }>().meta.mode).toBe('hybrid');
        },
        { timeout: 30_000, interval: 100 },
      );
    });
  },
);
