import { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { createPlanWarming } from '../../activities/warming/plan-warming.js';
import type { CacheStats } from '../../api/schemas/cache.js';
import type { SearchData } from '../../api/schemas/search.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import type { SharedCache } from '../../core/ports/shared-cache.js';
import { createSharedCache } from '../../infra/cache/create-shared-cache.js';
import { createSealedTexts } from '../../infra/encryption/sealed-texts.js';
import { describeWith } from '../harness/describe-with.js';
import { nativePostgres } from '../harness/postgres.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { scriptedActivities } from '../workflows/scripted-activities.js';
import { startScriptedWorkers } from '../workflows/scripted-workers.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const postgres = await nativePostgres(16);
/** Processes look for work every two seconds and count every five; a busy machine needs longer. */
const SOON = { timeout: 60_000, interval: 100 };
const ORGANIZATION = 'default';
/** From so many times on a question is frequent. */
const OFTEN = 3;
const WHOLE = { organizationId: ORGANIZATION, collections: 'all' } as const;

describeWith(
  [postgres.unavailable === null ? postgres : { missing: postgres.unavailable }, await findTemporal()],
  'answers of frequent questions',
  () => {
    let world: ApiWorld;
    let temporal: TemporalServer;
    let shared: SharedCache;
    beforeAll(async () => {
      temporal = await startTemporal();
      const database = await postgres.start();
      world = await ApiWorld.open(database);
      const { keyring } = world;
      shared = createSharedCache({ redisUrl: null, pool: database.pool, keyring, maxBytes: 16 * 1024 ** 2 });
      await publish('lasting', 'Adults take zorbacillin once daily.');
    });
    afterAll(async () => {
      await world?.close();
      await temporal?.stop();
    });
    // Any process takes what is due.
    beforeEach(async () => {
      for (const app of running.splice(0)) await app.close();
      await world.call({ method: 'DELETE', url: '/v1/cache' });
    });

    const publish = (externalId: string, passage: string, phiStatus: 'clear' | 'contains_phi' = 'clear') =>
      publishDocument({
        catalog: world.catalog,
        vectorIndex: world.vectorIndex,
        embedder: world.embedder,
        collection: 'guidelines',
        externalId,
        passages: [passage],
        phiStatus,
      });

    const process = async (): Promise<FastifyInstance> => {
      const app = await world.build({
        caching: await world.openCaching(shared),
        frequentTexts: createSealedTexts(world.keyring, 'frequent-question'),
      });
      running.push(app);
      return app;
    };
    const running: FastifyInstance[] = [];

    async function search(app: FastifyInstance, payload: object, key?: string) {
      const response = await world.call({ app, method: 'POST', url: '/v1/search', payload, ...(key ? { key } : {}) });
      dataOf(response);
      return response.json<{ data: SearchData; meta: { cache: string } }>();
    }

    const warmingOf = async (app: FastifyInstance) =>
      dataOf<CacheStats>(await world.call({ app, url: '/v1/cache/stats' })).warming;

    async function askOften(
      app: FastifyInstance,
      payload: { query: string; collections?: string[]; mode?: 'text' },
      key?: string,
    ): Promise<void> {
      // A process knows a new collection, and keeps answers of it, within a moment.
      const viewOf = () => world.cachingOf(app)?.follower.view(WHOLE, payload.collections) ?? null;
      await expect.poll(viewOf, SOON).not.toBeNull();
      for (let time = 0; time < OFTEN; time++) await search(app, payload, key);
    }

    /** As the schedule does: the real workflow, its activity on the real catalog. */
    async function runSchedule(): Promise<void> {
      const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
      const { activities } = scriptedActivities({
        planWarming: createPlanWarming({ catalog: world.catalog, warmQuestions: 10 }),
      });
      const workers = await startScriptedWorkers(temporal, activities);
      const handle = await client.workflow.start('warmAnswers', {
        taskQueue: TASK_QUEUES.workflow,
        workflowId: `warm-answers-${crypto.randomUUID()}`,
      });
      await workers.runUntil(handle.result());
    }

    it('are made ahead once an epoch has moved, and lie there for every process', async () => {
      const [one, two] = [await process(), await process()];
      const { documentId } = await publish('gone', 'Zorbacillin stops the cough of adults.');
      const key = await world.makeKey({ scopes: ['search'] });
      const query = { query: 'zorbacillin for adults', topK: 5 };
      await askOften(one, query, key);
      await search(one, { query: 'zorbacillin, asked once' }, key);
      await expect.poll(() => warmingOf(one), SOON).toMatchObject({ counted: 2, frequent: 1, due: 0 });

      await world.call({ app: one, method: 'DELETE', url: `/v1/documents/${documentId}` });
      await runSchedule();
      await expect.poll(async () => (await warmingOf(one)).due, SOON).toBe(0);
      const made = (await warmingOf(one)).made + (await warmingOf(two)).made;
      expect(made).toBe(1);

      const fresh = await process();
      const found = await search(fresh, query, key);
      expect(found.meta.cache).toBe('l2');
      expect(found.data.hits.map((hit) => hit.documentId)).not.toContain(documentId);
      expect(found.data.hits.length).toBeGreaterThan(0);
      // Only for who sees the same.
      expect((await search(fresh, query)).meta.cache).toBe('miss');
      expect((await search(fresh, { query: 'zorbacillin, asked once' }, key)).meta.cache).toBe('miss');
    });

    it('are made by another process where one is killed at it', async () => {
      const one = await process();
      await askOften(one, { query: 'zorbacillin killed' });
      await expect.poll(() => warmingOf(one), SOON).toMatchObject({ frequent: 1 });
      await one.close();
      await world.catalog.cache.reset(ORGANIZATION);
      await runSchedule();
      // It took the question and is no more.
      const taken = await world.catalog.frequentQuestions.claim({ limit: 10, leaseMs: 3_000 });
      expect(taken).toHaveLength(1);
      const two = await process();
      await expect.poll(() => warmingOf(two), SOON).toMatchObject({ due: 0, made: 1 });
      expect((await search(await process(), { query: 'zorbacillin killed' })).meta.cache).toBe('l2');
    });

    it('are none of patients: neither questions that name one, nor keys for patient data, nor collections with it', async () => {
      const one = await process();
      const forPhi = await world.makeKey({ scopes: ['search', 'phi:read'] });
      await askOften(one, { query: 'zorbacillin for patients' }, forPhi);
      await askOften(one, { query: 'zorbacillin for John Doe, MRN 12345678, born 03/04/1961' });
      await askOften(one, { query: 'zorbacillin for all' });
      await expect.poll(() => warmingOf(one), SOON).toMatchObject({ counted: 1, frequent: 1 });
      await world.database.pool.query(
        `update knowledge.collections set phi_policy = 'allow', phi_policy_reason = 'consent' where name = 'guidelines'`,
      );
      try {
        await runSchedule();
        expect(await warmingOf(one)).toMatchObject({ counted: 0, frequent: 0, due: 0 });
        await askOften(one, { query: 'zorbacillin with consent' });
        await askOften(one, { query: 'zorbacillin elsewhere', collections: ['drug_labels'] });
        await expect.poll(() => warmingOf(one), SOON).toMatchObject({ counted: 1 });
      } finally {
        await world.database.pool.query(
          `update knowledge.collections set phi_policy = 'block', phi_policy_reason = null where name = 'guidelines'`,
        );
      }
    });

    it('are asked by words that lie nowhere in clear', async () => {
      const one = await process();
      await askOften(one, { query: 'zorbacillin sealedword' });
      await expect.poll(() => warmingOf(one), SOON).toMatchObject({ frequent: 1 });
      const { rows } = await world.database.pool.query<{ row: string; sealed: Buffer }>(
        `select q::text as row, sealed from knowledge.frequent_questions q`,
      );
      for (const { row, sealed } of rows) {
        expect(row).not.toMatch(/zorbacillin|sealedword/);
        expect(sealed.toString('latin1')).not.toMatch(/zorbacillin|sealedword/);
      }
      expect(world.logLines.join('\n')).not.toContain('sealedword');
    });

    it('are dropped once their answer holds patient data', async () => {
      const one = await process();
      await askOften(one, { query: 'zorbacillin of whom', mode: 'text' });
      await expect.poll(() => warmingOf(one), SOON).toMatchObject({ frequent: 1 });
      await publish('whose', 'Zorbacillin of whom it is told here.', 'contains_phi');
      await world.catalog.cache.reset(ORGANIZATION);
      await runSchedule();
      await expect.poll(() => warmingOf(one), SOON).toMatchObject({ counted: 0, due: 0 });
    });
  },
);
