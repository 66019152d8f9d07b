/** Lets a bounded number of works run at once; the others wait in the order they came. */
export class Turns {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get busy(): number {
    return this.#busy;
  }

  /** An abort ends the waiting with the signal's reason; what runs already has to look at the signal itself. */
  async take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#turn(signal);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    while (this.#busy >= this.limit) {
      await new Promise<void>((resolve, reject) => {
        const proceed = () => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
        const abort = () => {
          const position = this.#waiting.indexOf(proceed);
          if (position >= 0) this.#waiting.splice(position, 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', abort, { once: true });
        this.#waiting.push(proceed);
      });
    }
    this.#busy += 1;
  }
}
