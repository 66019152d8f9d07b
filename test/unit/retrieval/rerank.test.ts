import { describe, expect, it } from 'vitest';
import type { LiveChunk } from '../../../core/ports/document-catalog.js';
import type { RetrievedChunk } from '../../../core/retrieval/read-hits.js';
import { RERANKED_CHUNKS, rerankHits } from '../../../core/retrieval/rerank.js';
import { FakeReranker } from '../../fakes/fake-reranker.js';

const QUESTION = 'dose of metformin';
const TIMEOUT_MS = 200;

function hit(text: string, { rerank = true, containsPhi = false, score = 0.5, title = 'Label' } = {}): RetrievedChunk {
  const anchor = { sectionPath: ['Dosing', 'Adults'] } as unknown as LiveChunk['anchor'];
  const chunk = { chunkId: text, title, anchor, text, rerank, containsPhi } as unknown as LiveChunk;
  return { chunk, fused: { chunkId: text, score, scores: { vector: null, text: null } } };
}

const texts = (hits: readonly RetrievedChunk[] | null) => hits?.map(({ chunk }) => chunk.text);

describe('reranked hits', () => {
  it('stand in the order of the scores, and each place keeps its own', async () => {
    const hits = [
      hit('storage', { score: 0.9 }),
      hit('dose', { score: 0.8 }),
      hit('dose of metformin', { score: 0.7 }),
    ];
    const reranked = await rerankHits({ reranker: new FakeReranker(), timeoutMs: TIMEOUT_MS }, QUESTION, hits);
    expect(texts(reranked)).toEqual(['dose of metformin', 'dose', 'storage']);
    expect(reranked?.map(({ fused, rerankScore }) => [fused.score, fused.chunkId, rerankScore])).toEqual([
      [0.9, 'dose of metformin', 1],
      [0.8, 'dose', 1 / 3],
      [0.7, 'storage', 0],
    ]);
  });

  it.each([
    ['a collection has no reranking', { rerank: false }],
    ['a document holds patient data', { containsPhi: true }],
  ])('trade places among themselves where %s', async (_name, apart) => {
    const hits = [hit('storage'), hit('mine: dose of metformin', apart), hit('dose of metformin')];
    const reranker = new FakeReranker();
    const reranked = await rerankHits({ reranker, timeoutMs: TIMEOUT_MS }, QUESTION, hits);
    expect(texts(reranked)).toEqual(['dose of metformin', 'mine: dose of metformin', 'storage']);
    expect(reranked?.[1]?.rerankScore).toBeUndefined();
    // It does not leave the system.
    expect(JSON.stringify(reranker.calls)).not.toContain('mine');
  });

  it('keep their order where scores are equal', async () => {
    const reranked = await rerankHits({ reranker: new FakeReranker(), timeoutMs: TIMEOUT_MS }, QUESTION, [
      hit('x'),
      hit('y'),
    ]);
    expect(texts(reranked)).toEqual(['x', 'y']);
  });

  it('are shown to the reranker with the document and section that they are of', async () => {
    const reranker = new FakeReranker();
    await rerankHits({ reranker, timeoutMs: TIMEOUT_MS }, QUESTION, [hit('a'), hit('b')]);
    expect(reranker.calls).toEqual([
      { question: QUESTION, passages: ['Label › Dosing › Adults\na', 'Label › Dosing › Adults\nb'] },
    ]);
  });

  it('are at most so many; the others stay behind them', async () => {
    const hits = Array.from({ length: RERANKED_CHUNKS + 2 }, (_, index) => hit(`x${index}`));
    hits[RERANKED_CHUNKS] = hit('dose of metformin');
    const reranker = new FakeReranker();
    const reranked = await rerankHits({ reranker, timeoutMs: TIMEOUT_MS }, QUESTION, hits);
    expect(reranker.calls[0]?.passages).toHaveLength(RERANKED_CHUNKS);
    expect(texts(reranked)).toEqual(texts(hits));
  });

  it('cost no call where there is nothing to order', async () => {
    const reranker = new FakeReranker();
    const hits = [hit('a'), hit('b', { rerank: false })];
    expect(await rerankHits({ reranker, timeoutMs: TIMEOUT_MS }, QUESTION, hits)).toEqual(hits);
    expect(reranker.calls).toEqual([]);
  });

  it.each<[string, (reranker: FakeReranker) => void]>([
    ['it fails', (reranker) => (reranker.failure = new Error('down'))],
    ['it hangs', (reranker) => (reranker.hangs = true)],
    ['it leaves a passage out', (reranker) => (reranker.answers = [1])],
    ['it answers no number', (reranker) => (reranker.answers = [1, Number.NaN])],
  ])('are none where %s', async (_name, disturb) => {
    const reranker = new FakeReranker();
    disturb(reranker);
    expect(await rerankHits({ reranker, timeoutMs: TIMEOUT_MS }, QUESTION, [hit('a'), hit('b')])).toBeNull();
  });
});
