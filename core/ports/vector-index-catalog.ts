import type { ChunkId, CollectionId, OrganizationId, VectorIndexId } from '../contract/ids.js';
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

/** A vector index from which vectors are missing. */
export interface UnfilledIndex {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  /** Absent: the live one of the collection, which may not be made yet. */
  readonly vectorIndexId?: VectorIndexId;
  /**
   * How often chunks were stored without a vector of it: what `recordFilled` is told, so that what happens meanwhile is not
   * taken for filled.
   */
  readonly skipped: number;
}

/** One generation, and whether it has a vector for each stored chunk of its collection. */
export interface Generation {
  readonly spec: VectorIndexSpec;
  readonly complete: boolean;
  /** As in {@link UnfilledIndex}. */
  readonly skipped: number;
}

/** What a collection holds, as far as it matters to whoever embeds it. */
export interface CollectionSize {
  readonly chunks: number;
  /** As they were counted when the chunks were cut. */
  readonly tokens: number;
  /** Chunks of more tokens than asked about. */
  readonly longer: number;
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
  /** All generations of one collection, the newest first. */
  ofCollection(organizationId: OrganizationId, collectionId: CollectionId): Promise<Generation[]>;
  /**
   * A generation in state `building`, from which all vectors are missing. Asked again for the same model and store, it answers the one that is being built.
   * `null`: another one is being built, or there is no such collection.
   */
  buildBeside(input: NewVectorIndex): Promise<VectorIndexSpec | null>;
  /**
   * Makes a generation live that was building or retired, and retires the live one, in one transaction with the entry in the
   * audit log; a search sees the one or the other. Moves the publication epoch. A collection that changes its model by it
   * names the new one from then on. Twice is once. `incomplete`: it is building, and vectors are missing from it; a retired
   * one takes its place back all the same, and searches say what is missing. `null`: no such generation.
   */
  promote(spec: VectorIndexSpec, actor: string): Promise<VectorIndexSpec | 'incomplete' | null>;
  /** Gives up a generation that is being built. Twice is once. `null`: it is live, or there is no such generation. */
  retire(spec: VectorIndexSpec): Promise<VectorIndexSpec | null>;
  searchable(scope: AccessScope): Promise<SearchableVectors>;
  /** Notes that chunks, which are stored already, go without vectors of any generation, as there is no model. */
  recordSkipped(organizationId: OrganizationId, collectionId: CollectionId): Promise<void>;
  /** Notes that chunks, which are stored already, go without vectors of this one. */
  recordMissed(spec: VectorIndexSpec): Promise<void>;
  /** Of all organizations; without those that are building, which somebody fills already. */
  unfilled(): Promise<UnfilledIndex[]>;
  /** `longerThan`: in tokens. Chunks of deleted documents are left out. */
  size(organizationId: OrganizationId, collectionId: CollectionId, longerThan: number): Promise<CollectionSize>;
  /** Stored chunks of a collection behind a place, ascending; those of deleted documents are left out. */
  chunksBehind(
    collection: Pick<UnfilledIndex, 'organizationId' | 'collectionId'>,
    place: number,
    limit: number,
  ): Promise<PlacedChunk[]>;
  /** What is embedded of these chunks. */
  embeddingInputs(organizationId: OrganizationId, chunkIds: readonly ChunkId[]): Promise<PendingEmbedding[]>;
  /** All chunks that were stored when `unfilled` or `ofCollection` answered have vectors now. */
  recordFilled(index: UnfilledIndex): Promise<void>;
  /** Forgets a retired generation, whose storage was dropped. `false`: it is not retired. */
  forget(spec: VectorIndexSpec): Promise<boolean>;
}
