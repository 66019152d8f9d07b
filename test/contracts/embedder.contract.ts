import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import type { Embedder } from '../../core/ports/embedder.js';

/** Floating-point sums differ in the last digits between runs of several threads. */
const SAME = 0.9999;

export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}

/** What every {@link Embedder} promises. `open` gives a new one each time. */
export function embedderContract(name: string, open: () => Promise<Embedder>): void {
  describe(`Embedder: ${name}`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await open();
    });
    afterAll(() => embedder.close());

    const embedOne = async (text: string): Promise<Float32Array> => {
      const [vector] = await embedder.embed([text], 'passage');
      if (!vector) throw new Error('no vector');
      return vector;
    };

    it('says which model it is', () => {
      expect(embedder.model.name).not.toBe('');
      expect(embedder.model.revision).not.toBe('');
      expect(embedder.model.dimensions).toBeGreaterThan(0);
      expect(embedder.model.maxTokens).toBeGreaterThan(2);
    });

    it('answers unit vectors of its dimensions, for passages and queries', async () => {
      for (const purpose of ['passage', 'query'] as const) {
        const vectors = await embedder.embed(['Insulin lowers blood glucose.', 'Take with food.'], purpose);
        expect(vectors).toHaveLength(2);
        for (const vector of vectors) {
          expect(vector).toHaveLength(embedder.model.dimensions);
          expect(cosine(vector, vector)).toBeCloseTo(1, 4);
        }
      }
    });

    it('keeps the order of the texts, whatever their lengths', async () => {
      const texts = [40, 1, 25, 3, 60, 2, 9].map((words, index) => `topic${index} ${'warfarin dose '.repeat(words)}`);
      const together = await embedder.embed(texts, 'passage');
      for (const [index, text] of texts.entries()) {
        const alone = await embedOne(text);
        expect(cosine(alone, together[index] ?? new Float32Array())).toBeGreaterThan(SAME);
      }
    });

    it('tells different texts apart', async () => {
      expect(cosine(await embedOne('aspirin'), await embedOne('a broken wrist'))).toBeLessThan(0.99);
    });

    it('answers no texts with no vectors', async () => {
      expect(await embedder.embed([], 'passage')).toEqual([]);
    });

    it('takes empty, blank, broken and foreign text', async () => {
      const texts = [
        '',
        ' \n\t ',
        '≥ 4 mmol/L',
        '発熱と頭痛',
        'ação',
        '👩‍⚕️🩺',
        'half a pair \ud83d',
        '\u0000\u0007',
        'é',
      ];
      const vectors = await embedder.embed(texts, 'passage');
      expect(vectors).toHaveLength(texts.length);
      for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    });

    it('cuts a text past its limit and reads nothing behind the cut', async () => {
      const long = 'fever '.repeat(embedder.model.maxTokens * 4);
      const [a, b] = await embedder.embed([long, `${long} and something else entirely`], 'passage');
      expect(cosine(a ?? new Float32Array(), b ?? new Float32Array())).toBeGreaterThan(SAME);
    });

    it('answers calls that run at once, each its own', async () => {
      const texts = ['asthma', 'gout', 'measles', 'stroke'];
      const [alone, ...together] = await Promise.all([
        embedder.embed(texts, 'passage'),
        ...texts.map((text) => embedder.embed([text], 'query')),
      ]);
      texts.forEach((_, index) => {
        const [vector] = together[index] ?? [];
        expect(cosine(alone?.[index] ?? new Float32Array(), vector ?? new Float32Array())).toBeGreaterThan(SAME);
      });
    });

    it('stops at an abort and serves the next call', async () => {
      const reason = new Error('stopped by the test');
      await expect(embedder.embed(['x'], 'passage', AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const running = embedder.embed(
        Array.from({ length: 200 }, (_, index) => `sentence ${index} `.repeat(50)),
        'passage',
        controller.signal,
      );
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(await embedder.embed(['next'], 'query')).toHaveLength(1);
    });

    it('is unavailable after it was closed', async () => {
      const closed = await open();
      await closed.close();
      await closed.close();
      await expect(closed.embed(['x'], 'query')).rejects.toSatisfy(
        (error) => error instanceof Failure && error.code === 'EMBEDDING_UNAVAILABLE',
      );
    });
  });
}
