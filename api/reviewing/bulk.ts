import type { ReviewDecision } from '../../core/contract/review-messages.js';
import { Failure } from '../../core/contract/failures.js';
import type { RecordedFinding, Review, ReviewCatalog, ReviewDetail } from '../../core/ports/review-catalog.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { WorkflowStarter } from '../../core/ports/workflow-starter.js';
import { isHoldable } from '../../core/screening/screen-reading.js';
import { ApiError, fromFailure } from '../errors.js';
import type { DecidedReviews } from '../schemas/review.js';
import { decide } from './decide.js';
import { foresee } from './foresee.js';

/** Updates under way at once: the engine takes each in some tens of milliseconds. */
const AT_ONCE = 8;

/** Which findings a bulk decision is about; an absent field restricts nothing. */
export interface FindingFilter {
  readonly category?: string;
  readonly recogniser?: string;
  readonly spanHashes?: readonly string[];
}

type Outcome = DecidedReviews['outcomes'][number];

/** Decides each review by itself, or with `dryRun` none of them, and says of each how that went or would go. */
export async function decideAll(input: {
  reviews: ReviewCatalog;
  starter: WorkflowStarter;
  scope: AccessScope;
  reviewIds: readonly string[];
  decision: ReviewDecision;
  filter: FindingFilter;
  dryRun: boolean;
}): Promise<Outcome[]> {
  const { reviews, starter, scope, reviewIds, decision, filter, dryRun } = input;
  const outcomes: Outcome[] = [];
  const left = reviewIds.map((reviewId, at) => ({ reviewId, at }));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.shift(); next; next = left.shift()) outcomes[next.at] = await decideOne(next.reviewId);
    }),
  );
  return outcomes;

  async function decideOne(reviewId: string): Promise<Outcome> {
    const refused = (code: string): Outcome => ({ reviewId, state: null, refused: code, findings: 0 });
    try {
      const review = await reviews.get(scope, reviewId);
      if (!review) return refused('REVIEW_NOT_FOUND');
      if (decision.verdict === 'approve' && hasOthers(review, filter)) {
        return refused('OTHER_FINDINGS');
      }
      const state = dryRun ? foresee(review, decision) : (await decide(starter, review, decision)).state;
      const findings = review.recorded.filter(({ dismissed }) => !dismissed).length;
      return { reviewId, state, refused: null, findings };
    } catch (error) {
      const told = error instanceof Failure ? fromFailure(error) : error;
      if (told instanceof ApiError) return refused(told.code);
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
