import type { FailureCode } from '../../core/contract/failures.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { VersionState } from '../../core/contract/states.js';
import type { ReviewDetail, ReviewRunEnd } from '../../core/ports/review-catalog.js';
import type { ReviewingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { startReviews } from '../screening/start-reviews.js';

export interface SettleReviewInput extends RunRef {
  /** How the workflow ended; without it the end follows from the review and its version. */
  readonly end?: { readonly state: 'cancelled' } | { readonly state: 'failed'; readonly code: FailureCode };
}

export interface SettleReviewResult {
  readonly state: ReviewRunEnd['state'];
}

/**
 * Ends a review's run. One that was stopped before anybody decided is opened anew: what is held always waits for somebody.
 * May run twice: a run keeps its first end, and a version has one review at a time.
 */
export function createSettleReview({ catalog, starter }: Pick<ReviewingDependencies, 'catalog' | 'starter'>) {
  return async function settleReview({ organizationId, runId, end }: SettleReviewInput): Promise<SettleReviewResult> {
    return cancellable(async () => {
      const review = await catalog.reviews.load(organizationId, runId);
      const ending = end ? endOf(end) : settledEnd(review);
      if (end && review && review.decidedAt === null) {
        const opened = await catalog.reviews.reopen(organizationId, runId);
        if (opened) await startReviews(starter, [opened]);
      }
      await catalog.reviews.finish(organizationId, runId, ending);
      return { state: ending.state };
    });
  };
}

function endOf(end: NonNullable<SettleReviewInput['end']>): ReviewRunEnd {
  return end.state === 'failed' ? { state: 'failed', error: end.code } : { state: 'cancelled' };
}

function settledEnd(review: ReviewDetail | null): ReviewRunEnd {
  if (!review || review.state === 'superseded') return { state: 'superseded' };
  if (review.state === 'rejected') return { state: 'rejected' };
  const { goesOnState, goesOnFailure } = review;
  if (goesOnState !== null && isEnd(goesOnState)) return { state: goesOnState };
  return { state: 'failed', error: goesOnFailure ?? 'INTERNAL' };
}

/** A version ends like the review that let it pass. */
function isEnd(state: VersionState): state is 'published' | 'superseded' | 'held' | 'needs_attention' {
  return state === 'published' || state === 'superseded' || state === 'held' || state === 'needs_attention';
}
