import type { ChunkId, CollectionId, OrganizationId } from '../contract/ids.js';
import type { AccessScope } from './access-scope.js';
import type { EmbeddingModel } from './embedder.js';
import type { VectorIndexSpec, VectorStore } from './vector-index.js';
import type { PendingEmbedding } from './version-catalog.js';

export interface NewVectorIndex {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly model: EmbeddingModel;
  readonly store: VectorStore;
}

/** What a search by meaning can go through. */
export interface SearchableVectors {
  /** Live vector indexes of the collections in scope. */
  readonly specs: readonly VectorIndexSpec[];
  /** `false`: chunks of the collections in scope have no vectors yet. */
  readonly complete: boolean;
}

/** A collection of which chunks were indexed without vectors. */
export interface UnfilledCollection {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  /** How often that happened: what `recordFilled` is told, so that what happens meanwhile is not taken for filled. */
  readonly skipped: number;
}

export interface PlacedChunk {
  readonly chunkId: ChunkId;
  /** Grows in the order in which chunks were stored. */
  readonly place: number;
}

/**
 * The generations of a collection's embeddings. One is live and searched; another can be built beside it, in another store
 * or by another model, and takes its place; the former one stays `retired`, so that there is a way back. The catalog
 * moves states only: filling and dropping storage is its caller's work, before and after.
 */
export interface VectorIndexCatalog {
  /** All generations of the collections in scope, the newest first. */
  list(scope: AccessScope): Promise<VectorIndexSpec[]>;
  /**
   * A generation in state `building`. Asked again for the same model and store, it answers the one that is being built.
   * `null`: another one is being built, or there is no such collection.
   */
  buildBeside(input: NewVectorIndex): Promise<VectorIndexSpec | null>;
  /**
   * Makes a generation live that was building or retired, and retires the live one, in one transaction; a search sees the
   * one or the other. Moves the publication epoch. Twice is once. `null`: no such generation.
   */
  promote(spec: VectorIndexSpec): Promise<VectorIndexSpec | null>;
  /** Gives up a generation that is being built. Twice is once. `null`: it is live, or there is no such generation. */
  retire(spec: VectorIndexSpec): Promise<VectorIndexSpec | null>;
  searchable(scope: AccessScope): Promise<SearchableVectors>;
  /** Notes that chunks, which are stored already, go without vectors, as there is no model. */
  recordSkipped(organizationId: OrganizationId, collectionId: CollectionId): Promise<void>;
  /** Of all organizations. */
  unfilled(): Promise<UnfilledCollection[]>;
  /** Stored chunks of a collection behind a place, ascending; those of deleted documents are left out. */
  chunksBehind(
    collection: Pick<UnfilledCollection, 'organizationId' | 'collectionId'>,
    place: number,
    limit: number,
  ): Promise<PlacedChunk[]>;
  /** What is embedded of these chunks. */
  embeddingInputs(organizationId: OrganizationId, chunkIds: readonly ChunkId[]): Promise<PendingEmbedding[]>;
  /** All chunks that were stored when `unfilled` answered have vectors now. */
  recordFilled(collection: UnfilledCollection): Promise<void>;
  /** Forgets a retired generation, whose storage was dropped. `false`: it is not retired. */
  forget(spec: VectorIndexSpec): Promise<boolean>;
}
