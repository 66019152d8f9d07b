import type { Chunk } from '../contract/chunk.js';
import type { FailureCode } from '../contract/failures.js';
import type { ChunkId, CollectionId, DocumentId, OrganizationId, RunId, VersionId } from '../contract/ids.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type { DocumentState, PhiStatus, VersionState, WithdrawalCause } from '../contract/states.js';
import type { WordCounts } from '../contract/word-account.js';
import type { DocumentMetadata, PageRecord } from '../contract/reading.js';
import type { RecordRevision } from '../contract/record-revision.js';
import type { Finding } from '../contract/finding.js';
import type { UploadMetadata } from './run-catalog.js';
import type { AccessScope } from './access-scope.js';
import type { VectorIndexSpec } from './vector-index.js';
import type { StartableRun } from './workflow-starter.js';

export interface OpenVersionItem {
  /** External id within the collection; names the document. */
  readonly externalId: string;
  /** Hex SHA-256 over everything the version is made from; see `core/reading/fingerprint.ts`. */
  readonly fingerprint: string;
  /** Position in the source, from 0. */
  readonly recordIndex: number;
  /** Pages that the ledger must account for before the version can be published; 0 where the source has no pages. */
  readonly pageCount: number;
  /** Where the record says how new it is: an older one does not replace a newer one that is live. */
  readonly revision?: RecordRevision;
}

export interface OpenVersionsInput {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
  readonly items: readonly OpenVersionItem[];
}

export interface OpenedVersion {
  readonly recordIndex: number;
  readonly documentId: DocumentId;
  readonly versionId: VersionId;
  /**
   * `open`: to be made. `unchanged`: the live version has this fingerprint. `held` / `needs_attention`: the document's
   * newest version has this fingerprint and waits for a person; `rejected`: a review decided on it. `superseded`: a record that says that it is newer is
   * live, or withdrew the document. `deleted`: somebody deleted the document, and what a sync brings does not bring it
   * back. All but `open` are not made again.
   */
  readonly outcome: 'open' | 'unchanged' | 'held' | 'needs_attention' | 'rejected' | 'superseded' | 'deleted';
}

export interface WithdrawRecordsInput {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
  readonly records: readonly WithdrawingRecord[];
}

/** A record of a run that withdraws the document of its name. */
export interface WithdrawingRecord {
  readonly recordIndex: number;
  readonly externalId: string;
  readonly cause: WithdrawalCause;
  readonly revision?: RecordRevision;
}

export interface VersionDescription {
  readonly versionId: VersionId;
  readonly metadata: DocumentMetadata;
  readonly language: string;
  /** The version's reading in the object store, sealed. */
  readonly readingRef: ObjectRef;
  /** What became of the words of its source. Absent of what was read before there was a witness. */
  readonly wordCounts?: WordCounts;
  /** What is told of the upload's own title and keys instead of what came: placeholders stand for what was found. */
  readonly uploaded?: Pick<UploadMetadata, 'title' | 'custom'>;
}

export interface HeldVersion {
  readonly versionId: VersionId;
  /** Its reading, sealed under `held/`. */
  readonly reading: ObjectRef;
}

/** What screening knows of a finding besides. */
export interface ScreenedSpan {
  /** Keyed hash of category and text: findings of the same words have the same one. */
  readonly spanHash?: string;
  /** People found before that it is no patient data. */
  readonly dismissed?: boolean;
}

export interface VersionChunks {
  readonly versionId: VersionId;
  readonly documentId: DocumentId;
  readonly chunks: readonly Chunk[];
  /** The reading's text, served by `GET /v1/documents/:id/text`. Stored only after screening let it pass. */
  readonly text: string;
}

export interface PendingEmbedding {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  /** What is embedded: prefix and text. */
  readonly input: string;
  /** Hex SHA-256 of the input. */
  readonly inputSha256: string;
  readonly tokenCount: number;
}

export interface PublishOutcome {
  readonly versionId: VersionId;
  /**
   * `superseded`: a newer version went live first, or the document was deleted after this version was accepted.
   * `needs_attention`: the ledger has failed pages, or words of the source are lost. `failed`: the ledger does not account for every page (a bug, never
   * published), or the document would take the place of itself (`SUPERSESSION_CIRCULAR`).
   */
  readonly state: Extract<VersionState, 'published' | 'superseded' | 'needs_attention' | 'failed'>;
}

