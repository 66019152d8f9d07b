import type { FailureCode } from './failures.js';
import type { PhiCategory } from './finding.js';
import type { DocumentId, VersionId } from './ids.js';
import type { RunRef } from './ingest-messages.js';

/** What travels between those who review, the workflow `reviewVersion` and its activities. */

/** What a reviewer may decide. */
export const REVIEW_VERDICTS = ['approve', 'redact', 'reject'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

/** How a review stands, or ended. `superseded`: nobody need decide any more, for instance as a clean file came in. */
export const REVIEW_STATES = ['waiting', 'second_opinion', 'approved', 'redacted', 'rejected', 'superseded'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** A span that a reviewer adds to what was found; offsets into the held reading's text, in UTF-16 code units. */
export interface AddedSpan {
  readonly category: PhiCategory;
  readonly start: number;
  readonly end: number;
}

/** Where a false alarm is remembered: for the document's later versions, for all of the collection, or not at all. */
export const REMEMBER_SCOPES = ['document', 'collection', 'nowhere'] as const;
export type RememberScope = (typeof REMEMBER_SCOPES)[number];

export interface ReviewDecision {
  readonly verdict: ReviewVerdict;
  /** The key that decides. */
  readonly actor: string;
  readonly reason: string;
  /** `redact`: which findings, by their ordinals. The others are false alarms. Absent: all. */
  readonly findings?: readonly number[];
  /** `redact`: more of it. */
  readonly added?: readonly AddedSpan[];
  readonly remember: RememberScope;
}

export interface DecideReviewInput extends RunRef {
  readonly decision: ReviewDecision;
  /** Who decided the same before, where two have to. */
  readonly firstActor?: string;
}

/** What became of the version. `overtaken`: it waits no longer. */
export interface AppliedDecision {
  readonly outcome: Extract<ReviewState, 'approved' | 'redacted' | 'rejected'> | 'overtaken';
  /** The version that goes on to the index: the held one, or the redacted one in its place. */
  readonly goesOn?: { readonly documentId: DocumentId; readonly versionId: VersionId };
}

export interface ReviewOpinionInput extends RunRef {
  readonly actor: string;
  readonly verdict: ReviewVerdict;
}

export interface ReviewClaim extends RunRef {
  readonly actor: string;
  /** Milliseconds since 1970; `null`: given back. */
  readonly untilMs: number | null;
}

/** What a review waits for, and how long until somebody is told. */
export interface ReviewTerms {
  /** `over`: its version waits no longer. */
  readonly standing: 'waiting' | 'decided' | 'over';
  /** Of a decided one. */
  readonly applied?: AppliedDecision;
  readonly collectionName: string;
  /** Its version was live before a rescreen held it; executions of earlier code do not say it. */
  readonly wasLive?: boolean;
  /** Two people have to decide the same before anything is published. */
  readonly fourEyes: boolean;
  readonly remindAfterMs: number;
  readonly overdueAfterMs: number;
}

export interface ReviewNoticeInput extends RunRef {
  readonly notice: 'reminder' | 'overdue';
}

export type ReviewEnd =
  | { readonly state: 'published' | 'rejected' | 'superseded' | 'held' | 'needs_attention' | 'cancelled' }
  | { readonly state: 'failed'; readonly code: FailureCode };

/** Names of the messages that `reviewVersion` takes. */
export const DECIDE_REVIEW_UPDATE = 'decideReview';
export const CLAIM_REVIEW_UPDATE = 'claimReview';
export const REVIEW_OVERTAKEN_SIGNAL = 'reviewOvertaken';
export const REVIEW_PROGRESS_QUERY = 'reviewProgress';

export interface ClaimRequest {
  readonly actor: string;
  /** How long nobody else may decide; 0 gives it back. */
  readonly forMs: number;
}

/** What a decision is answered with. `second_opinion`: another person has to decide the same. */
export interface DecisionAnswer {
  readonly state: Exclude<ReviewState, 'waiting' | 'superseded'>;
}

export interface ReviewProgress {
  readonly state: ReviewState;
  readonly claimedBy: string | null;
  readonly claimedUntilMs: number | null;
}
