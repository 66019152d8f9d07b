import { ApiError } from '../errors.js';

/** Searches that are worked out at once. The pool has ten connections, and a search uses one or two of them most of its time. */
const RUNNING = 12;
/** Those that wait. Past this, whoever comes would wait longer than {@link WAIT_MS} in any case. */
const WAITING = 100;
/** A person notices a second; what waited longer is turned away while it can still go elsewhere. */
const WAIT_MS = 600;
/** While there is more to do than can be done, waiting helps nobody: whoever waits long is served late instead of another one in time. */
const OVERLOADED_WAIT_MS = 50;

export interface SearchPlacesLimits {
  readonly running: number;
  readonly waiting: number;
  readonly waitMs: number;
  readonly overloadedWaitMs: number;
}

interface Waiting {
  readonly proceed: () => void;
}

/**
 * Bounds the searches that are being worked out, and for how long others wait: an overload is answered early with "ask again",
 * and those that are taken are answered as quickly as before. Cached answers need no place.
 *
 * A burst is worked off in its order. A queue that has not been empty for {@link WAIT_MS} is no burst: from then on the newest is
 * taken first and nobody waits long, until it has been empty once. (Controlled delay and adaptive LIFO: Nichols and Jacobson,
 * Controlling Queue Delay, ACM Queue 10(5), 2012; Maurer, Fail at Scale, ACM Queue 13(8), 2015.)
 */
export class SearchPlaces {
  readonly #waiting: Waiting[] = [];
  readonly #limits: SearchPlacesLimits;
  readonly #now: () => number;
  /** When somebody began to wait behind whom the queue has not been empty since. */
  #filledAtMs = 0;
  running = 0;
  refused = 0;

  constructor(limits: Partial<SearchPlacesLimits> = {}, now: () => number = () => performance.now()) {
    const usual = { running: RUNNING, waiting: WAITING, waitMs: WAIT_MS, overloadedWaitMs: OVERLOADED_WAIT_MS };
    this.#limits = { ...usual, ...limits };
    this.#now = now;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Errors: `OVERLOADED`; those of `work`. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.#limits.running) this.running++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      // The place goes to one of the queue, so that nobody who comes now can overtake it.
      const next = this.#isOverloaded ? this.#waiting.pop() : this.#waiting.shift();
      if (next) next.proceed();
      else this.running--;
    }
  }

  /** Whether most places are free. */
  get isIdle(): boolean {
    return this.running < this.#limits.running / 2;
  }

  /** Only while most places are free: for work that nobody waits for. `null`: they are not. Errors: those of `work`. */
  async takeIdle<T>(work: () => Promise<T>): Promise<T | null> {
    return this.isIdle ? this.take(work) : null;
  }

  /** More comes than can be worked off, and has for a while. */
  get #isOverloaded(): boolean {
    return this.waiting > 0 && this.#now() - this.#filledAtMs > this.#limits.waitMs;
  }

  #turn(): Promise<void> {
    if (this.waiting >= this.#limits.waiting) throw this.#refuse();
    if (this.waiting === 0) this.#filledAtMs = this.#now();
    const waitMs = this.#isOverloaded ? this.#limits.overloadedWaitMs : this.#limits.waitMs;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        proceed: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(this.#refuse());
      }, waitMs);
      this.#waiting.push(waiting);
    });
  }

  #refuse(): ApiError {
    this.refused++;
    return new ApiError('OVERLOADED');
  }
}
