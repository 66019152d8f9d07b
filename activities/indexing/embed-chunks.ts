import type { BatchStep, EmbedChunksResult } from '../../core/contract/ingest-messages.js';
import type { Embedder, EmbeddingModel } from '../../core/ports/embedder.js';
import type { PendingEmbedding } from '../../core/ports/version-catalog.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';

/**
 * Chunks an activity embeds before it gives its slot back (1–3 s of one core): a large document does not hold up an
 * urgent one, and a killed worker repeats at most this many.
 */
const CHUNKS_PER_ACTIVITY = 128;

/**
 * Embeds chunks that have no vector yet by their collection's model, shortest first so that texts of one length meet, and
 * inserts the vectors.
 * May run twice: what has a vector is no longer pending, what the cache knows is not embedded again, and a vector that
 * is there stays.
 */
export function createEmbedChunks({ catalog, vectorIndex, embedder, collectionModels }: EmbeddingDependencies) {
  return async function embedChunks({ batch, versionIds }: BatchStep): Promise<EmbedChunksResult> {
    if (!embedder) return { embedded: 0, more: false };
    const collection = await loadCollection(catalog, batch);
    await catalog.runs.recordProgress(batch.runIds, { stage: 'embed' });
    const { embeddingModel } = collection;
    return withHeartbeat((signal) =>
      embeddingModel === null || embeddingModel === embedder.model.name
        ? embed(embedder, signal)
        : collectionModels.withEmbedder(embeddingModel, (own) => embed(own, signal)),
    );

    async function embed(model: Embedder, signal: AbortSignal): Promise<EmbedChunksResult> {
      const spec = await catalog.collections.ensureVectorIndex(
        batch.organizationId,
        collection.collectionId,
        model.model,
      );
      await vectorIndex.prepare(spec);
      const pending = await catalog.versions.pendingEmbeddings(spec, versionIds, CHUNKS_PER_ACTIVITY);
      const vectors = await vectorsOf(batch.organizationId, model, pending, signal);
      await vectorIndex.insert(
        spec,
        pending.map(({ chunkId, documentId, inputSha256 }) => ({
          chunkId,
          documentId,
          vector: known(vectors, inputSha256),
        })),
      );
      return { embedded: pending.length, more: pending.length === CHUNKS_PER_ACTIVITY };
    }
  };

  async function vectorsOf(
    organizationId: string,
    model: Embedder,
    pending: readonly PendingEmbedding[],
    signal: AbortSignal,
  ): Promise<Map<string, Float32Array>> {
    const inputs = new Map(pending.map((chunk) => [chunk.inputSha256, chunk.input]));
    const key = modelKey(model.model);
    const vectors = await catalog.versions.cachedEmbeddings(organizationId, key, [...inputs.keys()]);
    const misses = [...inputs].filter(([sha256]) => !vectors.has(sha256));
    const made = await model.embed(
      misses.map(([, text]) => text),
      'passage',
      signal,
    );
    const items = misses.map(([inputSha256], position) => ({ inputSha256, vector: at(made, position) }));
    await catalog.versions.cacheEmbeddings(organizationId, key, items);
    for (const { inputSha256, vector } of items) vectors.set(inputSha256, vector);
    return vectors;
  }
}

/** What two embeddings must share to be interchangeable. */
function modelKey({ name, revision, dimensions }: EmbeddingModel): string {
  return `${name}@${revision}/${dimensions}`;
}

function known(vectors: ReadonlyMap<string, Float32Array>, inputSha256: string): Float32Array {
  const vector = vectors.get(inputSha256);
  if (!vector) throw new Error('a chunk was left without a vector');
  return vector;
}

function at(vectors: readonly Float32Array[], position: number): Float32Array {
  const vector = vectors[position];
  if (!vector) throw new Error('the embedder answered fewer vectors than texts');
  return vector;
}
