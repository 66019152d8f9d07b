import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSharedCache } from '../../infra/cache/create-shared-cache.js';
import { describeWith } from '../harness/describe-with.js';
import { nativePostgres } from '../harness/postgres.js';
import { findRedis } from '../harness/redis-binary.js';
import { type RedisServer, startRedis } from '../harness/redis.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const postgres = await nativePostgres(16);
const redis = await findRedis();

/** `npm run bench -- serve` has ten thousand. */
const TRIALS = 120;
/** Trials under way at once; each has readers of its own. */
const LANES = 12;

describeWith(
  [postgres.unavailable === null ? postgres : { missing: postgres.unavailable }, redis],
  'a deletion beside readers',
  () => {
    let world: ApiWorld;
    let server: RedisServer;
    const apps: FastifyInstance[] = [];
    beforeAll(async () => {
      const database = await postgres.start();
      world = await ApiWorld.open(database);
      server = await startRedis(redis as { path: string });
      const shared = createSharedCache({
        redisUrl: server.url,
        pool: database.pool,
        keyring: world.keyring,
        maxBytes: 1,
      });
      for (let number = 0; number < 3; number++) {
        apps.push(await world.build({ caching: await world.openCaching(shared, { trustMs: 1_000 }) }));
      }
    });
    afterAll(async () => {
      await world.close();
      await server.stop();
    });

    it('is in no answer of any process once it has returned', async () => {
      const search = async (app: FastifyInstance, query: string) => {
        const response = await world.call({ app, method: 'POST', url: '/v1/search', payload: { query, mode: 'text' } });
        const { data, meta } = response.json<{ data: { hits: { documentId: string }[] }; meta: { cache: string } }>();
        return { ids: data.hits.map(({ documentId }) => documentId), cache: meta.cache };
      };
      let stale = 0;
      let hits = 0;
      let next = 0;

      const trial = async (number: number) => {
        const word = `deletomycin${number.toString(36)}x`;
        const { documentId } = await publishDocument({
          catalog: world.catalog,
          vectorIndex: world.vectorIndex,
          embedder: null,
          collection: 'guidelines',
          externalId: word,
          passages: [`${word} 1 mg daily.`],
        });
        let gone = false;
        const read = async (app: FastifyInstance) => {
          while (!gone) {
            const { cache } = await search(app, word);
            if (cache !== 'miss') hits++;
          }
        };
        const readers = apps.map(read);
        const response = await world.call({
          app: apps[number % apps.length]!,
          method: 'DELETE',
          url: `/v1/documents/${documentId}`,
        });
        expect(response.statusCode).toBe(200);
        gone = true;
        const after = await Promise.all(apps.map((app) => search(app, word)));
        stale += after.filter(({ ids }) => ids.includes(documentId)).length;
        await Promise.all(readers);
      };
      const lane = async () => {
        while (next < TRIALS) await trial(next++);
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect(stale).toBe(0);
      expect(hits).toBeGreaterThan(TRIALS);
    });
  },
);
