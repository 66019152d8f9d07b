import type { ChunkId, OrganizationId, VectorIndexId } from '../contract/ids.js';
import type { EmbeddingModel } from './embedder.js';
import type { AccessScope } from './access-scope.js';
import type { SearchFilter } from './search-filter.js';

export type VectorIndexState = 'building' | 'live' | 'retired';

/** One (model, dimensions, metric) generation of embeddings of a collection. The metric is cosine. */
export interface VectorIndexSpec {
  readonly vectorIndexId: VectorIndexId;
  readonly organizationId: OrganizationId;
  readonly collectionId: string;
  readonly model: EmbeddingModel;
  readonly state: VectorIndexState;
}

export interface VectorItem {
  readonly chunkId: ChunkId;
  readonly documentId: string;
  /** Unit length, `spec.model.dimensions` numbers. */
  readonly vector: Float32Array;
}

export interface ScoredChunk {
  readonly chunkId: ChunkId;
  /** Vector search: cosine similarity, −1…1. Lexical search: BM25, > 0. Higher is better. */
  readonly score: number;
}

/**
 * Nearest neighbours. Rows are only inserted and removed, never updated: whether a chunk may be found is decided by the
 * catalog (`documents.live_version_id`), so an unpublished vector is invisible and a crash leaves no half state.
 * Errors: `Failure DATABASE_UNAVAILABLE`, `MODEL_MISMATCH` (a vector of other dimensions).
 */
export interface VectorIndex {
  /** Makes room for the spec; nothing happens when it is there already. */
  prepare(spec: VectorIndexSpec): Promise<void>;
  /** All or none of the items; a chunk that is there already keeps its vector. */
  insert(spec: VectorIndexSpec, items: readonly VectorItem[]): Promise<void>;
  /** Removing what is not there is no error. */
  remove(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<void>;
  /** Which of these chunks have no vector yet. */
  missing(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<ChunkId[]>;
  /** The k best chunks of live versions that pass scope and filter, best first; ties by chunk id. */
  search(
    scope: AccessScope,
    specs: readonly VectorIndexSpec[],
    vector: Float32Array,
    filter: SearchFilter,
    k: number,
  ): Promise<ScoredChunk[]>;
  /** Vectors stored, live or not. */
  count(spec: VectorIndexSpec): Promise<number>;
  /**
   * Does what is due of the long work that no request should wait for, such as building an approximate index over what has
   * grown large; which specs got theirs now. Takes minutes at a million vectors: for a background task only.
   */
  maintain(): Promise<VectorIndexSpec[]>;
  /** Drops the spec's storage. */
  drop(spec: VectorIndexSpec): Promise<void>;
}
