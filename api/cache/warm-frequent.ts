import { Failure, isOutage } from '../../core/contract/failures.js';
import type { DueQuestion, FrequentQuestionCatalog } from '../../core/ports/frequent-question-catalog.js';
import type { SealedTexts } from '../../core/ports/sealed-texts.js';
import { ApiError } from '../errors.js';
import { openSearch } from '../questions/asked-search.js';
import type { WarmSearch } from '../search/answer-searches.js';
import type { Caching } from './caching.js';

/** How often a process looks for work: one statement that reads an index of what is due, which is nearly always empty. */
const LOOK_EVERY_MS = 2_000;
/** A second of one core; so much is done twice where a process dies at it. */
const AT_ONCE = 10;
/** Ten searches on a busy machine; what a process has not done by then, another one does. */
const LEASE_MS = 30_000;

export interface WarmFrequentInput {
  readonly catalog: FrequentQuestionCatalog;
  readonly texts: SealedTexts;
  readonly caching: Caching;
  readonly warmSearch: WarmSearch;
}

/**
 * Makes the answers of frequent questions that the schedule `warm-answers` found due, while most places for searches are free. Any
 * process may: a question is leased, its answer lies in the shared tier for all of them, and is the one that a search
 * would have made.
 */
export class WarmFrequent {
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> | null = null;
  #stopped = false;
  made = 0;
  found = 0;

  constructor(private readonly input: WarmFrequentInput) {}

  start(): void {
    this.#timer = setInterval(() => void this.work().catch(() => undefined), LOOK_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#working?.catch(() => undefined);
  }

  /** Ends when nothing is due, or there is better to do. Errors: those of the catalog. */
  work(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #work(): Promise<void> {
    const { catalog, caching } = this.input;
    while (!this.#stopped) {
      const due = await catalog.claim({ limit: AT_ONCE, leaseMs: LEASE_MS });
      if (due.length === 0) return;
      // What the schedule saw, and what was added since, is known here before anything is made by it.
      await caching.follower.catchUp();
      for (const question of due) if (this.#stopped || !(await this.#warm(question))) return;
    }
  }

  /** `false`: there is better to do; the lease ends by itself. */
  async #warm(question: DueQuestion): Promise<boolean> {
    const { catalog, texts, caching, warmSearch } = this.input;
    try {
      const { scope, asked } = openSearch(texts, question);
      switch (await warmSearch(scope, asked)) {
        case 'busy':
          return false;
        case 'not kept':
          await catalog.drop(question);
          return true;
        case 'made':
          // It is done when others find it.
          await caching.answers.settled();
          this.made++;
          break;
        case 'found':
          this.found++;
          break;
        case 'less':
          // The next look is soon enough; it must not keep the others waiting.
          break;
      }
    } catch (error) {
      // A store that is down, or too much to do: another time. All else will not be otherwise then.
      if (isPassing(error)) return false;
      await catalog.drop(question);
      return true;
    }
    await catalog.settle(question);
    return true;
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.statusCode >= 500;
  return error instanceof Failure && isOutage(error.code);
}
