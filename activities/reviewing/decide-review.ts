import { Failure } from '../../core/contract/failures.js';
import { heldDecisionKey } from '../../core/contract/object-keys.js';
import type {
  AppliedDecision,
  DecideReviewInput,
  ReviewClaim,
  ReviewDecision,
  ReviewOpinionInput,
} from '../../core/contract/review-messages.js';
import type { ReviewDetail } from '../../core/ports/review-catalog.js';
import { type StoredDecision, withDecision } from '../../core/contract/stored-decision.js';
import { putJson, readSealedIfThere } from '../artefacts.js';
import type { ReviewingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/**
 * Puts a decision on record: its reason sealed under `held/`, all the rest in one transaction. What earlier reviews of the
 * version decided stays beside it. May run twice: the object is replaced by the same one, and a review that was decided answers how.
 */
export function createDecideReview({ catalog, objects }: Pick<ReviewingDependencies, 'catalog' | 'objects'>) {
  return async function decideReview(input: DecideReviewInput): Promise<AppliedDecision> {
    const { organizationId, runId, decision, firstActor } = input;
    return cancellable(async () => {
      const review = await catalog.reviews.load(organizationId, runId);
      if (!review) throw new Failure('REVIEW_OVER', { detail: `review=${runId}` });
      if (review.state === 'superseded') return { outcome: 'overtaken' };
      const place = { organizationId, runId: review.readingRunId, versionId: review.versionId };
      if (review.decidedAt === null) {
        const key = heldDecisionKey(place);
        // Only what was live may have been decided on before.
        const stored = review.wasLive ? await readSealedIfThere<StoredDecision>(objects, key) : null;
        await putJson(objects, key, withDecision(stored, { reviewId: runId, decision }));
      }
      return catalog.reviews.decide({
        organizationId,
        reviewId: runId,
        verdict: decision.verdict,
        actor: decision.actor,
        ...(firstActor === undefined ? {} : { firstActor }),
        falseAlarms: falseAlarmsOf(review, decision),
        remember: decision.remember,
        added: decision.added?.length ?? 0,
      });
    });
  };
}

/** Ordinals of the findings that the decision calls no patient data. */
function falseAlarmsOf({ recorded }: ReviewDetail, { verdict, findings }: ReviewDecision): number[] {
  const ordinals = recorded.filter((finding) => !finding.dismissed).map((finding) => finding.ordinal);
  switch (verdict) {
    case 'approve':
      return ordinals;
    case 'redact':
      return findings === undefined ? [] : ordinals.filter((ordinal) => !findings.includes(ordinal));
    case 'reject':
      return [];
  }
}

/** Puts the first of two opinions on record. May run twice: it writes the same. */
export function createRecordOpinion({ catalog }: Pick<ReviewingDependencies, 'catalog'>) {
  return async function recordOpinion({ organizationId, runId, actor, verdict }: ReviewOpinionInput): Promise<void> {
    await cancellable(() => catalog.reviews.recordOpinion(organizationId, runId, { actor, verdict }));
  };
}

/** Shows in the queue who works on a review. May run twice: it writes the same. */
export function createRecordClaim({ catalog }: Pick<ReviewingDependencies, 'catalog'>) {
  return async function recordClaim({ organizationId, runId, actor, untilMs }: ReviewClaim): Promise<void> {
    const until = untilMs === null ? null : new Date(untilMs);
    await cancellable(() => catalog.reviews.claim(organizationId, runId, { actor, until }));
  };
}
