import { Failure } from '../contract/failures.js';
import type { AccessScope } from '../ports/access-scope.js';
import type { CollectionModels } from '../ports/collection-models.js';
import type { Embedder, EmbeddingModel } from '../ports/embedder.js';
import type { VectorIndexCatalog } from '../ports/vector-index-catalog.js';
import type { VectorIndexSpec } from '../ports/vector-index.js';

export const SEARCH_MODES = ['hybrid', 'vector', 'text', 'auto'] as const;
/** What is asked for. */
export type SearchMode = (typeof SEARCH_MODES)[number];
/** What was done in the end: `auto` became one of these. */
export type EffectiveMode = Exclude<SearchMode, 'auto'>;

/** Which legs a search runs, and over which vector indexes. */
export interface RetrievalPlan {
  readonly mode: EffectiveMode;
  readonly specs: readonly VectorIndexSpec[];
  /** Why less is done than was asked; a constant. */
  readonly degraded?: string;
}

export const NO_MODEL = 'No embedding model is configured: only words were searched.';
export const MODEL_DOWN = 'The embedding model does not answer: only words were searched.';
export const STORE_DOWN = 'The store of vectors does not answer: only words were searched.';
export const NO_VECTORS = 'Nothing here has vectors yet: only words were searched.';
export const NO_VECTORS_AT_ALL = 'Nothing here has vectors yet: there was nothing to search by meaning.';
export const VECTORS_MISSING = {
  hybrid: 'Some passages have no vectors yet: these were searched by words only.',
  vector: 'Some passages have no vectors yet: these were not searched.',
} as const;
export const VECTORS_GAVE_UP = 'Too little of what is near in meaning may be seen: there may be more than was found.';

/** A collection in scope was indexed with a model that this system does not have: nothing else can embed the query for it. */
export class ForeignModels extends Failure {
  constructor(
    readonly configured: EmbeddingModel,
    readonly indexed: readonly EmbeddingModel[],
  ) {
    super('MODEL_MISMATCH', { detail: `configured=${configured.name}, foreign=${indexed.length}` });
  }
}

/**
 * Decides what a search does. `auto` is hybrid where there are a model and vectors; `hybrid` falls back to words and
 * says so; `vector` asked for by name does not fall back.
 * Errors: `Failure EMBEDDING_UNAVAILABLE` (mode vector without a model); `ForeignModels`.
 */
export async function planRetrieval(input: {
  vectorIndexes: Pick<VectorIndexCatalog, 'searchable'>;
  embedder: Embedder | null;
  collectionModels: Pick<CollectionModels, 'names'>;
  scope: AccessScope;
  mode: SearchMode;
}): Promise<RetrievalPlan> {
  const { vectorIndexes, embedder, collectionModels, scope, mode } = input;
  if (mode === 'text') return { mode: 'text', specs: [] };
  if (!embedder) {
    if (mode === 'vector') throw new Failure('EMBEDDING_UNAVAILABLE', { detail: 'no model is configured' });
    return { mode: 'text', specs: [], ...(mode === 'hybrid' ? { degraded: NO_MODEL } : {}) };
  }
  const { specs, complete } = await vectorIndexes.searchable(scope);
  const foreign = specs.filter(
    ({ model }) => !isSameModel(model, embedder.model) && !collectionModels.names.includes(model.name),
  );
  if (foreign.length > 0) {
    throw new ForeignModels(
      embedder.model,
      foreign.map(({ model }) => model),
    );
  }
  if (specs.length > 0) {
    const effective = mode === 'vector' ? 'vector' : 'hybrid';
    return { mode: effective, specs, ...(complete ? {} : { degraded: VECTORS_MISSING[effective] }) };
  }
  if (mode === 'vector') return { mode: 'vector', specs, degraded: NO_VECTORS_AT_ALL };
  return { mode: 'text', specs, ...(mode === 'hybrid' ? { degraded: NO_VECTORS } : {}) };
}

/** The vector indexes of one model, which are searched by one vector of the query. */
export interface ModelSpecs {
  readonly model: EmbeddingModel;
  readonly specs: readonly VectorIndexSpec[];
}

/** In the order of the plan; mostly one. */
export function byModel(specs: readonly VectorIndexSpec[]): ModelSpecs[] {
  const groups: { model: EmbeddingModel; specs: VectorIndexSpec[] }[] = [];
  for (const spec of specs) {
    const group = groups.find(({ model }) => isSameModel(model, spec.model));
    if (group) group.specs.push(spec);
    else groups.push({ model: spec.model, specs: [spec] });
  }
  return groups;
}

/** Vectors of two models are comparable only when all that makes a vector is equal; `maxTokens` only cuts the input. */
export function isSameModel(a: EmbeddingModel, b: EmbeddingModel): boolean {
  return a.name === b.name && a.revision === b.revision && a.dimensions === b.dimensions;
}
