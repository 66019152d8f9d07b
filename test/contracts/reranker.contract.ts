import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reranker } from '../../core/ports/reranker.js';

const QUESTION = 'dose of metformin for children';
const PASSAGES = ['the storage of aspirin', 'the dose of metformin for children', 'dose of ibuprofen for adults'];
const never = new AbortController().signal;

/** What every reranker keeps to: a score a passage, in their order, better where the passage answers. */
export function rerankerContract(name: string, open: () => Promise<Reranker>): void {
  describe(`reranker: ${name}`, () => {
    let reranker: Reranker;
    beforeAll(async () => {
      reranker = await open();
    });
    afterAll(() => reranker.close());

    it('says which model it is', () => {
      expect(reranker.model.name).not.toBe('');
      expect(reranker.model.revision).not.toBe('');
    });

    it('scores every passage between 0 and 1, in the order of the passages, the one that answers best', async () => {
      const [storage = -1, right = -1, other = -1] = await reranker.rerank(QUESTION, PASSAGES, never);
      expect(right).toBeGreaterThan(other);
      expect(other).toBeGreaterThan(storage);
      for (const score of [storage, right, other]) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
    });

    it('gives a passage the same score in whatever company, also among more than one request takes', async () => {
      const many = Array.from({ length: 70 }, (_, index) => PASSAGES[index % PASSAGES.length] ?? '');
      const scores = await reranker.rerank(QUESTION, many, never);
      const alone = await Promise.all(PASSAGES.map((passage) => reranker.rerank(QUESTION, [passage], never)));
      expect(scores).toHaveLength(many.length);
      scores.forEach((score, index) => expect(score).toBeCloseTo(alone[index % PASSAGES.length]?.[0] ?? -1, 5));
    });

    it('takes empty, long and broken texts', async () => {
      const passages = ['', 'metformin '.repeat(20_000), 'half a sign \ud83d', PASSAGES[1] ?? ''];
      const scores = await reranker.rerank(QUESTION, passages, never);
      expect(scores).toHaveLength(passages.length);
      expect(Math.max(...scores)).toBe(scores[3]);
      expect(await reranker.rerank('question '.repeat(2_000), PASSAGES, never)).toHaveLength(PASSAGES.length);
      expect(await reranker.rerank(QUESTION, [], never)).toEqual([]);
    });

    it('gives up when it is told to', async () => {
      const abort = new AbortController();
      const asked = reranker.rerank(QUESTION, Array<string>(64).fill('dose of metformin '.repeat(20)), abort.signal);
      abort.abort(new Error('told to'));
      await expect(asked).rejects.toThrow('told to');
      expect(await reranker.rerank(QUESTION, PASSAGES, never)).toHaveLength(PASSAGES.length);
    });
  });
}
