import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RetriedRun, RunBody } from '../../api/schemas/run.js';
import type { AcceptedUpload } from '../../api/schemas/upload.js';
import type { FinalRunState } from '../../core/contract/states.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { upload } from './multipart.js';
import { overriding } from './overriding.js';

const NOBODY = '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11';

describe('POST /v1/runs/:runId', () => {
  let world: ApiWorld;
  let files = 0;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.starter.started.length = 0;
    world.starter.cancelled.length = 0;
    world.starter.down = false;
  });

  async function accept(): Promise<AcceptedUpload> {
    const name = `file-${++files}.md`;
    const body = upload({ content: `content of ${name}`, fileName: name, metadata: { title: name } });
    return dataOf<AcceptedUpload>(await world.call({ method: 'POST', url: '/v1/documents', ...body }), 202);
  }

  async function ended(state: FinalRunState): Promise<AcceptedUpload> {
    const accepted = await accept();
    await world.catalog.runs.finish([{ runId: accepted.runId, state }]);
    return accepted;
  }

  const post = (runId: string, action: 'cancel' | 'retry', options: { key?: string; app?: typeof world.app } = {}) =>
    world.call({ method: 'POST', url: `/v1/runs/${runId}/${action}`, ...options });
  const auditOf = async (subject: string) =>
    (await world.catalog.audit.list('default', { limit: 1000 })).filter((entry) => entry.subject === subject);

  describe('/cancel', () => {
    it('asks the engine to stop and ends the run', async () => {
      const { runId, workflowId } = await accept();
      expect(dataOf<RunBody>(await post(runId, 'cancel'), 202)).toMatchObject({ runId, state: 'cancelled' });
      expect(world.starter.cancelled).toEqual([workflowId]);
      expect(await auditOf(runId)).toMatchObject([{ action: 'run.cancelled', details: { stage: 'accepted' } }]);
    });

    it('is one act when twenty ask at once', async () => {
      const { runId } = await accept();
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(runId, 'cancel')));
      expect(answers.some(({ statusCode }) => statusCode === 202)).toBe(true);
      expect(answers.every(({ statusCode }) => statusCode === 202 || statusCode === 409)).toBe(true);
      expect(await auditOf(runId)).toHaveLength(1);
    });

    it.each(['published', 'failed', 'held', 'cancelled'] as const)('refuses a run that ended %s', async (state) => {
      const { runId } = await ended(state);
      expect(expectError(await post(runId, 'cancel'), 'RUN_FINISHED').details).toEqual({ state });
      expect(world.starter.cancelled).toEqual([]);
      expect(await auditOf(runId)).toEqual([]);
    });

    it('tells when the run came to another end meanwhile', async () => {
      const { runId } = await accept();
      const starter = overriding(world.starter, {
        ping: async () => {
          await world.catalog.runs.finish([{ runId, state: 'published' }]);
        },
      });
      const app = await world.build({ starter });
      expect(expectError(await post(runId, 'cancel', { app }), 'RUN_FINISHED').details).toEqual({ state: 'published' });
      expect(await auditOf(runId)).toEqual([]);
    });

    it('changes nothing while the engine cannot be reached', async () => {
      const { runId } = await accept();
      world.starter.down = true;
      expectError(await post(runId, 'cancel'), 'ENGINE_UNAVAILABLE');
      expect((await world.catalog.runs.load('default', runId))?.state).toBe('running');
    });
  });

  describe('/retry', () => {
    it.each(['failed', 'cancelled', 'needs_attention'] as const)('makes a new run of one that %s', async (state) => {
      const { runId, sourceId } = await ended(state);
      world.starter.started.length = 0;
      const retried = dataOf<RetriedRun>(await post(runId, 'retry'), 202);
      expect(retried).toMatchObject({ sourceId, retryOf: runId, joined: false });
      expect(world.starter.started.map((run) => run.runId)).toEqual([retried.runId]);
      const shown = dataOf<RunBody>(await world.call({ url: `/v1/runs/${retried.runId}` }));
      expect(shown).toMatchObject({ state: 'running', retryOf: runId, fileName: `file-${files}.md` });
      const [old, fresh] = await Promise.all(
        [runId, retried.runId].map((id) => world.catalog.runs.load('default', id)),
      );
      expect(fresh).toMatchObject({ object: old?.object, metadata: old?.metadata });
      expect(await auditOf(retried.runId)).toMatchObject([{ action: 'run.retried', details: { retryOf: runId } }]);

      expect(dataOf<RetriedRun>(await post(runId, 'retry'), 202)).toEqual({ ...retried, joined: true });
      expect(await auditOf(retried.runId)).toHaveLength(1);
    });

    it.each([
      ['published', 'there is nothing to repair'],
      ['held', 'its review decides'],
    ] as const)('refuses one that ended %s', async (state, words) => {
      const { runId } = await ended(state);
      const { message, details } = expectError(await post(runId, 'retry'), 'RUN_NOT_RETRYABLE');
      expect(message).toContain(words);
      expect(details).toEqual({ state });
    });

    it('refuses one that is under way', async () => {
      const { runId } = await accept();
      expect(expectError(await post(runId, 'retry'), 'RUN_NOT_RETRYABLE').message).toContain('still under way');
    });

    it('refuses one that a newer file has overtaken', async () => {
      const { runId } = await ended('failed');
      const body = upload({ content: 'newer', fileName: `file-${files}.md` });
      const newer = dataOf<AcceptedUpload>(await world.call({ method: 'POST', url: '/v1/documents', ...body }), 202);
      const { details } = expectError(await post(runId, 'retry'), 'RUN_OVERTAKEN');
      expect(details).toEqual({ newestRunId: newer.runId });
    });

    it('reads from the sealed original where some records of a file are held and others failed', async () => {
      const { runId } = await ended('needs_attention');
      const before = await world.catalog.runs.load('default', runId);
      const sealed = before?.object.key.replace('sources/', 'held/') ?? '';
      await world.objects.copy(before?.object.key ?? '', sealed);
      await world.objects.delete([before?.object.key ?? '']);
      await world.catalog.runs.relocateObject(runId, sealed);
      const retried = dataOf<RetriedRun>(await post(runId, 'retry'), 202);
      const run = await world.catalog.runs.load('default', retried.runId);
      expect(run?.object).toEqual({ ...before?.object, key: sealed });
    });

    it('says when the original is gone', async () => {
      const gone = await ended('failed');
      const run = await world.catalog.runs.load('default', gone.runId);
      await world.objects.delete([run?.object.key ?? '']);
      expectError(await post(gone.runId, 'retry'), 'ORIGINAL_GONE');
      expect(world.starter.started.map(({ runId }) => runId)).toEqual([gone.runId]);
    });

    it('records the run while the engine is down', async () => {
      const { runId } = await ended('failed');
      world.starter.down = true;
      const { runId: retried } = dataOf<RetriedRun>(await post(runId, 'retry'), 202);
      expect((await world.catalog.runs.load('default', retried))?.state).toBe('running');
    });
  });

  it.each(['cancel', 'retry'] as const)('/%s is for keys that may ingest there', async (action) => {
    const { runId } = await accept();
    const reader = await world.makeKey({ scopes: ['read', 'search', 'delete'] });
    expectError(await post(runId, action, { key: reader }), 'SCOPE_MISSING');
    const elsewhere = await world.makeKey({ scopes: ['ingest'], collections: [] });
    expectError(await post(runId, action, { key: elsewhere }), 'RUN_NOT_FOUND');
    const stranger = await world.makeKey({ scopes: ['ingest'], organizationId: 'somebody-else' });
    expectError(await post(runId, action, { key: stranger }), 'RUN_NOT_FOUND');
    expectError(await post(NOBODY, action), 'RUN_NOT_FOUND');
    expectError(await post('no-uuid', action), 'VALIDATION_FAILED');
    expect((await world.catalog.runs.load('default', runId))?.state).toBe('running');
  });
});
