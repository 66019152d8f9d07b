import {
  allHandlersFinished,
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  defineQuery,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunRef } from '../core/contract/ingest-messages.js';
import {
  DECIDE_MOVE_UPDATE,
  MOVE_PROGRESS_QUERY,
  type MoveDecision,
  type MoveEnd,
  type MoveProgress,
  type MoveTerms,
} from '../core/contract/move-messages.js';
import { comparing, deciding, embedding, maintaining, settling } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { type MoveMemory, MoveState } from './move-state.js';
import { refusal } from './refusal.js';

export const decideMove = defineUpdate<MoveProgress, [MoveDecision]>(DECIDE_MOVE_UPDATE);
export const moveProgress = defineQuery<MoveProgress>(MOVE_PROGRESS_QUERY);

export interface MigrateVectorIndexInput extends RunRef {
  /** Set by continue-as-new. */
  readonly memory?: MoveMemory;
}

/** Who decides where the policy does. */
const POLICY_ACTOR = 'system';

/**
 * Moves a collection's vectors to another model or another store: builds the new vector index beside the one that is
 * searched, compares both, waits until somebody has the new one searched (or the policy does), and keeps the former one for
 * a way back. Decisions are Updates: whoever decides hears at once whether it counts. Searches go on throughout.
 */
export async function migrateVectorIndex(input: MigrateVectorIndexInput): Promise<MoveEnd> {
  const run: RunRef = { organizationId: input.organizationId, runId: input.runId };
  let state: MoveState | null = null;
  let terms: MoveTerms | null = null;
  let hasEnded = false;
  setHandler(moveProgress, () => state?.progress() ?? { stage: 'build' });
  setHandler(
    decideMove,
    async (decision) => {
      await condition(() => state !== null || hasEnded);
      if (state === null) throw refusal('MOVE_OVER');
      return decide(run, state, terms as unknown as MoveTerms, decision);
    },
    {
      validator: ({ verdict }: MoveDecision) => {
        if (!state && verdict !== 'abandon') throw refusal('MOVE_INCOMPLETE');
        // While another one is made, what this one meets is not known yet: the catalog may show it before it is heard here.
        if (state && !state.turns.isTaken) state.requireDecidable(verdict);
      },
    },
  );

  try {
    terms = await embedding.beginMove(run);
    state = new MoveState(terms, input.memory, Date.now());
    setCurrentDetails(`The vectors of **${terms.collectionName}** move`);
    await goThrough(run, state, terms);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end: MoveEnd = isCancellation(error)
      ? { state: 'cancelled' }
      : { state: 'failed', code: failureCodeOf(error) };
    // Decisions under way are made, or refused, before the run ends: those that wait for a move which never began as well.
    hasEnded = true;
    await CancellationScope.nonCancellable(async () => {
      await condition(allHandlersFinished);
      await settling.settleMove({ ...run, end });
    });
    return end;
  }
  await condition(allHandlersFinished);
  const end: MoveEnd = { state: state.end ?? 'completed' };
  await CancellationScope.nonCancellable(() => settling.settleMove({ ...run, end }));
  setCurrentDetails(`Ended: **${end.state}**`);
  return end;
}

/** Returns when the move is over. */
async function goThrough(run: RunRef, state: MoveState, terms: MoveTerms): Promise<void> {
  const isLong = () => workflowInfo().continueAsNewSuggested;
  while (!state.isOver) {
    if (isLong()) {
      await condition(allHandlersFinished);
      if (!state.isOver) await continueAsNew<typeof migrateVectorIndex>({ ...run, memory: state.memory() });
    }
    const { stage } = state;
    switch (stage) {
      case 'build':
        await build(run, state);
        break;
      case 'compare':
        await compare(run, state, terms);
        break;
      case 'decide':
        await condition(() => state.isOver || state.stage !== stage || isLong());
        break;
      case 'kept': {
        const leftMs = Math.max(1, state.keptUntilMs - Date.now());
        const heard = await condition(() => state.isOver || state.stage !== stage || isLong(), leftMs);
        if (!heard) state.over('completed');
      }
    }
  }
}

/** One step: the next vectors, or the approximate index once all are there, so that the first search does not miss it. */
async function build(run: RunRef, state: MoveState): Promise<void> {
  const step = await embedding.buildMove({ ...run, pass: state.pass, embedded: state.embedded });
  switch (step.state) {
    case 'building':
      state.pass = step.pass;
      return;
    case 'again':
      state.pass = null;
      state.embedded = step.embedded;
      return;
    case 'over':
      state.over('cancelled');
      return;
    case 'complete':
      state.pass = null;
      state.embedded = step.embedded;
      await maintaining.maintainVectorIndexes();
      state.built();
  }
}

async function compare(run: RunRef, state: MoveState, terms: MoveTerms): Promise<void> {
  const { judgement } = await comparing.compareMove(run);
  state.compared();
  if (terms.policy !== 'whenNothingIsLost' || judgement !== 'nothing_lost' || state.wasRolledBack || state.isOver)
    return;
  await state.turns.take(async () => {
    if (!state.isOver) await promote(run, state, terms, { verdict: 'promote', actor: POLICY_ACTOR });
  });
}

async function decide(run: RunRef, state: MoveState, terms: MoveTerms, decision: MoveDecision): Promise<MoveProgress> {
  return state.turns.take(async () => {
    // Only now is it known how far an earlier run had come, and what another decision made of it.
    state.requireDecidable(decision.verdict);
    switch (decision.verdict) {
      case 'promote':
        if (!(await promote(run, state, terms, decision))) throw refusal('MOVE_INCOMPLETE');
        break;
      case 'rollback': {
        const { outcome } = await deciding.rollBackMove({ ...run, decision });
        if (outcome === 'gone') throw refusal('MOVE_NOT_LIVE');
        state.rolledBack();
        break;
      }
      case 'abandon':
        state.over('cancelled');
        break;
      case 'finish':
        state.over('completed');
    }
    return state.progress();
  });
}

/** `false`: vectors are missing after all, and are made now. */
async function promote(run: RunRef, state: MoveState, terms: MoveTerms, decision: MoveDecision): Promise<boolean> {
  const { outcome } = await deciding.promoteMove({ ...run, decision });
  if (outcome === 'promoted') state.promoted(Date.now() + terms.keepMs);
  else state.buildAgain();
  return outcome === 'promoted';
}
