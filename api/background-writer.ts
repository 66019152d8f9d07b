/**
 * What is noted in memory while requests are answered, and written by and by, so that none of them waits for it. A process that is
 * killed loses what it noted since the last time.
 */
export abstract class BackgroundWriter {
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;

  protected constructor(private readonly everyMs: number) {}

  /** Writes what was noted; decides what becomes of that which cannot be written. Never two at a time. Must not throw. */
  protected abstract writeNow(): Promise<void>;

  start(): void {
    this.#timer = setInterval(() => void this.write(), this.everyMs).unref();
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#writing;
    await this.write();
  }

  /** Joins what is being written already. */
  write(): Promise<void> {
    this.#writing ??= this.writeNow().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }
}
