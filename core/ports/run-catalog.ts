import type { FailureCode } from '../contract/failures.js';
import type { CollectionId, DocumentId, OrganizationId, RunId, SourceId, VersionId } from '../contract/ids.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type {
  ActKind,
  AnyRunState,
  DocumentState,
  FinalRunState,
  PageMethod,
  RecordOutcome,
  RunKind,
  RunState,
  ShownActKind,
  SourceRunKind,
  Stage,
} from '../contract/states.js';
import type { AccessScope } from './access-scope.js';
import type { AuditEntry } from './audit-log.js';

/** What came in with an upload. */
export interface UploadMetadata {
  /** The content team's own id of the document; without one the file name stands for it. */
  readonly externalId?: string;
  readonly title?: string;
  /** `YYYY-MM-DD`, a real day: the first on which the document counts. */
  readonly effectiveFrom?: string;
  /**
   * Documents of the collection whose place it takes, by document id or external id; empty: of none, whatever the file says. Absent:
   * as its last upload said, unless the document was deleted since.
   */
  readonly supersedes?: readonly string[];
  /** Free keys, searchable by the `metadata` filter. */
  readonly custom: Readonly<Record<string, unknown>>;
}

export interface AcceptSourceInput {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  /** Identity of the slot within its collection: `upload:` + external id or file name, or `s3://…`. */
  readonly sourceKey: string;
  readonly fileName: string;
  readonly object: ObjectRef;
  /** Of a source that a sync brings: only where nobody told something of it before. */
  readonly metadata: UploadMetadata;
  /** The key that sent it in, or `system`; a source that a sync brings has the sync's actor. */
  readonly actor: string;
  /** It goes before all that is not urgent. */
  readonly urgent?: boolean;
  /** Of a source that a sync brings. */
  readonly sync?: {
    /** The sync's run: of one sync and source there is one run, however often it is accepted. */
    readonly runId: RunId;
    /** The batch it travels in. */
    readonly workflowId: string;
    /** Kept with the source when the run has ended: what need not be tried again. */
    readonly fingerprint: string;
  };
}

export interface AcceptedRun {
  readonly run: Run;
  /** The same content with the same metadata is the newest of this source and still running: this is that run. */
  readonly joined: boolean;
}

/** What a run reads again: one page, by the method asked for, of a document all of whose other pages stay as they were read. */
export interface Reread {
  readonly documentId: DocumentId;
  /** 1-based. */
  readonly page: number;
  readonly method: PageMethod;
  /** The run whose reading of the other pages is kept, and the version that came of it. */
  readonly baseRunId: RunId;
  readonly baseVersionId: VersionId;
}

/** Why a page is not read again. */
export type RereadRefusal =
  /** The document's newest version has no such page. */
  | { readonly refusal: 'page' }
  /** The document's newest version is still being made, is held, or was never read to its end. */
  | { readonly refusal: 'state'; readonly state: DocumentState };

/** Why a run is not tried again. */
export type RetryRefusal =
  /** It has not ended, or in a way that another try cannot better. */
  | { readonly refusal: 'state'; readonly state: RunState }
  /** A newer run of the same source exists; trying the older one again would put the newer one's document back. */
  | { readonly refusal: 'overtaken'; readonly newestRunId: RunId }
  /** Its original is gone: the document was deleted, and its retention is over. */
  | { readonly refusal: 'erased' };

/** What a run of any kind tells: our record of one act that takes time. */
export interface AnyRun {
  readonly runId: RunId;
  readonly organizationId: OrganizationId;
  readonly kind: RunKind;
  /** What the act is done to: the id of a source, document, version …; of a sync its location. */
  readonly subject: string;
  /** The run that began this one: of an ingest the sync that listed its source. */
  readonly parentRunId: RunId | null;
  /** The key that asked for it, or `system`. */
  readonly actor: string;
  /** `null`: the act is not of one collection. */
  readonly collectionId: CollectionId | null;
  readonly collectionName: string | null;
  /** Order of acceptance: of two versions of a document the one with the higher sequence is the newer. */
  readonly sequence: number;
  readonly workflowId: string;
  /** It goes before all that is not urgent. */
  readonly urgent: boolean;
  readonly state: AnyRunState;
  readonly stage: string;
  readonly error: RunError | null;
  readonly acceptedAt: Date;
  readonly finishedAt: Date | null;
}

