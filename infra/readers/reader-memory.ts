import type { FailureCode } from '../../core/contract/failures.js';

/** A child that allocates at 2 GB/s overshoots by about 100 MB between two looks. */
const LOOK_EVERY_MS = 50;

/** A child process as its memory is watched. */
export interface MemoryHolder {
  readonly alive: boolean;
  residentBytes(): Promise<number>;
  /** Ends it at once; its call, if it has one, fails with this code. */
  kill(reason: FailureCode): void;
  /** Ends it at once; a call that it has, or has just been given, is to be repeated. */
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
  #looking = false;

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

  /** One look after the other: the next would count what this one has ended. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const holders = [...this.#holders].filter((holder) => holder.alive);
      const sized = await Promise.all(holders.map(async (holder) => ({ holder, bytes: await holder.residentBytes() })));
      this.#bound(sized.filter(({ holder }) => holder.alive).sort((a, b) => b.bytes - a.bytes));
    } finally {
      this.#looking = false;
    }
  }

  /** `sized`: largest first. */
  #bound(sized: readonly { readonly holder: MemoryHolder; readonly bytes: number }[]): void {
    let total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { holder, bytes } of sized) {
      if (total <= this.maxBytes) return;
      if (bytes > this.maxBytes) holder.kill('PARSER_OUT_OF_MEMORY');
      else if (this.#busy.has(holder)) continue;
      // A call may just have been given to it.
      else holder.putBack();
      total -= bytes;
    }
    if (total <= this.maxBytes) return;
    const [first] = this.#busy;
    sized.find(({ holder }) => holder.alive && this.#busy.has(holder) && holder !== first)?.holder.putBack();
  }
}
