import type { ChunkId, CollectionId, DocumentId, OrganizationId } from '../contract/ids.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type { VectorIndexSpec } from './vector-index.js';

/** A collection with documents whose retention is over. */
export interface DueErasure {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
}

/** Documents of one collection that are erased together. */
export interface ErasureBatch extends DueErasure {
  readonly documentIds: readonly DocumentId[];
}

/** One step through the chunks of a batch. */
export interface MarkedChunks {
  /** No version has them any more, and none can get them until they are gone. */
  readonly chunkIds: readonly ChunkId[];
  /** Whether another step has anything to do. */
  readonly more: boolean;
}

/** Objects that only erased versions of one document needed. Objects need not be there. */
export interface ReleasedObjects {
  readonly documentId: DocumentId;
  /** As their runs name them, for copies of them elsewhere. */
  readonly originals: readonly ObjectRef[];
  readonly keys: readonly string[];
  /** Everything under them goes. */
  readonly prefixes: readonly string[];
}

export interface RemovedObjects {
  readonly documentId: DocumentId;
  readonly objects: number;
}

/** What an erasure removed, by store. */
export interface ErasureCounts {
  readonly versions: number;
  readonly chunks: number;
  readonly postings: number;
  readonly vectors: number;
  /** Cached ones. */
  readonly embeddings: number;
  readonly objects: number;
}

export interface ErasureReceipt extends ErasureCounts {
  readonly documentId: DocumentId;
  readonly erasedAt: Date;
}

/** How the newest deletion of a document stands. */
export interface ErasureStatus {
  /** Its retention ends, or ended, then; by what the collection says today. */
  readonly eraseAt: Date;
  /** `null`: not done yet. */
  readonly receipt: ErasureReceipt | null;
}

/**
 * Removes what was deleted or withdrawn. Every method is one short transaction, may be called twice, and may be the last one
 * that was called before everything stopped: the erasure of a document stays open until {@link finish}, and begins anew.
 * Order: versions, then chunks (mark, remove vectors, erase) until there are none, then objects, then finish.
 */
export interface ErasureCatalog {
  /** `null`: the document was never deleted. For those who may see it, which is checked before. */
  latest(organizationId: OrganizationId, documentId: DocumentId): Promise<ErasureStatus | null>;
  /** Collections in which an erasure is due and no run still reads what is to go. */
  due(): Promise<DueErasure[]>;
  /** Documents of a collection that are due, the longest first. */
  dueDocuments(collection: DueErasure, limit: number): Promise<DocumentId[]>;
  /** Ends the versions as `erased` and removes their text and metadata; and those of documents with a tombstone. */
  eraseVersions(batch: ErasureBatch): Promise<void>;
  /** Detaches some chunks from erased and held versions, and marks at most `limit` that no version has. */
  markChunks(batch: ErasureBatch, limit: number): Promise<MarkedChunks>;
  /** All vector indexes of a collection, in whatever state. */
  vectorIndexes(collection: DueErasure): Promise<VectorIndexSpec[]>;
  /**
   * Removes marked chunks with their postings, the terms that only they had, and the cached embeddings that no other chunk
   * uses. Their vectors are gone already. `hadVectors`: a chunk for each vector that was removed, for the receipt.
   */
  eraseChunks(batch: ErasureBatch, chunkIds: readonly ChunkId[], hadVectors: readonly ChunkId[]): Promise<void>;
  /**
   * Which objects may go. An original stays while a version that is not erased, or a run under way, needs it. Runs whose
   * original goes lose the names and metadata that came with it, and can be neither tried nor read again.
   */
  releaseObjects(batch: ErasureBatch): Promise<ReleasedObjects[]>;
  /** Closes the erasures of the batch, each with its receipt in the audit log. */
  finish(batch: ErasureBatch, removed: readonly RemovedObjects[]): Promise<ErasureReceipt[]>;
}
