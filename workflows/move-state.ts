import type { BuildPass, MoveProgress, MoveStage, MoveTerms, MoveVerdict } from '../core/contract/move-messages.js';
import { refusal } from './refusal.js';
import { Turns } from './turns.js';

/** What of a move an execution hands to the next one. */
export interface MoveMemory {
  readonly stage: MoveStage;
  readonly pass: BuildPass | null;
  readonly embedded: number;
  readonly keptUntilMs: number;
}

/** How far a move is, and what may be decided about it. Times are the workflow's own. */
export class MoveState {
  readonly turns = new Turns();
  #stage: MoveStage;
  #end: 'completed' | 'cancelled' | null = null;
  /** Of a person's word: what the policy does by itself is done once. */
  #wasRolledBack = false;
  pass: BuildPass | null;
  embedded: number;
  keptUntilMs: number;

  constructor(terms: MoveTerms, memory: MoveMemory | undefined, nowMs: number) {
    this.#stage = memory?.stage ?? terms.stage;
    this.pass = memory?.pass ?? null;
    this.embedded = memory?.embedded ?? 0;
    this.keptUntilMs = memory?.keptUntilMs ?? nowMs + terms.keepMs;
  }

  memory(): MoveMemory {
    return { stage: this.#stage, pass: this.pass, embedded: this.embedded, keptUntilMs: this.keptUntilMs };
  }

  get stage(): MoveStage {
    return this.#stage;
  }

  get end(): 'completed' | 'cancelled' | null {
    return this.#end;
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  get wasRolledBack(): boolean {
    return this.#wasRolledBack;
  }

  progress(): MoveProgress {
    return { stage: this.isOver ? 'done' : this.#stage };
  }

  /** Throws why this cannot be decided now. */
  requireDecidable(verdict: MoveVerdict): void {
    if (this.isOver) throw refusal('MOVE_OVER');
    switch (verdict) {
      case 'promote':
        if (this.#stage === 'kept') throw refusal('MOVE_IS_LIVE');
        if (this.#stage !== 'decide') throw refusal('MOVE_INCOMPLETE');
        return;
      case 'abandon':
        if (this.#stage === 'kept') throw refusal('MOVE_IS_LIVE');
        return;
      case 'rollback':
      case 'finish':
        if (this.#stage !== 'kept') throw refusal('MOVE_NOT_LIVE');
        return;
    }
  }

  /** All vectors are there. */
  built(): void {
    if (this.#stage === 'build') this.#stage = 'compare';
  }

  /** Vectors are missing after all. */
  buildAgain(): void {
    this.pass = null;
    this.#stage = 'build';
  }

  compared(): void {
    if (this.#stage === 'compare') this.#stage = 'decide';
  }

  promoted(untilMs: number): void {
    this.#stage = 'kept';
    this.keptUntilMs = untilMs;
  }

  rolledBack(): void {
    this.#wasRolledBack = true;
    this.#stage = 'decide';
  }

  over(end: 'completed' | 'cancelled'): void {
    this.#end ??= end;
  }
}