/** An act on a subject, before it is a run. */
export interface NewAct {
  readonly organizationId: OrganizationId;
  readonly kind: ActKind;
  readonly subject: string;
  readonly actor: string;
  readonly parentRunId?: RunId;
  readonly collectionId?: CollectionId;
  readonly sourceId?: SourceId;
  /** What only runs of this kind have; ids, codes and numbers. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The entry in the audit log that accepting it writes; its details get the run's id. */
  readonly audit: Pick<AuditEntry, 'action' | 'details'>;
}

/** An act as it was accepted. */
export interface Act extends AnyRun {
  readonly kind: ActKind;
  readonly details: Readonly<Record<string, unknown>>;
  /** Of an erasure documents: as many as are erased; how many there will be is not known before. */
  readonly records: Progress;
}

/** An act that is listed among the runs. */
export interface ShownAct extends Act {
  readonly kind: ShownActKind;
}

/** A run that reads a source. */
export interface Run extends AnyRun {
  readonly kind: SourceRunKind;
  readonly collectionId: CollectionId;
  readonly collectionName: string;
  readonly sourceId: SourceId;
  readonly fileName: string;
  readonly object: ObjectRef;
  readonly metadata: UploadMetadata;
  /** The run that this one tries again, with the same original. */
  readonly retryOf: RunId | null;
  /** `null`: the whole source is read. */
  readonly reread: Reread | null;
  readonly state: RunState;
  readonly stage: Stage;
  readonly pages: Progress;
  readonly records: Progress;
}

export interface Progress {
  /** 0 while unknown, and for sources without pages or records. */
  readonly total: number;
  readonly done: number;
}

export interface RunError {
  readonly code: FailureCode;
  /** The sentence of the code. */
  readonly message: string;
}

export interface RunDocument {
  readonly documentId: DocumentId;
  readonly externalId: string;
  readonly title: string | null;
  readonly state: DocumentState | 'unchanged';
  /** With what its version was screened: `rules`, or the rules and the name of a model; `null`: not yet. */
  readonly screenedWith: string | null;
}

export interface RunView extends Run {
  /** The first 1,000 documents of the run, in the order of the source. */
  readonly documents: readonly RunDocument[];
}

/** A record of a source that no version was opened for. */
export interface UnreadRecord {
  /** Position in the source, from 0. */
  readonly index: number;
  /** Where the record says one. */
  readonly externalId?: string;
  /** `failed`: it cannot be read. `repeated`: a later record of the source has the same identity and counts instead. */
  readonly outcome: 'failed' | 'repeated';
  /** A constant phrase, never a word of the source. */
  readonly reason: string;
}

/** One record of a source of many, with what became of it. */
export interface RunRecord {
  readonly index: number;
  readonly externalId: string | null;
  readonly documentId: DocumentId | null;
  readonly outcome: RecordOutcome;
  /** Why it was not read. */
  readonly reason: string | null;
}

/** Progress as an activity knows it; absolute numbers, so that writing it twice changes nothing. */
export interface RunProgress {
  readonly stage?: Stage;
  readonly pages?: Partial<Progress>;
  readonly records?: Partial<Progress>;
}

export interface RunEnd {
  readonly runId: RunId;
  readonly state: FinalRunState;
  readonly error?: FailureCode;
}

/** Well below the age from which on the reconciler starts a run that nobody has started (15 s). */
export const GATHERED_WITHIN_MS = 10_000;

