import { ApiError } from '../errors.js';

/** Searches that are worked out at once. The pool has ten connections, and a search uses one or two of them most of its time. */
const RUNNING = 12;
/** Those that wait. Past this, whoever comes would wait longer than {@link WAIT_MS} in any case. */
const WAITING = 100;
/** A person notices a second; what waited longer is turned away while it can still go elsewhere. */
const WAIT_MS = 600;

interface Waiting {
  readonly proceed: () => void;
}

/**
 * Bounds the searches that are being worked out, and for how long others wait: an overload is answered early with "ask again",
 * and those that are taken are answered as quickly as before. Cached answers need no place.
 */
export class SearchPlaces {
  readonly #waiting: Waiting[] = [];
  readonly #limits: { readonly running: number; readonly waiting: number; readonly waitMs: number };
  running = 0;
  refused = 0;

  constructor(limits: { running?: number; waiting?: number; waitMs?: number } = {}) {
    this.#limits = { running: RUNNING, waiting: WAITING, waitMs: WAIT_MS, ...limits };
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
      // The place goes to the next in the queue, so that nobody can overtake it.
      const next = this.#waiting.shift();
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

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting) throw this.#refuse();
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
      }, this.#limits.waitMs);
      this.#waiting.push(waiting);
    });
  }

  #refuse(): ApiError {
    this.refused++;
    return new ApiError('OVERLOADED');
  }
}
