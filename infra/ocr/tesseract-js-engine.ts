import { availableParallelism } from 'node:os';
import type { OcrEngine, OcrPage, RecogniseInput } from '../../core/ports/ocr-engine.js';
import { type LanguageFolder, languageDataFile, linkLanguageData } from './language-data.js';
import { ocrPage } from './ocr-page.js';
import { PageTurns } from './page-turns.js';
import { readSigns } from './signs/read-signs.js';
import { TesseractThread } from './tesseract-thread.js';

export interface TesseractJsOptions {
  /** Tesseract's codes that pages may be read in, e.g. `['eng']`. */
  readonly languages: readonly string[];
  /** Pages at a time. Default: one a core, since recognition keeps a core busy from start to end. */
  readonly threads?: number;
  /** A page that takes longer hangs: its thread is ended, `OCR_FAILED`. Default: see `page-turns.ts`. */
  readonly pageTimeoutMs?: number;
}

/**
 * Pages an engine reads before it is replaced (0.5 s). Its memory is a WebAssembly heap that does not grow from page to
 * page but never shrinks either (110 MB after A4 pages at 300 dpi, 210 MB for ever after one A3): a huge page is not
 * paid for until the process ends.
 */
const PAGES_AN_ENGINE = 200;

/** Between two batches of a document pass seconds; after this an engine ends and gives its memory back. */
const IDLE_MS = 60_000;

/**
 * Tesseract 5 in WebAssembly, in a bounded pool of threads that are made when first needed and used again. A page that
 * fails, hangs or is aborted costs its engine: the thread is ended and the next page starts a new one.
 */
export class TesseractJsEngine implements OcrEngine {
  readonly name = 'tesseract.js';
  readonly #languages: readonly string[];
  readonly #limit: number;
  /** With the timer that ends each. */
  readonly #idle = new Map<TesseractThread, NodeJS.Timeout>();
  readonly #turns: PageTurns;
  #folder: Promise<LanguageFolder> | null = null;

  /** Errors: `OcrLanguageMissing`. */
  constructor({ languages, threads, pageTimeoutMs }: TesseractJsOptions) {
    for (const language of languages) languageDataFile(language);
    this.#languages = languages;
    this.#limit = threads ?? availableParallelism();
    this.#turns = new PageTurns(languages, { limit: this.#limit, pageTimeoutMs });
  }

  recognise(input: RecogniseInput): Promise<OcrPage> {
    return this.#turns.take(input, (signal) => this.#read(input, signal));
  }

  async close(): Promise<void> {
    await this.#turns.close();
    await Promise.all([...this.#idle.keys()].map((thread) => this.#woken(thread).terminate()));
    const folder = this.#folder;
    this.#folder = null;
    await (await folder)?.remove();
  }

  async #read(input: RecogniseInput, signal: AbortSignal): Promise<OcrPage> {
    const thread = await this.#take(input.languages);
    const stop = () => void thread.terminate();
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      const read = ocrPage(await thread.recognise(input.image));
      const page = await readSigns(read, input.image, (digits) => thread.recognise(digits, { digitsOnly: true }));
      signal.throwIfAborted();
      signal.removeEventListener('abort', stop);
      if (thread.pages < PAGES_AN_ENGINE) this.#rest(thread);
      else await thread.terminate();
      return page;
    } catch (error) {
      signal.removeEventListener('abort', stop);
      await thread.terminate();
      signal.throwIfAborted();
      throw error;
    }
  }

  /** An idle engine of these languages, or a new one in the place of an idle one of others. */
  async #take(languages: readonly string[]): Promise<TesseractThread> {
    const key = languages.join('+');
    const idle = [...this.#idle.keys()];
    const known = idle.find((thread) => thread.languages.join('+') === key);
    if (known) return this.#woken(known);
    const [oldest] = idle;
    if (oldest && idle.length + this.#turns.busy > this.#limit) await this.#woken(oldest).terminate();
    this.#folder ??= linkLanguageData(this.#languages);
    const { folder } = await this.#folder;
    return TesseractThread.start(languages, folder);
  }

  #rest(thread: TesseractThread): void {
    const timer = setTimeout(() => void this.#woken(thread).terminate(), IDLE_MS);
    timer.unref();
    this.#idle.set(thread, timer);
  }

  #woken(thread: TesseractThread): TesseractThread {
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
    return thread;
  }
}