/** What became of the wish to publish a document without the pages that failed. */
export type PartialPublication =
  | { readonly versionId: VersionId; readonly failedPages: number; readonly already: boolean }
  /** `state`: the newest version does not wait for it. `empty`: none of its pages could be read. */
  | { readonly refusal: 'state'; readonly state: DocumentState }
  | { readonly refusal: 'empty' };

export interface RunVersionCounts {
  readonly published: number;
  readonly unchanged: number;
  readonly held: number;
  readonly needsAttention: number;
  readonly superseded: number;
  /** Documents that records of the run withdrew. */
  readonly withdrawn: number;
  /** That a review rejected, in this run or before. */
  readonly rejected: number;
  readonly failed: number;
  readonly open: number;
  /** Why they failed, where it is for one reason. */
  readonly failure?: FailureCode;
  /** Why a person has to look at them. */
  readonly attention?: FailureCode;
}

/** The making of versions. Every method may be called twice with the same input and then changes nothing the second time. */
export interface VersionCatalog {
  /**
   * Finds or makes the documents (by external id) and a version of each for this run. A second call returns the same
   * versions. An `unchanged` outcome raises the document's live sequence, so that an older upload still on its way loses.
   */
  open(input: OpenVersionsInput): Promise<OpenedVersion[]>;
  /**
   * Takes documents out of the index because records of a run say so, each with its entry in the audit log; those that are
   * not here yet cannot come in by anything accepted before. A second call changes nothing. `WORKFLOW_ENDED`.
   */
  withdraw(input: WithdrawRecordsInput): Promise<void>;
  /** Writes ledger rows of a version; a row that is there is replaced. Sets the run's pages done. */
  recordPages(versionId: VersionId, pages: readonly PageRecord[]): Promise<void>;
  /** The ledger, pages ascending. */
  pages(versionId: VersionId): Promise<PageRecord[]>;
  describe(versions: readonly VersionDescription[]): Promise<void>;
  recordScreening(
    versions: readonly {
      versionId: VersionId;
      phiStatus: PhiStatus;
      findings: readonly (Finding & ScreenedSpan)[];
      /** `rules`, or the rules and the name of a model. */
      screenedWith?: string;
      /** `core/screening/screen-version.ts`. */
      screenVersion?: number;
    }[],
  ): Promise<void>;
  /**
   * Ends versions as `held`; their pages' outcome becomes `held`. Moves the withdrawal epoch. Opens the review of each, and
   * answers these: their workflows are to be started.
   */
  hold(versions: readonly HeldVersion[]): Promise<StartableRun[]>;
  fail(versions: readonly { versionId: VersionId; code: FailureCode }[]): Promise<void>;
  /** Stores chunks (immutable, by content id) with their lexical postings, and which version has them in which order. */
  saveChunks(organizationId: OrganizationId, versions: readonly VersionChunks[]): Promise<void>;
  /**
   * Chunks of these versions that have no vector in this index yet, shortest first, at most `limit` after the first `skip`. Of an
   * index in another store than the catalog's own database all chunks: `VectorIndex.missing` knows which of them have none.
   */
  pendingEmbeddings(
    spec: VectorIndexSpec,
    versionIds: readonly VersionId[],
    limit: number,
    skip?: number,
  ): Promise<PendingEmbedding[]>;
  /** Vectors already made for these inputs by this model, by input hash. */
  cachedEmbeddings(
    organizationId: OrganizationId,
    modelKey: string,
    inputSha256s: readonly string[],
  ): Promise<Map<string, Float32Array>>;
  cacheEmbeddings(
    organizationId: OrganizationId,
    modelKey: string,
    items: readonly { inputSha256: string; vector: Float32Array }[],
  ): Promise<void>;
  /**
   * Publishes the newest version of a document although some of its pages failed, because a person decided so; marked as
   * partial, with an audit entry, all in one transaction. Twice is once (`already`). `null`: no such document in scope.
   */
  publishPartial(scope: AccessScope, documentId: DocumentId, actor: string): Promise<PartialPublication | null>;
  /**
   * One transaction for all: compare-and-set `documents.live_version_id` by sequence, keep the document frequencies of
   * the lexical index, move the publication epoch. A reader sees all of the batch or nothing of it; what its documents
   * take the place of is replaced with it.
   */
  publish(
    organizationId: OrganizationId,
    collectionId: CollectionId,
    versionIds: readonly VersionId[],
  ): Promise<PublishOutcome[]>;
  /** How the versions of each run stand: what its end state is made from. Every run asked for is answered. */
  countByState(runIds: readonly RunId[]): Promise<Map<RunId, RunVersionCounts>>;
}