export interface RunCatalog {
  /**
   * Takes a source in, in one transaction under the lock of its row: either joins the newest run of the source, when that
   * is running with the same bytes and metadata, or makes a new run with the next sequence number.
   * Errors: `COLLECTION_MISSING`; `WORKFLOW_ENDED` for a new run of a sync that is over.
   */
  accept(input: AcceptSourceInput): Promise<AcceptedRun>;
  /**
   * Makes a new run of the same bytes, metadata and source as one that ended `failed`, `cancelled` or `needs_attention`
   * and is the newest of its source; asked again while that one is running, gives it (`joined`). Reads again what needs
   * attention. `null`: no such run in scope.
   */
  retry(scope: AccessScope, runId: RunId, actor: string): Promise<AcceptedRun | RetryRefusal | null>;
  /**
   * Makes a run that reads one page of the document's newest version again, with the same original and metadata; asked
   * again while that one is running, gives it (`joined`). `null`: no such document in scope.
   */
  reread(
    scope: AccessScope,
    input: { documentId: DocumentId; page: number; method: PageMethod; actor: string },
  ): Promise<AcceptedRun | RereadRefusal | null>;
  /**
   * Ends a run as cancelled, as `finish` does, with its entry in the audit log in one transaction. `false`: it had ended
   * before, and nothing was changed. `null`: no such run in scope.
   */
  cancel(scope: AccessScope, runId: RunId, actor: string): Promise<boolean | null>;
  get(scope: AccessScope, runId: RunId): Promise<RunView | null>;
  /** Newest first. */
  list(
    scope: AccessScope,
    options: { limit: number; collectionId?: CollectionId; state?: RunState; before?: number },
  ): Promise<Run[]>;
  /**
   * What became of every record of a run, in the order of the source; `after`: the index of the last one seen. `null`: no
   * such run in scope.
   */
  listRecords(
    scope: AccessScope,
    runId: RunId,
    options: { limit: number; outcome?: RecordOutcome; after?: number },
  ): Promise<RunRecord[] | null>;
  /** How many records of a run ended how; those that none did are left out. */
  countRecords(scope: AccessScope, runId: RunId): Promise<Partial<Record<RecordOutcome, number>>>;
  /** Puts on record what was not read; a second time changes nothing. */
  recordUnread(organizationId: OrganizationId, runId: RunId, records: readonly UnreadRecord[]): Promise<void>;
  /** For the workers, which act for the whole organization. */
  load(organizationId: OrganizationId, runId: RunId): Promise<Run | null>;
  /**
   * From now on the runs share this workflow: those that wait for their start, and for less than {@link GATHERED_WITHIN_MS}, for
   * an older one may have been started in its own. Answers them.
   */
  gather(organizationId: OrganizationId, runIds: readonly RunId[], workflowId: string): Promise<RunId[]>;
  /** The runs that share this workflow and have not ended, in the order of their acceptance. */
  gathered(organizationId: OrganizationId, workflowId: string): Promise<Run[]>;
  /** From now on each of the runs has a workflow `ingestSource` of its own. */
  separate(organizationId: OrganizationId, runIds: readonly RunId[]): Promise<void>;
  /** Where this run's original lies from now on (a held one moves to `held/`); the runs that share it follow. */
  relocateObject(runId: RunId, key: string): Promise<void>;
  /** Never moves a finished run. */
  recordProgress(runIds: readonly RunId[], progress: RunProgress): Promise<void>;
  /**
   * Ends runs once; a run that ended keeps its first end. Versions of the runs that are still open end with them
   * (`failed` or `cancelled`), so that nothing waits for ever. Answers those that this call ended.
   */
  finish(ends: readonly RunEnd[]): Promise<RunId[]>;
  /**
   * Accepts an act: its run and its entry in the audit log are one transaction. While an act of this kind on this subject
   * (of this collection) is running, asking again gives that one (`joined`), and writes nothing.
   * Errors: `COLLECTION_MISSING`.
   */
  acceptAct(act: NewAct): Promise<{ act: Act; joined: boolean }>;
  /** For the workers. `null`: no such run, or one that reads a source or is a sync. */
  loadAct(organizationId: OrganizationId, runId: RunId): Promise<Act | null>;
  /** `null`: no such act in scope, or one that is not listed. */
  getAct(scope: AccessScope, runId: RunId): Promise<ShownAct | null>;
  /** As `cancel`, of an act that is listed. */
  cancelAct(scope: AccessScope, runId: RunId, actor: string): Promise<boolean | null>;
  /** Newest first. */
  listActs(
    scope: AccessScope,
    options: { limit: number; kind?: ShownActKind; collectionId?: CollectionId; state?: AnyRunState; before?: number },
  ): Promise<ShownAct[]>;
  /** Never moves a finished run. */
  recordActStage(organizationId: OrganizationId, runId: RunId, stage: string): Promise<void>;
  /** Adds to what only runs of its kind have, in place of what has the same name. Never changes a finished run. */
  recordActDetails(
    organizationId: OrganizationId,
    runId: RunId,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Ends an act once; one that ended keeps its first end. */
  finishAct(organizationId: OrganizationId, runId: RunId, end: ActEnd): Promise<void>;
  /**
   * Running runs of every kind accepted before this moment, oldest first: for the reconciler. `after`: the sequence of the
   * last one seen. Runs of a running sync are that sync's to start and to end.
   */
  listRunning(acceptedBefore: Date, page: { limit: number; after?: number }): Promise<AnyRun[]>;
}

export type ActEnd =
  | { readonly state: 'completed' | 'cancelled' }
  | { readonly state: 'failed' | 'needs_attention'; readonly error: FailureCode };
