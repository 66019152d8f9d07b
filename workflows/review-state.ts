import type {
  AppliedDecision,
  ClaimRequest,
  ReviewDecision,
  ReviewNoticeInput,
  ReviewProgress,
  ReviewTerms,
} from '../core/contract/review-messages.js';
import { refusal } from './refusal.js';
import { Turns } from './turns.js';

/** What of a review an execution hands to the next one. */
export interface ReviewMemory {
  readonly openedAtMs: number;
  readonly reminders: number;
  readonly saidOverdue: boolean;
  readonly claim: ReviewClaimed | null;
  readonly first: ReviewDecision | null;
}

interface ReviewClaimed {
  readonly actor: string;
  readonly untilMs: number;
}

/** Who works on a review and how far it is. Times are the workflow's own. */
export class ReviewState {
  readonly turns = new Turns();
  readonly openedAtMs: number;
  #reminders: number;
  #saidOverdue: boolean;
  #claim: ReviewClaimed | null;
  #first: ReviewDecision | null;
  #overtaken = false;
  terms: ReviewTerms | null = null;
  applied: AppliedDecision | null = null;

  constructor(memory: ReviewMemory | undefined, nowMs: number) {
    this.openedAtMs = memory?.openedAtMs ?? nowMs;
    this.#reminders = memory?.reminders ?? 0;
    this.#saidOverdue = memory?.saidOverdue ?? false;
    this.#claim = memory?.claim ?? null;
    this.#first = memory?.first ?? null;
  }

  memory(): ReviewMemory {
    return {
      openedAtMs: this.openedAtMs,
      reminders: this.#reminders,
      saidOverdue: this.#saidOverdue,
      claim: this.#claim,
      first: this.#first,
    };
  }

  /** Nobody need decide any more. */
  get isOver(): boolean {
    return this.applied !== null || this.#overtaken;
  }

  get first(): ReviewDecision | null {
    return this.#first;
  }

  progress(nowMs: number): ReviewProgress {
    const claim = this.#claimAt(nowMs);
    return {
      state: this.#stateNow(),
      claimedBy: claim?.actor ?? null,
      claimedUntilMs: claim?.untilMs ?? null,
    };
  }

  /** Throws why this decision cannot be taken now. */
  requireDecidable({ actor, verdict }: ReviewDecision, nowMs: number): void {
    this.#requireFree(actor, nowMs);
    if (this.#first?.actor === actor && this.needsTwo(verdict)) throw refusal('REVIEW_NEEDS_ANOTHER');
  }

  /** Throws why this claim cannot be had now. */
  requireClaimable({ actor }: ClaimRequest, nowMs: number): void {
    this.#requireFree(actor, nowMs);
  }

  needsTwo(verdict: ReviewDecision['verdict']): boolean {
    // What is never published harms nobody.
    return this.terms?.fourEyes === true && verdict !== 'reject';
  }

  /** The first of two opinions, or another one in its place. The claim ends: somebody else has to look now. */
  takeFirst(decision: ReviewDecision): void {
    this.#first = decision;
    this.#claim = null;
  }

  take(claim: ReviewClaimed | null): void {
    this.#claim = claim;
  }

  overtake(): void {
    this.#overtaken = true;
  }

  /** What is to be said next of a review that waits, and when; `null`: everything was said. */
  nextNotice(terms: ReviewTerms): { notice: ReviewNoticeInput['notice']; atMs: number } | null {
    if (this.#saidOverdue) return null;
    const overdueMs = this.openedAtMs + terms.overdueAfterMs;
    const reminderMs = this.openedAtMs + (this.#reminders + 1) * terms.remindAfterMs;
    return reminderMs < overdueMs ? { notice: 'reminder', atMs: reminderMs } : { notice: 'overdue', atMs: overdueMs };
  }

  noticed(notice: ReviewNoticeInput['notice']): void {
    if (notice === 'overdue') this.#saidOverdue = true;
    else this.#reminders += 1;
  }

  #requireFree(actor: string, nowMs: number): void {
    if (this.#overtaken) throw refusal('REVIEW_OVER');
    if (this.applied !== null) throw refusal('REVIEW_DECIDED');
    const claim = this.#claimAt(nowMs);
    if (claim !== null && claim.actor !== actor) throw refusal('REVIEW_CLAIMED');
  }

  #claimAt(nowMs: number): ReviewClaimed | null {
    return this.#claim !== null && this.#claim.untilMs > nowMs ? this.#claim : null;
  }

  #stateNow(): ReviewProgress['state'] {
    if (this.applied && this.applied.outcome !== 'overtaken') return this.applied.outcome;
    if (this.#overtaken) return 'superseded';
    return this.#first === null ? 'waiting' : 'second_opinion';
  }
}

/** Whether two people decided the same: verdict and what is to go; the reasons may differ. */
export function isSameDecision(a: ReviewDecision, b: ReviewDecision): boolean {
  const essence = ({ verdict, findings, added }: ReviewDecision) =>
    JSON.stringify([
      verdict,
      findings === undefined ? null : [...findings].sort((x, y) => x - y),
      (added ?? []).map(({ category, start, end }) => [start, end, category]).sort(),
    ]);
  return essence(a) === essence(b);
}
