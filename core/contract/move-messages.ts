import type { FailureCode } from './failures.js';
import type { CollectionId, VectorIndexId } from './ids.js';
import type { RunRef } from './ingest-messages.js';

/** What travels between those who move a collection's vectors, the workflow `migrateVectorIndex` and its activities. */

/** Who has the new vector index searched: a person, or the comparison, where it shows that nothing is lost by it. */
export const MOVE_POLICIES = ['ask', 'whenNothingIsLost'] as const;
export type MovePolicy = (typeof MOVE_POLICIES)[number];

/**
 * `promote`: the new vector index is searched from now on. `rollback`: the former one is again. `abandon`: the new one is
 * dropped. `finish`: the former one is dropped before its days are over.
 */
export const MOVE_VERDICTS = ['promote', 'rollback', 'abandon', 'finish'] as const;
export type MoveVerdict = (typeof MOVE_VERDICTS)[number];

/** Stages of a run of the kind `migration`, in order; a rollback leads back from `kept` to `decide`. */
export const MOVE_STAGES = ['build', 'compare', 'decide', 'kept'] as const;
export type MoveStage = (typeof MOVE_STAGES)[number];

export interface MoveDecision {
  readonly verdict: MoveVerdict;
  /** The key that decides. */
  readonly actor: string;
}

export interface MoveDecisionInput extends RunRef {
  readonly decision: MoveDecision;
}

/** What a move is about. */
export interface MoveTerms {
  readonly collectionId: CollectionId;
  readonly collectionName: string;
  /** The new vector index. */
  readonly vectorIndexId: VectorIndexId;
  /** Where a run goes on that another one began: the new index may be searched already. */
  readonly stage: Extract<MoveStage, 'build' | 'kept'>;
  readonly policy: MovePolicy;
  /** How long the former vector index stays for a way back. */
  readonly keepMs: number;
}

/** Where a pass over the stored chunks stands. */
export interface BuildPass {
  readonly skipped: number;
  readonly behind: number;
  /** Chunks that this run has given vectors. */
  readonly embedded: number;
}

export interface BuildMoveInput extends RunRef {
  /** `null`: a pass begins. */
  readonly pass: BuildPass | null;
  /** By the passes before. */
  readonly embedded: number;
}

export type BuildMoveResult =
  | { readonly state: 'building'; readonly pass: BuildPass }
  /** `complete`: nothing is missing. `again`: something was missed while the pass went on. `over`: the run has ended. */
  | { readonly state: 'complete' | 'again' | 'over'; readonly embedded: number };

/** Numbers of a comparison; questions and documents stand in the report in the object store. */
export interface ComparisonSummary {
  readonly questions: number;
  /** Those of which somebody said which documents should be found. */
  readonly judged: number;
  /** Mean share of the ten best passages that both have, 0…1. */
  readonly overlap: number | null;
  /** Mean rank-biased overlap (p = 0.9) of the ten best passages, 0…1. */
  readonly rankBiasedOverlap: number | null;
  /** Means over the judged questions. */
  readonly ndcg: { readonly live: number; readonly next: number } | null;
  /** Questions of which something is not found any more: an expected document, or without a judgement the best hit. */
  readonly lost: number;
}

/** `incomplete`: vectors are missing from it. `gone`: it is not there. */
export interface PromotionResult {
  readonly outcome: 'promoted' | 'incomplete' | 'gone';
}

export type MoveEnd =
  { readonly state: 'completed' | 'cancelled' } | { readonly state: 'failed'; readonly code: FailureCode };

export interface SettleMoveInput extends RunRef {
  readonly end: MoveEnd;
}

/** Names of the messages that `migrateVectorIndex` takes. */
export const DECIDE_MOVE_UPDATE = 'decideMove';
export const MOVE_PROGRESS_QUERY = 'moveProgress';

export interface MoveProgress {
  readonly stage: MoveStage | 'done';
}
