import type { Worker as Thread } from 'node:worker_threads';
import { createWorker, OEM, PSM, type Page, type RecognizeOptions, type Worker } from 'tesseract.js';
import { Failure } from '../../core/contract/failures.js';
import type { PageImage } from '../../core/ports/ocr-engine.js';

/** Loading the engine takes 0.5 s on an idle core and 5 s on a crowded one; past this it hangs. */
const START_TIMEOUT_MS = 60_000;

/** One block of lines of digits; holds for one call. */
const DIGITS_ONLY = { tessedit_pageseg_mode: PSM.SINGLE_BLOCK, tessedit_char_whitelist: '0123456789' };

/** tesseract.js hands out its thread without declaring it. */
type WorkerWithThread = Worker & { readonly worker: Thread };

/**
 * One tesseract.js engine in its thread. tesseract.js itself answers nothing when its thread dies or is ended in the
 * middle of a page; here every call is settled.
 */
export class TesseractThread {
  /** Pages read so far. */
  pages = 0;
  #ended: Failure | null = null;
  readonly #onEnd = new Set<(failure: Failure) => void>();

  static async start(languages: readonly string[], languageFolder: string): Promise<TesseractThread> {
    let giveUp: (reason: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (giveUp = reject));
    const timer = setTimeout(() => giveUp(new Error('the engine did not start in time')), START_TIMEOUT_MS);
    const starting = createWorker([...languages], OEM.LSTM_ONLY, {
      langPath: languageFolder,
      cacheMethod: 'none',
      // A failing start is told here only: the promise of createWorker stays open. Without a handler it would throw
      // into the event loop.
      errorHandler: (error: unknown) => giveUp(error),
    });
    try {
      const worker = await Promise.race([starting, failed]);
      // From here on an error is told by the call it belongs to.
      failed.catch(() => undefined);
      return new TesseractThread(worker as WorkerWithThread, languages);
    } catch (cause) {
      void starting.then((worker) => worker.terminate());
      throw new Failure('OCR_FAILED', { detail: 'the engine did not start', cause });
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(
    private readonly worker: WorkerWithThread,
    readonly languages: readonly string[],
  ) {
    const end = (detail: string, cause?: unknown) => {
      this.#ended ??= new Failure('OCR_FAILED', { detail, cause });
      for (const tell of this.#onEnd) tell(this.#ended);
    };
    worker.worker.on('error', (error) => end('the engine crashed', error));
    worker.worker.on('exit', () => end('the engine ended'));
  }

  /** Errors: `Failure OCR_FAILED`; the engine should not be used again after one. */
  async recognise({ bytes, dpi }: PageImage, { digitsOnly = false } = {}): Promise<Page> {
    if (!digitsOnly) this.pages += 1;
    const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A picture need not say its resolution, and Tesseract would take it for 70 dpi.
    const options = {
      user_defined_dpi: String(Math.round(dpi)),
      ...(digitsOnly ? DIGITS_ONLY : {}),
    } as Partial<RecognizeOptions>;
    let tell: (failure: Failure) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      tell = reject;
      this.#onEnd.add(tell);
      if (this.#ended) reject(this.#ended);
    });
    try {
      const { data } = await Promise.race([
        this.worker.recognize(image, options, { text: false, blocks: true }),
        ended,
      ]);
      return data;
    } catch (cause) {
      throw cause instanceof Failure ? cause : new Failure('OCR_FAILED', { detail: 'the image cannot be read', cause });
    } finally {
      this.#onEnd.delete(tell);
    }
  }

  /** Ends the thread at once, also in the middle of a page. */
  async terminate(): Promise<void> {
    const exited = new Promise((resolve) => this.worker.worker.once('exit', resolve));
    if (this.#ended) return;
    await this.worker.terminate();
    await exited;
  }
}
