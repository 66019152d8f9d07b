import type { RunId } from './ids.js';
import type { ReviewDecision } from './review-messages.js';

/** What one review of a version decided. */
export interface DecidedReview {
  readonly reviewId: RunId;
  readonly decision: ReviewDecision;
}

/** What was decided on a held version and why, as it is stored; sealed, as a reason may name somebody. */
export interface StoredDecision extends DecidedReview {
  /** Of the reviews before: a version that was approved, and that a rescreen held again, has more than one. */
  readonly former?: readonly DecidedReview[];
}

/** `stored`: what lies there already. Twice is once. */
export function withDecision(stored: StoredDecision | null, decided: DecidedReview): StoredDecision {
  const former = decisionsOf(stored).filter(({ reviewId }) => reviewId !== decided.reviewId);
  return former.length === 0 ? decided : { ...decided, former };
}

/** `null`: this review decided nothing. */
export function storedDecisionOf(stored: StoredDecision | null, reviewId: RunId): ReviewDecision | null {
  return decisionsOf(stored).find((one) => one.reviewId === reviewId)?.decision ?? null;
}

function decisionsOf(stored: StoredDecision | null): DecidedReview[] {
  return stored ? [...(stored.former ?? []), { reviewId: stored.reviewId, decision: stored.decision }] : [];
}
