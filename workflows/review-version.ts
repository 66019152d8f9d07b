import {
  allHandlersFinished,
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunRef } from '../core/contract/ingest-messages.js';
import {
  CLAIM_REVIEW_UPDATE,
  type ClaimRequest,
  DECIDE_REVIEW_UPDATE,
  type DecisionAnswer,
  REVIEW_OVERTAKEN_SIGNAL,
  REVIEW_PROGRESS_QUERY,
  type ReviewDecision,
  type ReviewProgress,
  type ReviewTerms,
} from '../core/contract/review-messages.js';
import { erasing, indexing, publishing, reviewing, settling } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { embedAll } from './index-batch.js';
import { refusal } from './refusal.js';
import { isSameDecision, type ReviewMemory, ReviewState } from './review-state.js';

export const decideReview = defineUpdate<DecisionAnswer, [ReviewDecision]>(DECIDE_REVIEW_UPDATE);
export const claimReview = defineUpdate<ReviewProgress, [ClaimRequest]>(CLAIM_REVIEW_UPDATE);
/** Its version waits no longer. A signal: nobody waits for an answer, and hearing it twice changes nothing. */
export const reviewOvertaken = defineSignal(REVIEW_OVERTAKEN_SIGNAL);
export const reviewProgress = defineQuery<ReviewProgress>(REVIEW_PROGRESS_QUERY);

export interface ReviewVersionInput extends RunRef {
  /** Set by continue-as-new. */
  readonly memory?: ReviewMemory;
}

export interface ReviewVersionResult {
  readonly state: string;
}

/**
 * One held version waits for people, for as long as they take. Decisions and claims are Updates, so that a reviewer hears at
 * once whether they count; what cannot be done is refused by a validator and leaves no trace. A decision is on record before
 * it is answered. What may be published then goes on from its stored reading: cut → embed → publish.
 */
export async function reviewVersion(input: ReviewVersionInput): Promise<ReviewVersionResult> {
  const run: RunRef = { organizationId: input.organizationId, runId: input.runId };
  const state = new ReviewState(input.memory, Date.now());
  setHandler(reviewProgress, () => state.progress(Date.now()));
  setHandler(reviewOvertaken, () => state.overtake());
  setHandler(claimReview, (request) => claim(run, state, request), {
    validator: (request: ClaimRequest) => {
      if (!state.turns.isTaken) state.requireClaimable(request, Date.now());
    },
  });
  setHandler(decideReview, (decision) => decide(run, state, decision), {
    validator: (decision: ReviewDecision) => {
      if (!state.turns.isTaken) state.requireDecidable(decision, Date.now());
    },
  });

  try {
    const terms = await reviewing.beginReview(run);
    // Before anybody can decide. What lies in the clear of a held version was written while it was live.
    if (terms.wasLive && input.memory === undefined) await erasing.clearHeld(run);
    state.terms = terms;
    if (terms.standing === 'over') state.overtake();
    if (terms.applied) state.applied = terms.applied;
    setCurrentDetails(`A held version of **${terms.collectionName}** waits for its review`);
    await waitForPeople(run, state, terms);
    if (state.applied?.goesOn) await indexReviewed(run);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end = isCancellation(error)
      ? { state: 'cancelled' as const }
      : { state: 'failed' as const, code: failureCodeOf(error) };
    return CancellationScope.nonCancellable(() => settling.settleReview({ ...run, end }));
  }
  const settled = await CancellationScope.nonCancellable(() => settling.settleReview(run));
  await condition(allHandlersFinished);
  setCurrentDetails(`Ended: **${settled.state}**`);
  return settled;
}

/** Returns when somebody decided, or nobody need any more. */
async function waitForPeople(run: RunRef, state: ReviewState, terms: ReviewTerms): Promise<void> {
  while (!state.isOver) {
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      if (!state.isOver) await continueAsNew<typeof reviewVersion>({ ...run, memory: state.memory() });
      return;
    }
    const next = state.nextNotice(terms);
    // Every message may make the history long enough to go on in a new one.
    const isDone = () => state.isOver || workflowInfo().continueAsNewSuggested;
    if (next === null) await condition(isDone);
    else if (!(await condition(isDone, Math.max(1, next.atMs - Date.now())))) {
      await reviewing.noticeReview({ ...run, notice: next.notice });
      state.noticed(next.notice);
    }
  }
}

async function decide(run: RunRef, state: ReviewState, decision: ReviewDecision): Promise<DecisionAnswer> {
  return state.turns.take(async () => {
    await condition(() => state.terms !== null || state.isOver);
    // Only now is it known whether two are needed, and what the decision before this one made of it.
    state.requireDecidable(decision, Date.now());
    const { first } = state;
    const needsTwo = state.needsTwo(decision.verdict);
    if (needsTwo && (first === null || !isSameDecision(first, decision))) {
      await reviewing.recordOpinion({ ...run, actor: decision.actor, verdict: decision.verdict });
      state.takeFirst(decision);
      return { state: 'second_opinion' };
    }
    const applied = await reviewing.decideReview({
      ...run,
      decision,
      ...(needsTwo && first ? { firstActor: first.actor } : {}),
    });
    if (applied.outcome === 'overtaken') {
      state.overtake();
      throw refusal('REVIEW_OVER');
    }
    state.applied = applied;
    return { state: applied.outcome };
  });
}

async function claim(run: RunRef, state: ReviewState, request: ClaimRequest): Promise<ReviewProgress> {
  return state.turns.take(async () => {
    state.requireClaimable(request, Date.now());
    const { actor, forMs } = request;
    const untilMs = forMs > 0 ? Date.now() + forMs : null;
    state.take(untilMs === null ? null : { actor, untilMs });
    await reviewing.recordClaim({ ...run, actor, untilMs });
    return state.progress(Date.now());
  });
}

/** The stages behind screening; what is redacted is screened once more before. */
async function indexReviewed(run: RunRef): Promise<void> {
  const { batch, versionIds } = await indexing.prepareReviewed(run);
  if (versionIds.length === 0) return;
  await embedAll({ batch, versionIds });
  await publishing.publishVersions({ batch, versionIds });
}
