import type { ReviewDecision, ReviewState } from '../../core/contract/review-messages.js';
import type { ReviewDetail } from '../../core/ports/review-catalog.js';
import { ApiError } from '../errors.js';
import { DECIDED } from './decide.js';

/**
 * What a decision would come to, by the rules of the review's workflow (workflows/review-state.ts), without deciding: for people
 * who want to know before they act on many. Errors: those of `decide`.
 */
export function foresee(
  review: ReviewDetail,
  { verdict, actor }: Pick<ReviewDecision, 'verdict' | 'actor'>,
): ReviewState {
  if (review.state === 'superseded') throw new ApiError('REVIEW_OVER');
  if (review.decidedAt !== null) throw new ApiError('REVIEW_DECIDED', { details: { state: review.state } });
  if (review.claimedBy !== null && review.claimedBy !== actor) throw new ApiError('REVIEW_CLAIMED');
  const needsTwo = review.fourEyes && verdict !== 'reject';
  if (needsTwo && review.firstActor === actor) throw new ApiError('REVIEW_NEEDS_ANOTHER');
  return needsTwo && review.firstActor === null ? 'second_opinion' : DECIDED[verdict];
}
