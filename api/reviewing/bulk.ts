import type { ReviewDecision } from '../../core/contract/review-messages.js';
import { Failure } from '../../core/contract/failures.js';
import type { RecordedFinding, Review, ReviewCatalog, ReviewDetail } from '../../core/ports/review-catalog.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { WorkflowStarter } from '../../core/ports/workflow-starter.js';
import { isHoldable } from '../../core/screening/screen-reading.js';
import { ApiError, fromFailure } from '../errors.js';
import type { DecidedReviews } from '../schemas/review.js';
import { decide } from './decide.js';

/** Updates under way at once: the engine takes each in some tens of milliseconds. */
const AT_ONCE = 8;

/** Which findings a bulk decision is about; an absent field restricts nothing. */
export interface FindingFilter {
  readonly category?: string;
  readonly recogniser?: string;
  readonly spanHashes?: readonly string[];
}

type Outcome = DecidedReviews['outcomes'][number];

/** Decides each review by itself, and says of each how that went. */
export async function decideAll(input: {
  reviews: ReviewCatalog;
  starter: WorkflowStarter;
  scope: AccessScope;
  reviewIds: readonly string[];
  decision: ReviewDecision;
  filter: FindingFilter;
}): Promise<Outcome[]> {
  const { reviews, starter, scope, reviewIds, decision, filter } = input;
  const outcomes: Outcome[] = [];
  const left = reviewIds.map((reviewId, at) => ({ reviewId, at }));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.shift(); next; next = left.shift()) outcomes[next.at] = await decideOne(next.reviewId);
    }),
  );
  return outcomes;

  async function decideOne(reviewId: string): Promise<Outcome> {
    try {
      const review = await reviews.get(scope, reviewId);
      if (!review) return { reviewId, state: null, refused: 'REVIEW_NOT_FOUND' };
      if (decision.verdict === 'approve' && hasOthers(review, filter)) {
        return { reviewId, state: null, refused: 'OTHER_FINDINGS' };
      }
      const { state } = await decide(starter, review, decision);
      return { reviewId, state, refused: null };
    } catch (error) {
      const told = error instanceof Failure ? fromFailure(error) : error;
      if (told instanceof ApiError) return { reviewId, state: null, refused: told.code };
      throw error;
    }
  }
}

/** Whether something else holds the version as well. */
function hasOthers({ recorded }: ReviewDetail, filter: FindingFilter): boolean {
  return isHoldable(recorded.filter((finding) => !finding.dismissed && !matches(finding, filter)).map(asFinding));
}

function matches(finding: RecordedFinding, { category, recogniser, spanHashes }: FindingFilter): boolean {
  return (
    (category === undefined || finding.category === category) &&
    (recogniser === undefined || [finding.recogniser, finding.recogniser.split('/')[0]].includes(recogniser)) &&
    (spanHashes === undefined || (finding.spanHash !== null && spanHashes.includes(finding.spanHash)))
  );
}

function asFinding({ page, ...finding }: RecordedFinding) {
  return page === null ? finding : { ...finding, page };
}

export function idsOf(reviews: readonly Review[]): string[] {
  return reviews.map(({ runId }) => runId);
}
