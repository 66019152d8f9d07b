/** Runs pieces of work side by side, at most `size` at a time, in the order in which they were added. */
export class SlidingWindow {
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(private readonly size: number) {}

  /** Resolves as soon as the work has begun. Throws what earlier work threw: nothing more is begun then. */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#underWay.size >= this.size) await Promise.race(this.#underWay);
    this.#throwFailure();
    const ended = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  /** Resolves when all work has ended. Throws what any of it threw. */
  async drain(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  /** Resolves when all work has ended, well or not. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
