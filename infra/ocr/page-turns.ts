import { Failure } from '../../core/contract/failures.js';
import type { RecogniseInput } from '../../core/ports/ocr-engine.js';
import { Turns } from '../turns.js';

/** What every engine does around reading a page: known languages only, so many pages at once, and an end that waits for them. */
export class PageTurns {
  readonly #languages: readonly string[];
  readonly #turns: Turns;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** `limit`: pages at a time. */
  constructor(languages: readonly string[], limit: number) {
    this.#languages = languages;
    this.#turns = new Turns(limit);
  }

  get busy(): number {
    return this.#turns.busy;
  }

  /** The signal given on is the caller's and that of closing. Errors: `Failure OCR_FAILED`, the signal's reason, the work's own. */
  async take<Result>(
    { languages, signal: callers }: RecogniseInput,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (languages.length === 0 || languages.some((language) => !this.#languages.includes(language))) {
      throw new Failure('OCR_FAILED', { detail: 'a language that the engine was not set up for' });
    }
    const signal = callers ? AbortSignal.any([callers, this.#closing.signal]) : this.#closing.signal;
    signal.throwIfAborted();
    const run = this.#turns.take(signal, () => work(signal));
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  /** Aborts what runs and waits, and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closing.abort(new Failure('OCR_FAILED', { detail: 'the engine is closed' }));
    await Promise.allSettled(this.#running);
  }
}
