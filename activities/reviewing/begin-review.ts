import { Failure } from '../../core/contract/failures.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { ReviewNoticeInput, ReviewTerms } from '../../core/contract/review-messages.js';
import type { ReviewDetail } from '../../core/ports/review-catalog.js';
import type { ReviewingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

const HOUR_MS = 60 * 60_000;
/** Reminders before a review is overdue: one a day, where it has the usual three days. */
const REMINDERS = 3;

/** Says what a review waits for. Changes nothing. */
export function createBeginReview({ catalog }: Pick<ReviewingDependencies, 'catalog'>) {
  return async function beginReview({ organizationId, runId }: RunRef): Promise<ReviewTerms> {
    return cancellable(async () => {
      const review = await catalog.reviews.load(organizationId, runId);
      if (!review) throw new Failure('REVIEW_OVER', { detail: `review=${runId}` });
      return {
        ...standingOf(review),
        collectionName: review.collectionName,
        ...(review.wasLive ? { wasLive: true } : {}),
        fourEyes: review.fourEyes,
        remindAfterMs: (review.reviewDueHours * HOUR_MS) / REMINDERS,
        overdueAfterMs: review.reviewDueHours * HOUR_MS,
      };
    });
  };
}

function standingOf(review: ReviewDetail): Pick<ReviewTerms, 'standing' | 'applied'> {
  const { state, documentId, versionId, successorId } = review;
  switch (state) {
    case 'waiting':
    case 'second_opinion':
      return { standing: 'waiting' };
    case 'superseded':
      return { standing: 'over' };
    case 'rejected':
      return { standing: 'decided', applied: { outcome: state } };
    case 'approved':
      return { standing: 'decided', applied: { outcome: state, goesOn: { documentId, versionId } } };
    case 'redacted':
      return {
        standing: 'decided',
        applied: {
          outcome: state,
          ...(successorId === null ? {} : { goesOn: { documentId, versionId: successorId } }),
        },
      };
  }
}

/** Says that a review waits for long. May run twice: it is said once. */
export function createNoticeReview({ catalog }: Pick<ReviewingDependencies, 'catalog'>) {
  return async function noticeReview({ organizationId, runId, notice }: ReviewNoticeInput): Promise<void> {
    if (notice === 'overdue') await cancellable(() => catalog.reviews.recordOverdue(organizationId, runId));
  };
}
