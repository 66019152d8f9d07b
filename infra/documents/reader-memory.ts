import type { FailureCode } from '../../core/contract/failures.js';

/** A child that allocates at 2 GB/s overshoots by about 100 MB between two looks. */
const LOOK_EVERY_MS = 50;

/** A child process as its memory is watched. */
export interface MemoryHolder {
  readonly alive: boolean;
  residentBytes(): Promise<number>;
  /** Ends it at once; its call, if it has one, fails with this code. */
  kill(reason: FailureCode): void;
  /** Ends it at once; its call is to be repeated. */
  putBack(): void;
}

/**
 * What all children of a process may hold together. One cap for each would be no bound: four kinds of two children are eight
 * times as much. Past it idle children end; then, largest first, those that began after the first one, and their calls are
 * repeated when there is room; and a call that is too large by itself fails with `PARSER_OUT_OF_MEMORY`. Whoever is first is
 * never put back, so that each call comes to its end.
 */
export class ReaderMemory {
  readonly #holders = new Set<MemoryHolder>();
  /** In the order in which their calls began. */
  readonly #busy = new Set<MemoryHolder>();
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly maxBytes: number) {}

  add(holder: MemoryHolder): void {
    this.#holders.add(holder);
  }

  remove(holder: MemoryHolder): void {
    this.#holders.delete(holder);
  }

  /** A call begins. Gives what is to be called at its end. */
  begin(holder: MemoryHolder): () => void {
    this.#busy.add(holder);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS);
    return () => {
      this.#busy.delete(holder);
      if (this.#busy.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
      for (const proceed of this.#waiting) proceed();
    };
  }

  /** For a call that was put back: resolves when another one has ended, or none runs. Errors: the signal's reason. */
  async room(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#busy.size === 0) return;
    await new Promise<void>((resolve) => {
      const proceed = () => {
        this.#waiting.delete(proceed);
        signal?.removeEventListener('abort', proceed);
        resolve();
      };
      this.#waiting.add(proceed);
      signal?.addEventListener('abort', proceed, { once: true });
    });
    signal?.throwIfAborted();
  }

  async #look(): Promise<void> {
    const holders = [...this.#holders].filter((holder) => holder.alive);
    const sized = await Promise.all(holders.map(async (holder) => ({ holder, bytes: await holder.residentBytes() })));
    sized.sort((a, b) => b.bytes - a.bytes);
    let total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.maxBytes) return;
    for (const { holder, bytes } of sized) {
      if (total <= this.maxBytes) return;
      if (this.#busy.has(holder)) continue;
      holder.kill('PARSER_OUT_OF_MEMORY');
      total -= bytes;
    }
    if (total <= this.maxBytes) return;
    const [first] = this.#busy;
    const later = sized.find(({ holder }) => this.#busy.has(holder) && holder !== first);
    if (later) later.holder.putBack();
    else first?.kill('PARSER_OUT_OF_MEMORY');
  }
}
