import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchData } from '../../api/schemas/search.js';
import { RERANKER_DOWN } from '../../core/retrieval/rerank.js';
import { OnnxReranker } from '../../infra/reranking/onnx/onnx-reranker.js';
import { guardReranker } from '../../infra/resilience/guard-stores.js';
import { FakeReranker } from '../fakes/fake-reranker.js';
import { makeTinyCrossEncoder } from '../unit/reranking/tiny-cross-encoder.js';
import { dataOf } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

interface Answer {
  readonly data: SearchData;
  readonly meta: { readonly degraded?: string; readonly cache: string };
}

const QUERY = 'the dose of zorbacillin for children';
/** The words that count to BM25, and nothing else; the tiny cross-encoder wants them all. */
const SHORT = 'Zorbacillin dose children.';
const WHOLE =
  'The nurse weighs zorbacillin out and looks the dose of small children up in a table, which is kept for each ward.';
const OTHER = 'Adults receive zorbacillin once daily.';

describe('reranked searches', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const into = { catalog: world.catalog, vectorIndex: world.vectorIndex, embedder: null };
    await publishDocument({ ...into, collection: 'guidelines', externalId: 'a', passages: [SHORT, WHOLE] });
    await publishDocument({ ...into, collection: 'consumer_health', externalId: 'b', passages: [OTHER] });
  });
  afterAll(() => world.close());

  const search = async (app: typeof world.app, payload: object = {}): Promise<Answer> => {
    const body = { query: QUERY, mode: 'text', ...payload };
    const response = await world.call({ app, method: 'POST', url: '/v1/search', payload: body });
    dataOf(response);
    return response.json<Answer>();
  };
  const texts = ({ data }: Answer) => data.hits.map(({ text }) => text);

  it('stand in the order of a cross-encoder, and show its scores; without one as they were found', async () => {
    const reranker = await OnnxReranker.open({ modelFolder: await makeTinyCrossEncoder(), threads: 1 });
    try {
      const before = await search(world.app);
      expect(texts(before)[0]).toBe(SHORT);
      expect(before.data.hits.map(({ scores }) => scores.rerank)).toEqual([null, null, null]);

      const app = await world.build({ reranking: { reranker, timeoutMs: 60_000 } });
      const after = await search(app);
      expect(texts(after)[0]).toBe(WHOLE);
      expect(texts(after).sort()).toEqual(texts(before).sort());
      const [first, second] = after.data.hits;
      expect(first?.scores.rerank).toBeGreaterThan(second?.scores.rerank ?? 1);
      // What says how a hit stands goes with the place; what says whether it answers goes with the passage.
      expect(after.data.hits.map(({ score }) => score)).toEqual(before.data.hits.map(({ score }) => score));
      const relevance = (answer: Answer) => answer.data.hits.find(({ text }) => text === WHOLE)?.relevance;
      expect(relevance(after)).toBe(relevance(before));
      expect(after.meta.degraded).toBeUndefined();
      // The best may be one that would not have been among the first.
      expect(texts(await search(app, { topK: 1 }))).toEqual([WHOLE]);
    } finally {
      await reranker.close();
    }
  });

  it('leave out a collection that has no reranking, from the change on', async () => {
    const reranker = new FakeReranker();
    const caching = await world.openCaching(null);
    const app = await world.build({ reranking: { reranker, timeoutMs: 60_000 }, caching });
    const set = (rerank: boolean) =>
      world.call({ app, method: 'PATCH', url: '/v1/collections/guidelines', payload: { rerank } });
    expect(texts(await search(app))[0]).toBe(WHOLE);
    expect((await search(app)).meta.cache).toBe('l1');
    expect(dataOf<{ rerank: boolean }>(await set(false)).rerank).toBe(false);
    reranker.calls.length = 0;
    const without = await search(app);
    expect([without.meta.cache, texts(without)[0]]).toEqual(['miss', SHORT]);
    expect(JSON.stringify(reranker.calls)).not.toContain(SHORT);
    expect(dataOf<{ rerank: boolean }>(await set(true)).rerank).toBe(true);
    expect(texts(await search(app))[0]).toBe(WHOLE);
  });

  it('are answered as they were found, and say so, while the reranker hangs; it is left alone, and used again after', async () => {
    const reranker = new FakeReranker();
    const guard = guardReranker(reranker);
    const app = await world.build({ reranking: { reranker: guard.guarded, timeoutMs: 50 } });
    reranker.hangs = true;
    for (let turn = 0; turn < 5; turn++) {
      const answer = await search(app, { topK: 10 + turn });
      expect([texts(answer)[0], answer.meta.degraded]).toEqual([SHORT, RERANKER_DOWN]);
    }
    expect(guard.status).toMatchObject({ name: 'reranker', state: 'open' });
    reranker.calls.length = 0;
    expect((await search(app, { topK: 20 })).meta.degraded).toBe(RERANKER_DOWN);
    expect(reranker.calls).toEqual([]);
    reranker.hangs = false;
    await expect
      .poll(async () => texts(await search(app, { topK: 30 }))[0], { timeout: 30_000, interval: 50 })
      .toBe(WHOLE);
  });
});
