import { describe, expect, it } from 'vitest';
import { QueryVectors } from '../../../core/retrieval/query-vectors.js';
import type { Embedder } from '../../../core/ports/embedder.js';
import { FakeEmbedder } from '../../fakes/fake-embedder.js';

describe('query vectors', () => {
  it('share one call between equal queries under way, and remember it', async () => {
    const embedder = new FakeEmbedder();
    const vectors = new QueryVectors(embedder);
    const [one, other] = await Promise.all([
      vectors.embed('dose of amoxicillin'),
      vectors.embed('dose of amoxicillin'),
    ]);
    expect(other).toBe(one);
    expect(await vectors.embed('dose of amoxicillin')).toBe(one);
    expect(embedder.calls).toEqual([{ texts: ['dose of amoxicillin'], purpose: 'query' }]);
  });

  it('forget the least recently asked past a thousand', async () => {
    const embedder = new FakeEmbedder({ dimensions: 4 });
    const vectors = new QueryVectors(embedder);
    for (let number = 0; number < 1_000; number++) await vectors.embed(`question ${number}`);
    await vectors.embed('question 0');
    await vectors.embed('one more');
    const before = embedder.calls.length;
    await vectors.embed('question 0');
    expect(embedder.calls).toHaveLength(before);
    await vectors.embed('question 1');
    expect(embedder.calls).toHaveLength(before + 1);
  });

  it('do not remember a failure', async () => {
    const embedder = new FakeEmbedder();
    const vectors = new QueryVectors(embedder);
    embedder.failNext();
    await expect(vectors.embed('x')).rejects.toThrow('EMBEDDING_UNAVAILABLE');
    expect(await vectors.embed('x')).toHaveLength(32);
  });

  it('refuse a vector of other dimensions', async () => {
    const embedder: Embedder = {
      model: { name: 'm', revision: 'r', dimensions: 3, maxTokens: 8 },
      embed: async () => [new Float32Array(2)],
      close: async () => undefined,
    };
    await expect(new QueryVectors(embedder).embed('x')).rejects.toThrow('MODEL_MISMATCH');
  });

  it('give a stuck model up', async () => {
    const stuck: Embedder = {
      model: { name: 'm', revision: 'r', dimensions: 3, maxTokens: 8 },
      embed: () => new Promise(() => undefined),
      close: async () => undefined,
    };
    await expect(new QueryVectors(stuck, 20).embed('x')).rejects.toThrow('EMBEDDING_UNAVAILABLE');
  });
});
