import { ApiError } from './errors.js';

/** The API draws in one process: a page takes 0.1 to 0.5 s, a bad one up to its deadline of 20 s. */
const DRAWN_AT_ONCE = 1;
/** Good pages are drawn within some seconds then, which a person still waits for. */
const MAX_WAITING = 16;

/** Bounds the pages that are being drawn and those that wait for it; who is gone waits no longer. */
export class PictureQueue {
  readonly #waiting: (() => void)[] = [];
  #drawing = 0;

  constructor(
    private readonly maxWaiting: number = MAX_WAITING,
    private readonly drawnAtOnce: number = DRAWN_AT_ONCE,
  ) {}

  /** Errors: `PICTURES_BUSY`; the signal's reason; those of `draw`. */
  async take<T>(signal: AbortSignal, draw: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#drawing < this.drawnAtOnce) this.#drawing += 1;
    else await this.#turn(signal);
    try {
      signal.throwIfAborted();
      return await draw();
    } finally {
      // The place goes to the next in the queue, so that nobody can overtake it.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#drawing -= 1;
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.maxWaiting) throw new ApiError('PICTURES_BUSY');
    return new Promise((resolve, reject) => {
      const proceed = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(proceed);
    });
  }
}
