import { Failure, type FailureCode } from '../../core/contract/failures.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { Embedder, EmbeddingModel } from '../../core/ports/embedder.js';
import type { Generation } from '../../core/ports/vector-index-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import type { PendingEmbedding } from '../../core/ports/version-catalog.js';
import { isSameModel } from '../../core/retrieval/plan.js';
import type { EmbeddingDependencies } from '../dependencies.js';

/**
 * Chunks an activity embeds before it gives its slot back (1–3 s of one core): a large document does not hold up an
 * urgent one, and a killed worker repeats at most this many.
 */
export const CHUNKS_PER_ACTIVITY = 128;

/** One generation of a collection's vectors, and the model that makes them. */
export interface OpenIndex {
  readonly spec: VectorIndexSpec;
  readonly model: Embedder;
}

/** Makes vectors of chunks and inserts them; used by what embeds an ingest and by what fills in what was missed. */
export function createVectorMaking({ catalog, vectorIndex, embedder, collectionModels }: EmbeddingDependencies) {
  return {
    /**
     * Lends the live index of a collection, made by the collection's model where there is none.
     * Errors: `EMBEDDING_UNAVAILABLE`, `MODEL_MISMATCH`, `MODEL_MISSING`.
     */
    async withLive<Result>(
      collection: Collection,
      generations: readonly Generation[],
      use: (index: OpenIndex) => Promise<Result>,
    ): Promise<Result> {
      if (!embedder) throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'no model is configured' });
      const { organizationId, collectionId, embeddingModel } = collection;
      const live = generations.find(({ spec }) => spec.state === 'live');
      if (live) return withIndex(live.spec, use, embeddingModel === null ? 'MODEL_MISMATCH' : 'MODEL_MISSING');
      const open = async (model: Embedder): Promise<Result> => {
        const spec = await catalog.collections.ensureVectorIndex(organizationId, collectionId, model.model);
        await vectorIndex.prepare(spec);
        return use({ spec, model });
      };
      return embeddingModel === null || embeddingModel === embedder.model.name
        ? open(embedder)
        : collectionModels.withEmbedder(embeddingModel, open);
    },

    withIndex,

    async embed({ spec, model }: OpenIndex, pending: readonly PendingEmbedding[], signal: AbortSignal): Promise<void> {
      const vectors = await vectorsOf(spec.organizationId, model, pending, signal);
      await vectorIndex.insert(
        spec,
        pending.map(({ chunkId, documentId, inputSha256 }) => ({
          chunkId,
          documentId,
          vector: known(vectors, inputSha256),
        })),
      );
    },
  };

  /** Lends a generation. Errors: as `withLive`. */
  async function withIndex<Result>(
    spec: VectorIndexSpec,
    use: (index: OpenIndex) => Promise<Result>,
    unknown: FailureCode = 'MODEL_MISSING',
  ): Promise<Result> {
    const open = async (model: Embedder): Promise<Result> => {
      if (!isSameModel(model.model, spec.model)) {
        throw new Failure('MODEL_MISMATCH', {
          detail: `indexed=${spec.model.dimensions}, configured=${model.model.dimensions}`,
        });
      }
      await vectorIndex.prepare(spec);
      return use({ spec, model });
    };
    const { name } = spec.model;
    if (embedder && isSameModel(embedder.model, spec.model)) return open(embedder);
    if (collectionModels.names.includes(name)) return collectionModels.withEmbedder(name, open);
    if (embedder?.model.name === name) return open(embedder);
    throw new Failure(unknown, { detail: `model=${name}` });
  }

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
