import { expect, test } from 'vitest';
import { pendingChunks } from '../../../activities/indexing/pending-chunks.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { PendingEmbedding } from '../../../core/ports/version-catalog.js';

const SPEC: VectorIndexSpec = {
  vectorIndexId: 'i',
  organizationId: 'o',
  collectionId: 'c',
  model: { name: 'mini', revision: 'r', dimensions: 2, maxTokens: 64 },
  store: 'qdrant',
  state: 'live',
};

const ALL: readonly PendingEmbedding[] = Array.from({ length: 2_500 }, (_, at) => ({
  ...{ chunkId: `c${at}`, documentId: 'd', input: '', inputSha256: `${at}`, tokenCount: at },
}));

/** A version of 2,500 chunks in a store that has a vector of all but these. */
async function pendingWithout(missing: readonly number[], spec = SPEC) {
  const without = new Set(missing.map((at) => `c${at}`));
  const looks: number[] = [];
  const versions = {
    pendingEmbeddings: async (_spec: VectorIndexSpec, _ids: readonly string[], limit: number, skip = 0) =>
      ALL.slice(skip, skip + limit),
  };
  const vectorIndex = {
    missing: async (_spec: VectorIndexSpec, chunkIds: readonly string[]) => {
      looks.push(chunkIds.length);
      return chunkIds.filter((id) => without.has(id));
    },
  };
  const pending = await pendingChunks({ versions, vectorIndex }, spec, ['v']);
  return { pending: pending.map(({ tokenCount }) => tokenCount), looks };
}

test('of another store than the database are found among all chunks, as many as an activity embeds', async () => {
  const every = Array.from({ length: 2_500 }, (_, at) => at);
  expect(await pendingWithout(every)).toEqual({ pending: every.slice(0, 128), looks: [1_024] });
  expect(await pendingWithout([7, 1_023, 1_024, 2_499])).toEqual({
    pending: [7, 1_023, 1_024, 2_499],
    looks: [1_024, 1_024, 452],
  });
  expect(await pendingWithout([])).toEqual({ pending: [], looks: [1_024, 1_024, 452] });
});

test('of the database are those that it knows', async () => {
  const { pending, looks } = await pendingWithout([], { ...SPEC, store: 'pgvector' });
  expect(pending).toHaveLength(128);
  expect(looks).toEqual([]);
});
