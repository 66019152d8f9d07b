import type { Recommendation } from '../contract/recommendation.js';
import type { ChunkId, CollectionId, DocumentId, OrganizationId, RunId, VersionId } from '../contract/ids.js';
import type { FailureCode } from '../contract/failures.js';
import type { PhiCategory } from '../contract/finding.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type {
  DocumentState,
  PageOutcome,
  PhiStatus,
  ReviewStatus,
  SafetyLevel,
  SourceType,
  VersionState,
  WithdrawalCause,
} from '../contract/states.js';
import type { PageBox } from '../contract/block.js';
import type { WordCounts } from '../contract/word-account.js';
import type { PageRecord } from '../contract/reading.js';
import type { AccessScope } from './access-scope.js';

/** Leads from a passage back to the bytes it was read from. */
export interface Anchor {
  /** SHA-256 of the source file. */
  readonly sha256: string;
  readonly pages: readonly number[];
  readonly boxes: readonly PageBox[];
  /** Offsets into the version's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly sectionPath: readonly string[];
  readonly pmid?: string;
  readonly doi?: string;
}

/** Whose place a document takes, and who takes its own. Days are `YYYY-MM-DD`, in UTC. */
export interface Supersession {
  /** As the document or its upload says; `null`: nothing is said. */
  readonly effectiveFrom: string | null;
  /** Another took its place, today or before. */
  readonly superseded: boolean;
  /** Who takes its place, and from when; the day may be one to come. */
  readonly supersededBy: { readonly documentId: DocumentId; readonly from: string } | null;
}

export interface DocumentView extends Supersession {
  readonly documentId: DocumentId;
  readonly externalId: string;
  readonly collection: string;
  readonly collectionId: CollectionId;
  readonly title: string | null;
  readonly authors: readonly string[];
  readonly sourceType: SourceType;
  readonly language: string;
  readonly publishedOn: string | null;
  readonly safetyLevel: SafetyLevel;
  /** Names of those whose place it takes, as they were given. */
  readonly supersedes: readonly string[];
  readonly state: DocumentState;
  readonly phiStatus: PhiStatus;
  /** `rules`, or the rules and the name of a model; `null`: not screened, or before this was recorded. */
  readonly screenedWith: string | null;
  /** Of the screen (`core/screening/screen-version.ts`); `null`: as above. */
  readonly screenVersion: number | null;
  /** Live version, or the newest one where none is live. */
  readonly version: VersionView;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whether it has to be looked over again, by the review cycle of its collection; null where nothing is live. */
  readonly reviewStatus: ReviewStatus | null;
  /** Null also where the collection has no cycle. */
  readonly reviewDueAt: Date | null;
  /** State `withdrawn` only. */
  readonly withdrawal?: { readonly cause: WithdrawalCause; readonly at: Date };
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface VersionView {
  readonly versionId: VersionId;
  /** Counts the versions of a document from 1. */
  readonly number: number;
  readonly runId: RunId;
  readonly fingerprint: string;
  readonly sha256: string;
  readonly pageCount: number;
  readonly partial: boolean;
  readonly publishedAt: Date | null;
}

/** A chunk of a live version with all that a citation needs. */
export interface LiveChunk extends Supersession {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly externalId: string;
  readonly title: string | null;
  readonly collection: string;
  /** Of its collection. */
  readonly answerThreshold: number | null;
  /** Its collection has its hits reranked, where there is a reranker. */
  readonly rerank: boolean;
  readonly sourceType: SourceType;
  readonly version: { readonly versionId: VersionId; readonly number: number };
  readonly ordinal: number;
  readonly text: string;
  /** First row of the table in whose middle the passage opens. */
  readonly tableHeader: string | null;
  /** The passage with its tables as Markdown; `null` where it holds none. */
  readonly markdown: string | null;
  /** The graded recommendations that it holds, in order; empty where it holds none. */
  readonly recommendations: readonly Recommendation[];
  readonly anchor: Anchor;
  /** Its document holds patient data, which its collection lets in: each look is put on record, and nothing of it is cached. */
  readonly containsPhi: boolean;
  readonly partial: boolean;
  readonly publishedOn: string | null;
  /** `due` once `publishedAt` + the collection's `reviewCycleDays` has passed; `not_scheduled` without a cycle. */
  readonly reviewStatus: ReviewStatus;
}

/** Where a page of chunks ended. */
export interface ChunkPlace {
  readonly versionId: VersionId;
  readonly ordinal: number;
}

export interface DeletedDocument {
  readonly documentId: DocumentId;
  readonly deletedAt: Date;
  /** Live versions that were withdrawn: 0 or 1. */
  readonly withdrawnVersions: number;
}

/**
 * Where the objects of a document lie in the object store, whatever became of its versions. Prefixes are for
 * `ObjectStore.list`. Objects need not be there.
 */
export interface DocumentObjects {
  /** Originals and held readings that belong to this document alone. */
  readonly keys: readonly string[];
  /** What was read of its versions, and what its runs left between their stages: of this document alone. */
  readonly prefixes: readonly string[];
  /** Originals that hold other documents as well (a file of many records). */
  readonly sharedOriginals: readonly string[];
  /**
   * Lists of the batches in which its versions travelled, beside versions of other documents. They hold ids and hashes.
   * Before each version had an object of its own they held the readings themselves. Nobody reads one after its runs ended.
   */
  readonly batchPrefixes: readonly string[];
}

/** The live version, the one made last (on which a reread or a partial publication acts), or one by its id. */
export type LedgerVersion = 'live' | 'newest' | { readonly versionId: VersionId };

/** The live version, one by its id or number, or the last one before a number; only versions that were published once. */
export type VersionChoice =
  'live' | { readonly versionId: VersionId } | { readonly number: number } | { readonly before: number };

/** Where a passage of a version stands. */
export interface TextPlace {
  /** Offsets into the version's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** 1-based; empty where the source has no pages. */
  readonly pages: readonly number[];
  readonly sectionPath: readonly string[];
}

export interface VersionText {
  readonly versionId: VersionId;
  readonly number: number;
  readonly language: string;
  readonly publishedAt: Date;
  readonly containsPhi: boolean;
  /** In reading order; `null` once it was erased. */
  readonly text: string | null;
  /** Of its passages, in order. Passages may overlap. */
  readonly places: readonly TextPlace[];
}

export interface PageLedger {
  readonly versionId: VersionId;
  /** Ascending. */
  readonly pages: readonly PageRecord[];
}

/** A version with what its account and its certificate are made from. */
export interface AccountedVersion {
  readonly versionId: VersionId;
  readonly number: number;
  readonly state: VersionState;
  readonly containsPhi: boolean;
  readonly partial: boolean;
  readonly publishedAt: Date | null;
  /** `null`: it was never read to its end, or is erased. */
  readonly readingRef: ObjectRef | null;
  /** `null`: it was read before there was a witness. */
  readonly wordCounts: WordCounts | null;
  /** The file that it was read from. */
  readonly file: { readonly sha256: string; readonly sizeBytes: number } | null;
}

/** Which documents a list shows; an absent field restricts nothing. */
/** A live document that somebody looked over and found to hold still. */
export interface ConfirmedDocument {
  readonly documentId: DocumentId;
  /** Live at that moment. */
  readonly versionId: VersionId;
  readonly confirmedAt: Date;
  /** When it has to be looked over again; null where its collection has no review cycle. */
  readonly reviewDueAt: Date | null;
}

export interface DocumentListing {
  readonly limit: number;
  readonly collectionId?: CollectionId;
  readonly externalId?: string;
  /** Absent: all but deleted and withdrawn ones. */
  readonly state?: DocumentState;
  /** Part of the title or the external id, whatever the case. */
  readonly named?: string;
  /** `YYYY-MM-DD`, in UTC, both inclusive: the day on which the document last changed. */
  readonly changedFrom?: string;
  readonly changedTo?: string;
  /** Whether another document has its place today. */
  readonly superseded?: boolean;
  readonly reviewStatus?: ReviewStatus;
  /** Last id of the page before. */
  readonly after?: DocumentId;
}

/** One version in the history of a document: what was read, what was found in it, and what became of it. */
export interface VersionRecord extends VersionView {
  readonly state: VersionState;
  readonly isLive: boolean;
  readonly phiStatus: PhiStatus;
  /** `rules`, or the rules and the name of a model; `null`: not screened, or before this was recorded. */
  readonly screenedWith: string | null;
  /** Of the screen (`core/screening/screen-version.ts`); `null`: as above. */
  readonly screenVersion: number | null;
  readonly failureCode: FailureCode | null;
  readonly openedAt: Date;
  /** Pages by how they were read; empty where the source has none. */
  readonly pages: Readonly<Partial<Record<PageOutcome, number>>>;
  /** Suspected patient data by kind and page, never the text. */
  readonly findings: readonly FindingCount[];
}

export interface FindingCount {
  readonly category: PhiCategory;
  /** `null` where the source has no pages. */
  readonly page: number | null;
  readonly count: number;
}

/** Reading what was published, and withdrawing it. */
export interface DocumentCatalog {
  get(scope: AccessScope, documentId: DocumentId): Promise<DocumentView | null>;
  /** In order of creation, newest first. */
  list(scope: AccessScope, listing: DocumentListing): Promise<DocumentView[]>;
  /**
   * The document's history, newest version first; `before` is the number of the last one of the page before. `null`: no
   * such document in scope.
   */
  versions(
    scope: AccessScope,
    documentId: DocumentId,
    options: { limit: number; before?: number },
  ): Promise<VersionRecord[] | null>;
  /** Text of the live version in reading order; `null` when the document has none. */
  liveText(scope: AccessScope, documentId: DocumentId): Promise<string | null>;
  /**
   * Text of a version that is or was published, of a document that has a live version. `null`: no such document in scope, none of
   * it is live, or it has no such version.
   */
  versionText(scope: AccessScope, documentId: DocumentId, choice: VersionChoice): Promise<VersionText | null>;
  /**
   * Ledger of a version: by default of the live one, or of the newest where none is live. `null`: no such document or
   * version in scope, or it was deleted.
   */
  pages(scope: AccessScope, documentId: DocumentId, version?: LedgerVersion): Promise<PageLedger | null>;
  /** The version that `pages` would answer, with where its account lies; `null` as there. */
  account(scope: AccessScope, documentId: DocumentId, version?: LedgerVersion): Promise<AccountedVersion | null>;
  /**
   * Chunks of the live version in order: all, or at most `limit`, which come after `after`. None when `after` is of a
   * version that is live no more. `null`: no such document in scope, or none of it is live.
   */
  chunks(
    scope: AccessScope,
    documentId: DocumentId,
    page?: { limit?: number; after?: ChunkPlace },
  ): Promise<LiveChunk[] | null>;
  /** Those of the chunks that are live and in scope, in the order asked. */
  liveChunks(scope: AccessScope, chunkIds: readonly ChunkId[]): Promise<LiveChunk[]>;
  /**
   * Tombstone, withdrawn versions, withdrawal epoch and audit entry in one transaction; versions accepted before lose.
   * `null` when there is no such document; deleting twice returns the first receipt.
   */
  delete(scope: AccessScope, documentId: DocumentId, actor: string): Promise<DeletedDocument | null>;
  /**
   * Somebody looked the live version over and it still holds: its review cycle begins again. With its audit entry, in one
   * transaction. `null`: nothing of it is live, or it is not in scope.
   */
  confirm(scope: AccessScope, documentId: DocumentId, actor: string): Promise<ConfirmedDocument | null>;
  /** Where the original of a version lies; for those who may see its passages, which is checked before. */
  sourceOfVersion(organizationId: OrganizationId, versionId: VersionId): Promise<ObjectRef | null>;
  /** Every object of a document, also of a deleted one. `null`: there is no such document. For the workers. */
  objects(organizationId: OrganizationId, documentId: DocumentId): Promise<DocumentObjects | null>;
  /** Where the original of the newest version lies. */
  sourceObject(scope: AccessScope, documentId: DocumentId): Promise<ObjectRef | null>;
}
