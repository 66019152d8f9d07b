import type { AccessScope } from '../../core/ports/access-scope.js';
import type { CollectionCatalog } from '../../core/ports/collection-catalog.js';
import type { Embedder, EmbeddingModel } from '../../core/ports/embedder.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { ApiError } from '../errors.js';
import type { EffectiveMode, SearchMode, VectorIndexBody } from '../schemas/search.js';

/** Which legs a search runs, and over which vector indexes. */
export interface SearchPlan {
  readonly mode: EffectiveMode;
  readonly specs: readonly VectorIndexSpec[];
  /** Why less is done than was asked; a constant. */
  readonly degraded?: string;
}

export const NO_MODEL = 'No embedding model is configured: only words were searched.';
export const MODEL_DOWN = 'The embedding model does not answer: only words were searched.';
export const NO_VECTORS = 'Nothing here has vectors yet: only words were searched.';
export const NO_VECTORS_AT_ALL = 'Nothing here has vectors yet: there was nothing to search by meaning.';

/**
 * Decides what a search does. `auto` is hybrid where there are a model and vectors; `hybrid` falls back to words and
 * says so; `vector` asked for by name does not fall back.
 * Errors: `EMBEDDING_UNAVAILABLE` (mode vector without a model); `MODEL_MISMATCH` when a collection in scope was indexed
 * with another model than the one that would embed the query: such vectors cannot be compared.
 */
export async function planSearch(input: {
  collections: CollectionCatalog;
  embedder: Embedder | null;
  scope: AccessScope;
  mode: SearchMode;
}): Promise<SearchPlan> {
  const { collections, embedder, scope, mode } = input;
  if (mode === 'text') return { mode: 'text', specs: [] };
  if (!embedder) {
    if (mode === 'vector') throw new ApiError('EMBEDDING_UNAVAILABLE');
    return { mode: 'text', specs: [], ...(mode === 'hybrid' ? { degraded: NO_MODEL } : {}) };
  }
  const specs = await collections.liveVectorIndexes(scope);
  const foreign = specs.filter((spec) => !isSameModel(spec.model, embedder.model));
  if (foreign.length > 0) {
    throw new ApiError('MODEL_MISMATCH', {
      details: { configured: describe(embedder.model), indexed: foreign.map((spec) => describe(spec.model)) },
    });
  }
  if (specs.length > 0) return { mode: mode === 'vector' ? 'vector' : 'hybrid', specs };
  if (mode === 'vector') return { mode: 'vector', specs, degraded: NO_VECTORS_AT_ALL };
  return { mode: 'text', specs, ...(mode === 'hybrid' ? { degraded: NO_VECTORS } : {}) };
}

export function describeVectorIndex(plan: SearchPlan): VectorIndexBody | null {
  const [first] = plan.specs;
  if (!first) return null;
  return { ...describe(first.model), vectorIndexIds: plan.specs.map((spec) => spec.vectorIndexId) };
}

/** Vectors of two models are comparable only when all that makes a vector is equal; `maxTokens` only cuts the input. */
function isSameModel(a: EmbeddingModel, b: EmbeddingModel): boolean {
  return a.name === b.name && a.revision === b.revision && a.dimensions === b.dimensions;
}

function describe({ name, revision, dimensions }: EmbeddingModel) {
  return { model: name, revision, dimensions };
}
