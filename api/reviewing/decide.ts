import { randomUUID } from 'node:crypto';
import type { FailureCode } from '../../core/contract/failures.js';
import { Failure } from '../../core/contract/failures.js';
import { DECIDE_REVIEW_UPDATE, type DecisionAnswer, type ReviewDecision } from '../../core/contract/review-messages.js';
import type { Review } from '../../core/ports/review-catalog.js';
import type { WorkflowStarter } from '../../core/ports/workflow-starter.js';
import { ApiError, type ErrorCode } from '../errors.js';

export const DECIDED = { approve: 'approved', redact: 'redacted', reject: 'rejected' } as const;

/**
 * Hands a decision to the review's workflow and waits until it is on record. The same decision of the same person again is
 * answered as it stands. Errors: `REVIEW_DECIDED`, `REVIEW_OVER`, `REVIEW_CLAIMED`, `REVIEW_NEEDS_ANOTHER`;
 * `ENGINE_UNAVAILABLE`, when it is not known whether it counts.
 */
export async function decide(
  starter: WorkflowStarter,
  review: Review,
  decision: ReviewDecision,
): Promise<DecisionAnswer> {
  if (review.state === 'superseded') throw new ApiError('REVIEW_OVER');
  if (review.decidedAt !== null) {
    if (review.state === DECIDED[decision.verdict] && review.decidedBy === decision.actor)
      return { state: review.state };
    throw new ApiError('REVIEW_DECIDED', { details: { state: review.state } });
  }
  // Held a moment ago, while the engine could not be reached: starting it twice joins.
  await starter.start(review);
  const update = { name: DECIDE_REVIEW_UPDATE, updateId: randomUUID(), argument: decision };
  return (await told(() => starter.update(review, update))) as DecisionAnswer;
}

/** Errors of a review's workflow as the API tells them. */
export async function told<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const code = error instanceof Failure ? TOLD[error.code] : undefined;
    throw code ? new ApiError(code, { cause: error }) : error;
  }
}

const TOLD: Partial<Record<FailureCode, ErrorCode>> = {
  REVIEW_DECIDED: 'REVIEW_DECIDED',
  REVIEW_OVER: 'REVIEW_OVER',
  REVIEW_CLAIMED: 'REVIEW_CLAIMED',
  REVIEW_NEEDS_ANOTHER: 'REVIEW_NEEDS_ANOTHER',
  // Its workflow came to its end between our look at the catalog and the update.
  WORKFLOW_ENDED: 'REVIEW_DECIDED',
};
