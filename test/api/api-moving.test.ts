import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import type { RetriedRun } from '../../api/schemas/run.js';
import type {
  AcceptedMove,
  ComparisonReport,
  GenerationList,
  MoveEstimateBody,
} from '../../api/schemas/vector-index.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { moveReportKey } from '../../core/contract/object-keys.js';
import { moveDetails } from '../../core/moving/move-details.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument, wholeOrganization } from './publish-document.js';

const NOBODY = '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11';
const NEXT = { name: 'next', revision: 'next:1', dimensions: 48, maxTokens: 64 };

describe('/v1/vector-indexes', () => {
  let world: ApiWorld;
  let app: FastifyInstance;
  beforeAll(async () => {
    world = await ApiWorld.open();
    app = await world.build({
      collectionModels: new LoadedModels([
        {
          name: NEXT.name,
          open: async () => new FakeEmbedder(NEXT),
          openTokenizer: async () => new EstimatingTokenizer(),
        },
      ]),
    });
    const { catalog, vectorIndex, embedder } = world;
    const passages = ['Give zinc once daily.', 'Give iron at noon.'];
    for (const collection of ['guidelines', 'drug_labels']) {
      await publishDocument({ catalog, vectorIndex, embedder, collection, externalId: `of-${collection}`, passages });
    }
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.starter.started.length = 0;
    world.starter.cancelled.length = 0;
    world.starter.down = false;
  });

  const get = (path: string) => world.call({ method: 'GET', url: `/v1/vector-indexes${path}`, app });
  const post = (path: string, payload?: object, key?: string) =>
    world.call({
      method: 'POST',
      url: `/v1/vector-indexes${path}`,
      app,
      ...(payload ? { payload } : {}),
      ...(key === undefined ? {} : { key }),
    });
  const collectionId = async (name: string) =>
    (await world.catalog.collections.byName(wholeOrganization(), name))?.collectionId ?? '';
  const load = async (runId: string) => {
    const act = await world.catalog.runs.loadAct(DEFAULT_ORGANIZATION, runId);
    if (!act) throw new Error('no such run');
    return act;
  };

  /** As the first activity of the run does it. */
  async function begin(runId: string, collection: string): Promise<VectorIndexSpec> {
    const spec = await world.catalog.vectorIndexes.buildBeside({
      organizationId: DEFAULT_ORGANIZATION,
      collectionId: await collectionId(collection),
      model: NEXT,
      store: 'pgvector',
    });
    if (!spec) throw new Error('nothing is built');
    await world.catalog.runs.recordActDetails(DEFAULT_ORGANIZATION, runId, { vectorIndexId: spec.vectorIndexId });
    return spec;
  }

  async function end(runId: string, spec: VectorIndexSpec): Promise<void> {
    await world.catalog.runs.finishAct(DEFAULT_ORGANIZATION, runId, { state: 'cancelled' });
    await world.catalog.vectorIndexes.retire(spec);
    await world.catalog.vectorIndexes.forget(spec);
  }

  it('lists what there is, and where it can be moved to', async () => {
    const list = dataOf<GenerationList>(await get('?collection=guidelines'));
    expect(list).toMatchObject({
      vectorIndexes: [{ collection: 'guidelines', model: 'fake', state: 'live', complete: true, move: null }],
      models: ['fake', 'next'],
      stores: ['pgvector'],
    });
    expect(dataOf<GenerationList>(await get('')).vectorIndexes.length).toBeGreaterThanOrEqual(2);
    expectError(await get('?collection=nowhere'), 'COLLECTION_NOT_FOUND');
  });

  it('says what a move costs', async () => {
    const estimate = dataOf<MoveEstimateBody>(await post('/estimate', { collection: 'guidelines', model: 'next' }));
    expect(estimate).toMatchObject({ chunks: 2, tooLong: 0, bytes: 2 * 48 * 4 });
    expect(estimate.seconds).toBeGreaterThan(0);
    expect(estimate.tokens).toBeGreaterThan(2);
    // Vectors of the model that the collection has are known already.
    const copied = dataOf<MoveEstimateBody>(await post('/estimate', { collection: 'guidelines' }));
    expect(copied).toMatchObject({ seconds: 0, bytes: 2 * 32 * 4 });
  });

  it('refuses what cannot or need not be moved', async () => {
    const unknown = expectError(await post('', { collection: 'guidelines', model: 'nobody' }), 'MODEL_UNKNOWN');
    expect(unknown.details).toEqual({ models: ['fake', 'next'] });
    expectError(await post('', { collection: 'guidelines', store: 'qdrant' }), 'VECTOR_STORE_UNKNOWN');
    expectError(await post('', { collection: 'guidelines' }), 'MOVE_NOT_NEEDED');
    expectError(await post('', { collection: 'nowhere', model: 'next' }), 'COLLECTION_NOT_FOUND');
    expectError(await post('', { collection: 'guidelines', model: 'next', keepDays: -1 }), 'VALIDATION_FAILED');
    const limited = await world.makeKey({ scopes: ['admin'], safetyLevel: 'public' });
    expectError(await post('', { collection: 'guidelines', model: 'next' }, limited), 'ACCESS_RESTRICTED');
    const inTextMode = await world.build({ embedder: null });
    const request = { method: 'POST', url: '/v1/vector-indexes', payload: { collection: 'guidelines' } } as const;
    expectError(await world.call({ ...request, app: inTextMode }), 'EMBEDDING_UNAVAILABLE');
    expect(world.starter.started).toEqual([]);
  });

  it('begins a move once; its questions lie sealed and nowhere else', async () => {
    const wanted = {
      collection: 'guidelines',
      model: 'next',
      questions: [{ query: 'when is zorbicin given', expected: [NOBODY] }, { query: 'iron' }],
    };
    const first = dataOf<AcceptedMove>(await post('', wanted), 202);
    const second = dataOf<AcceptedMove>(await post('', wanted), 202);
    expect([first.joined, second.joined, second.runId]).toEqual([false, true, first.runId]);
    expect(world.starter.started.map(({ runId }) => runId)).toEqual([first.runId, first.runId]);
    const act = await load(first.runId);
    expect(act).toMatchObject({ kind: 'migration', state: 'running' });
    const details = moveDetails(act);
    expect(details).toMatchObject({ model: 'next', store: 'pgvector', policy: 'ask', keepDays: 7 });
    expect(JSON.stringify(act)).not.toContain('zorbicin');
    if (!details.questions) throw new Error('no questions were kept');
    const kept = JSON.parse(Buffer.from(await world.objects.get(details.questions)).toString('utf8')) as unknown;
    const documents = [{ documentId: NOBODY }];
    expect(kept).toEqual([
      { text: 'when is zorbicin given', expectation: { documents, pages: [], phrase: null, withinRank: 10 } },
      { text: 'iron' },
    ]);
    const under: string[] = [];
    for await (const { key } of world.objects.list(`work/${DEFAULT_ORGANIZATION}/questions-`)) under.push(key);
    expect(under).toEqual([details.questions.key]);
    // A crash may leave them: the daily sweep removes what no move needs.
    const report = moveReportKey({ organizationId: DEFAULT_ORGANIZATION, runId: first.runId });
    const left = [details.questions.key, report];
    const unneeded = () => world.catalog.orphans.unneededObjects(DEFAULT_ORGANIZATION, left);
    expect(await unneeded()).toEqual([report]);

    const listed = await world.call({ method: 'GET', url: '/v1/runs?kind=migration', app });
    expect(dataOf<{ runs: object[] }>(listed).runs).toMatchObject([{ kind: 'migration', runId: first.runId }]);
    await end(first.runId, await begin(first.runId, 'guidelines'));
    expect(await unneeded()).toEqual(left);
  });

  it('hands decisions to the workflow, and its refusals to whoever decides', async () => {
    const { runId } = dataOf<AcceptedMove>(await post('', { collection: 'guidelines', model: 'next' }), 202);
    const spec = await begin(runId, 'guidelines');
    const index = `/${spec.vectorIndexId}`;
    expectError(await get(`${index}/comparison`), 'MOVE_INCOMPLETE');
    const asked: unknown[] = [];
    world.starter.answer = ({ name, argument }) => {
      asked.push({ name, argument });
      return { stage: 'kept' };
    };
    expect(dataOf(await post(`${index}/promote`))).toEqual({ runId, stage: 'kept' });
    expect(asked).toMatchObject([{ name: 'decideMove', argument: { verdict: 'promote' } }]);
    for (const code of ['MOVE_INCOMPLETE', 'MOVE_IS_LIVE', 'MOVE_NOT_LIVE', 'MOVE_OVER'] as const) {
      world.starter.answer = () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- the fake takes a code for a refusal
        throw code;
      };
      expectError(await post(`${index}/rollback`), code);
    }
    world.starter.down = true;
    expectError(await post(`${index}/abandon`), 'ENGINE_UNAVAILABLE');
    world.starter.down = false;

    const report: ComparisonReport = {
      summary: { questions: 1, judged: 0, overlap: 1, rankBiasedOverlap: 1, ndcg: null, lost: 0 },
      questions: [{ text: 'iron', judged: false, overlap: 1, rankBiasedOverlap: 1, ndcg: null, lost: [] }],
    };
    const key = moveReportKey({ organizationId: DEFAULT_ORGANIZATION, runId });
    const stored = await world.objects.put(key, Buffer.from(JSON.stringify(report)));
    const details = { report: stored, comparison: report.summary };
    await world.catalog.runs.recordActDetails(DEFAULT_ORGANIZATION, runId, details);
    expect(dataOf(await get(`${index}/comparison`))).toEqual(report);
    const building = dataOf<GenerationList>(await get('?collection=guidelines')).vectorIndexes[0];
    expect(building).toMatchObject({ state: 'building', complete: false, move: { runId, comparison: report.summary } });

    const elsewhere = await post('', { collection: 'guidelines', model: 'fake', store: 'pgvector' });
    expectError(elsewhere, 'MOVE_NOT_NEEDED');
    expectError(await post(`/${NOBODY}/promote`), 'VECTOR_INDEX_NOT_FOUND');
    const [live] = await world.catalog.vectorIndexes.ofCollection(
      DEFAULT_ORGANIZATION,
      await collectionId('drug_labels'),
    );
    expectError(await post(`/${live?.spec.vectorIndexId}/rollback`), 'MOVE_OVER');
    await end(runId, spec);
  });

  it('is cancelled and tried again by whoever may move, and goes on where a failed one stopped', async () => {
    const { runId, workflowId } = dataOf<AcceptedMove>(
      await post('', { collection: 'drug_labels', model: 'next', questions: [{ query: 'iron' }] }),
      202,
    );
    const spec = await begin(runId, 'drug_labels');
    const act = (action: 'cancel' | 'retry', id: string, key?: string) =>
      world.call({ method: 'POST', url: `/v1/runs/${id}/${action}`, app, ...(key === undefined ? {} : { key }) });
    const ingester = await world.makeKey({ scopes: ['ingest'] });
    expectError(await act('cancel', runId, ingester), 'SCOPE_MISSING');
    expectError(await act('retry', runId), 'RUN_NOT_RETRYABLE');

    await world.catalog.runs.finishAct(DEFAULT_ORGANIZATION, runId, { state: 'failed', error: 'MODEL_MISSING' });
    const again = dataOf<RetriedRun>(await act('retry', runId), 202);
    expect(again).toMatchObject({ retryOf: runId, joined: false });
    const details = moveDetails(await load(again.runId));
    expect(details).toMatchObject({ vectorIndexId: spec.vectorIndexId, model: 'next' });
    expect(details.questions).toBeDefined();

    expect(dataOf(await act('cancel', again.runId), 202)).toMatchObject({ kind: 'migration', state: 'cancelled' });
    expect(world.starter.cancelled).toEqual([again.workflowId]);
    expect(world.starter.cancelled).not.toContain(workflowId);
    expectError(await act('cancel', again.runId), 'RUN_FINISHED');
    const entries = await world.catalog.audit.list(DEFAULT_ORGANIZATION, { limit: 1_000 });
    expect(entries.filter(({ subject }) => subject === again.runId)).toMatchObject([{ action: 'run.cancelled' }]);
    // What a cancelled one had built is dropped, with its questions.
    const anew = dataOf<RetriedRun>(await act('retry', again.runId), 202);
    expect(moveDetails(await load(anew.runId))).toEqual({
      model: 'next',
      store: 'pgvector',
      policy: 'ask',
      keepDays: 7,
    });
    await end(anew.runId, spec);
  });
});
