import type { FailureCode } from '../contract/failures.js';
import type { PhiCategory, ScreenedField } from '../contract/finding.js';
import type { CollectionId, DocumentId, OrganizationId, RunId, VersionId } from '../contract/ids.js';
import type { ObjectRef } from '../contract/object-ref.js';
import type { AppliedDecision, RememberScope, ReviewState, ReviewVerdict } from '../contract/review-messages.js';
import type { VersionState } from '../contract/states.js';
import type { AccessScope } from './access-scope.js';
import type { StartableRun } from './workflow-starter.js';

/** One held version and how far people are with it. Its id is that of its run. */
export interface Review extends StartableRun {
  readonly collectionId: CollectionId;
  readonly collectionName: string;
  readonly documentId: DocumentId;
  readonly versionId: VersionId;
  readonly state: ReviewState;
  readonly openedAt: Date;
  readonly claimedBy: string | null;
  /** In the future, or `null`. */
  readonly claimedUntil: Date | null;
  /** The first of two who have to decide the same. */
  readonly firstActor: string | null;
  /** When it was due, once that has passed. */
  readonly overdueAt: Date | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** The redacted version that goes on in its place. */
  readonly successorId: VersionId | null;
  /** Findings that nobody dismissed, by category. */
  readonly findings: Readonly<Partial<Record<PhiCategory, number>>>;
}

/** A finding as it is on record. */
export interface RecordedFinding {
  readonly ordinal: number;
  readonly category: PhiCategory;
  readonly start: number;
  readonly end: number;
  readonly page: number | null;
  readonly score: number;
  readonly recogniser: string;
  /** Keyed hash of category and text; `null`: of a version from before there were hashes. */
  readonly spanHash: string | null;
  readonly dismissed: boolean;
  /** What came with the text and holds the span; `null`: it lies in the text. */
  readonly field: ScreenedField | null;
}

export interface ReviewDetail extends Review {
  /** In the order of the text. */
  readonly recorded: readonly RecordedFinding[];
  /** The held reading, sealed; `null` once its version was erased. */
  readonly reading: ObjectRef | null;
  /** It was published before a rescreen held it. */
  readonly wasLive: boolean;
  /** The run that read it. */
  readonly readingRunId: RunId;
  /** Of its collection, as it says now. */
  readonly fourEyes: boolean;
  readonly reviewDueHours: number;
  /** Of the version that a decision had going on; `null`: there is none. */
  readonly goesOnState: VersionState | null;
  readonly goesOnFailure: FailureCode | null;
}

export interface ReviewListing {
  readonly limit: number;
  /** Absent: those that wait, for the first or for the second opinion. */
  readonly state?: ReviewState;
  readonly collectionId?: CollectionId;
  readonly category?: string;
  /** With its evidence (`ssn/form`) or without (`ssn`). */
  readonly recogniser?: string;
  /** With a finding of one of these words. */
  readonly spanHashes?: readonly string[];
  /** Only those that are overdue. */
  readonly overdue?: boolean;
  /** Last id of the page before. */
  readonly after?: RunId;
}

export interface ReviewCounts {
  readonly waiting: number;
  readonly overdue: number;
  readonly claimed: number;
  /** Of the one that waits longest; `null`: none waits. */
  readonly oldestOpenedAt: Date | null;
  /** Waiting reviews with a finding of the category. */
  readonly byCategory: Readonly<Partial<Record<PhiCategory, number>>>;
}

/** How a recogniser did, by its name with its evidence (`ssn/form`). */
export interface RecogniserCount {
  readonly recogniser: string;
  readonly category: PhiCategory;
  /** Waiting reviews with a finding of it that nobody dismissed. */
  readonly waiting: number;
  /** Its findings in decided reviews, and those of them that were dismissed. */
  readonly decided: number;
  readonly falseAlarms: number;
}

export interface DecideInput {
  readonly organizationId: OrganizationId;
  readonly reviewId: RunId;
  readonly verdict: ReviewVerdict;
  readonly actor: string;
  /** Who decided the same before, where two have to. */
  readonly firstActor?: string;
  /** Ordinals of the findings that are no patient data; they are dismissed. */
  readonly falseAlarms: readonly number[];
  readonly remember: RememberScope;
  /** Spans that the reviewer added. */
  readonly added: number;
}

export interface PhiAccess {
  readonly organizationId: OrganizationId;
  readonly actor: string;
  readonly act: 'review.viewed' | 'review.page_viewed' | 'document.read' | 'passages.found';
  readonly documentId?: DocumentId;
  readonly versionId?: VersionId;
  readonly requestId?: string;
}

export interface RecordedPhiAccess extends PhiAccess {
  readonly accessNo: number;
  readonly at: Date;
}

/** The queue of what screening held, and what people decided. Every method may be called twice. */
export interface ReviewCatalog {
  /** The oldest first. */
  list(scope: AccessScope, listing: ReviewListing): Promise<Review[]>;
  counts(scope: AccessScope): Promise<ReviewCounts>;
  /** Those with the most waiting first. */
  recognisers(scope: AccessScope): Promise<RecogniserCount[]>;
  /** `null`: no such review in scope. */
  get(scope: AccessScope, reviewId: RunId): Promise<ReviewDetail | null>;
  /** For the workers. */
  load(organizationId: OrganizationId, reviewId: RunId): Promise<ReviewDetail | null>;
  /**
   * Moves the held version as decided, dismisses and remembers the false alarms, and writes the entry in the audit log, all in
   * one transaction. A review that was decided answers how.
   */
  decide(input: DecideInput): Promise<AppliedDecision>;
  recordOpinion(
    organizationId: OrganizationId,
    reviewId: RunId,
    opinion: { actor: string; verdict: ReviewVerdict },
  ): Promise<void>;
  claim(organizationId: OrganizationId, reviewId: RunId, claim: { actor: string; until: Date | null }): Promise<void>;
  /** With its entry in the audit log. */
  recordOverdue(organizationId: OrganizationId, reviewId: RunId): Promise<void>;
  /** Of these hashes those that are remembered as no patient data, for this document or its whole collection. */
  remembered(
    organizationId: OrganizationId,
    documents: readonly { readonly documentId: DocumentId; readonly spanHashes: readonly string[] }[],
  ): Promise<Map<DocumentId, ReadonlySet<string>>>;
  /**
   * Running reviews whose version waits no longer although nobody decided: a newer one went live, or its document was
   * deleted. At most 500.
   */
  overtaken(): Promise<StartableRun[]>;
  /** Opens another review of a version that is still held, for a review whose workflow was ended from outside. */
  reopen(organizationId: OrganizationId, reviewId: RunId): Promise<StartableRun | null>;
  /** Ends a review's run, and with it a version that it had going on and that is still open. */
  finish(organizationId: OrganizationId, reviewId: RunId, end: ReviewRunEnd): Promise<void>;
  /** Whether no version that was read from this original is held back, or was redacted or rejected: it may lie in the clear. */
  originalIsClear(organizationId: OrganizationId, objectKey: string): Promise<boolean>;
  recordAccess(accesses: readonly PhiAccess[]): Promise<void>;
  /** Oldest first. */
  listAccess(organizationId: OrganizationId, options: { after?: number; limit: number }): Promise<RecordedPhiAccess[]>;
}

export interface ReviewRunEnd {
  readonly state: 'published' | 'rejected' | 'superseded' | 'held' | 'needs_attention' | 'cancelled' | 'failed';
  readonly error?: FailureCode;
}
