import { Failure } from '../../core/contract/failures.js';
import type { RecogniseInput } from '../../core/ports/ocr-engine.js';
import { Turns } from '../turns.js';

/**
 * A page takes 1–5 s on a core, a page of A3 in small print 20 s on a crowded one. Past this its engine hangs: the page fails,
 * and its slot is free again.
 */
const PAGE_TIMEOUT_MS = 120_000;

export interface PageTurnsOptions {
  /** Pages at a time. */
  readonly limit: number;
  /** How long one page may be read, without the wait for its turn. Default {@link PAGE_TIMEOUT_MS}. */
  readonly pageTimeoutMs?: number | undefined;
}

/**
 * What every engine does around reading a page: known languages only, so many pages at once, a deadline for each page, and
 * an end that waits for the pages under way.
 */
export class PageTurns {
  readonly #languages: readonly string[];
  readonly #turns: Turns;
  readonly #pageTimeoutMs: number;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(languages: readonly string[], { limit, pageTimeoutMs = PAGE_TIMEOUT_MS }: PageTurnsOptions) {
    this.#languages = languages;
    this.#turns = new Turns(limit);
    this.#pageTimeoutMs = pageTimeoutMs;
  }

  get busy(): number {
    return this.#turns.busy;
  }

  /**
   * The work's signal is aborted by the caller, at the page's deadline, and when the engine is closed; the work ends its engine
   * then and throws the signal's reason. Errors: `Failure OCR_FAILED`, the caller's reason, the work's own.
   */
  async take<Result>(
    { languages, signal: callers }: RecogniseInput,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (languages.length === 0 || languages.some((language) => !this.#languages.includes(language))) {
      throw new Failure('OCR_FAILED', { detail: 'a language that the engine was not set up for' });
    }
    const signal = callers ? AbortSignal.any([callers, this.#closing.signal]) : this.#closing.signal;
    signal.throwIfAborted();
    const run = this.#turns.take(signal, () => this.#beforeDeadline(signal, work));
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  async #beforeDeadline<Result>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Failure('OCR_FAILED', { detail: `deadlineMs=${this.#pageTimeoutMs}` })),
      this.#pageTimeoutMs,
    );
    try {
      return await work(AbortSignal.any([signal, deadline.signal]));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Aborts what runs and waits, and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closing.abort(new Failure('OCR_FAILED', { detail: 'the engine is closed' }));
    await Promise.allSettled(this.#running);
  }
}
