import type { ChunkId, DocumentId, OrganizationId, VectorIndexId } from '../contract/ids.js';
import type { AccessScope } from './access-scope.js';
import type { EmbeddingModel } from './embedder.js';

export const VECTOR_STORES = ['pgvector', 'qdrant'] as const;
/** Where vectors are kept. */
export type VectorStore = (typeof VECTOR_STORES)[number];

/** `building`: filled beside the live one. `live`: searched. `retired`: kept for a way back. */
export type VectorIndexState = 'building' | 'live' | 'retired';

/** One (model, dimensions, metric) generation of embeddings of a collection. The metric is cosine. */
export interface VectorIndexSpec {
  readonly vectorIndexId: VectorIndexId;
  readonly organizationId: OrganizationId;
  readonly collectionId: string;
  readonly model: EmbeddingModel;
  readonly store: VectorStore;
  readonly state: VectorIndexState;
}

export interface VectorItem {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  /** Unit length, `spec.model.dimensions` numbers. */
  readonly vector: Float32Array;
}

export interface ScoredChunk {
  readonly chunkId: ChunkId;
  /** Vector search: cosine similarity, −1…1. Lexical search: BM25, > 0. Higher is better. */
  readonly score: number;
}

export interface VectorQuery {
  /** Unit length, `spec.model.dimensions` numbers. */
  readonly vector: Float32Array;
  readonly k: number;
  /** Answers chunks of these documents only; absent: of all. An empty list answers nothing. */
  readonly documentIds?: readonly DocumentId[];
  /** Compares with every vector that may be answered. Otherwise the store may look at a part of them. */
  readonly exact?: boolean;
}

/** One step through the vectors of a spec. */
export interface StaleVectors {
  readonly removed: number;
  /** Where the next step goes on; `null`: there are no more. */
  readonly next: string | null;
}

export interface VectorCandidates {
  /** At most k, best first; ties by chunk id. Live or not. */
  readonly candidates: readonly ScoredChunk[];
  /** Every vector that may be answered was compared: fewer than k means that there are no more. */
  readonly exact: boolean;
}

/**
 * Holds vectors and answers the nearest as candidates. Who may see what is not its business: the catalog plans the filter,
 * and checks of every candidate whether it is live and in scope (core/retrieval/nearest-visible.ts). A store knows of
 * each vector its organization, collection, document and chunk, and nothing else; chunks that are not live may be among
 * them. Vectors are only inserted and removed, never updated.
 *
 * What a store besides Postgres needs for this contract, as Qdrant has it: a payload of `organization`, `collection` and
 * `document` for each point, indexed, the organization as tenant; the chunk id as the point's id; a filter by organization and
 * collection in every query, and by a list of documents where one is given (some thousand ids); a search parameter
 * that turns approximation off (`exact: true`); an insert that leaves a point alone which is there, or writes the same.
 *
 * Errors: `Failure DATABASE_UNAVAILABLE` or `VECTOR_STORE_UNAVAILABLE`, `MODEL_MISMATCH` (a vector of other dimensions).
 */
export interface VectorIndex {
  /** Makes room for the spec; nothing happens when it is there already. */
  prepare(spec: VectorIndexSpec): Promise<void>;
  /** All or none of the items, whose chunks are stored; a chunk that is there already keeps its vector. */
  insert(spec: VectorIndexSpec, items: readonly VectorItem[]): Promise<void>;
  /** Removing what is not there is no error. */
  remove(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<void>;
  /** Which of these chunks have no vector yet, in the order in which they were asked for. */
  missing(spec: VectorIndexSpec, chunkIds: readonly ChunkId[]): Promise<ChunkId[]>;
  /**
   * Looks through some vectors behind `after` (`null`: from the start), and removes those of chunks that are not stored any
   * more: one may have come in while its chunk was erased. `stored`: which of some chunks are; for a store that cannot
   * tell by itself.
   */
  removeStale(
    spec: VectorIndexSpec,
    after: string | null,
    stored: (chunkIds: readonly ChunkId[]) => Promise<readonly ChunkId[]>,
  ): Promise<StaleVectors>;
  /** The nearest of one vector index; of one that is out of scope none. */
  search(scope: AccessScope, spec: VectorIndexSpec, query: VectorQuery): Promise<VectorCandidates>;
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
