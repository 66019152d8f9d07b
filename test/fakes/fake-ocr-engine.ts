import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../core/contract/failures.js';
import type { OcrEngine, OcrLine, OcrPage, PageImage, RecogniseInput } from '../../core/ports/ocr-engine.js';

export interface FakeOcrOptions {
  readonly languages?: readonly string[];
  /** The lines that a picture is to hold; `null`: it is no picture. */
  readonly script: (image: PageImage) => readonly string[] | null;
  /** Confidence of every word, 0–100. */
  readonly confidence?: number;
  /** Every page takes longer than its deadline, which is over at once. */
  readonly hangs?: boolean;
}

/** An engine that "reads" what its script says. Keeps its `calls`; faults are injected by {@link failNext}. */
export class FakeOcrEngine implements OcrEngine {
  readonly name = 'fake';
  readonly calls: RecogniseInput[] = [];
  readonly #faults: unknown[] = [];
  #closed = false;

  constructor(private readonly options: FakeOcrOptions) {}

  /** The next `times` pages fail with this error. */
  failNext(error: unknown = new Failure('OCR_FAILED', { detail: 'injected' }), times = 1): void {
    for (let time = 0; time < times; time++) this.#faults.push(error);
  }

  async recognise(input: RecogniseInput): Promise<OcrPage> {
    const { image, languages, signal } = input;
    this.#refuseWhenClosed();
    signal?.throwIfAborted();
    this.calls.push(input);
    // A turn of the event loop, as a real engine takes one: an abort or a close that follows the call is seen.
    await setImmediate();
    signal?.throwIfAborted();
    this.#refuseWhenClosed();
    if (this.options.hangs) throw new Failure('OCR_FAILED', { detail: 'the deadline of the page' });
    if (this.#faults.length > 0) throw this.#faults.shift();
    const known = this.options.languages ?? ['eng', 'por'];
    if (!languages.every((language) => known.includes(language))) {
      throw new Failure('OCR_FAILED', { detail: 'a language that the engine was not set up for' });
    }
    const lines = this.options.script(image);
    if (!lines) throw new Failure('OCR_FAILED', { detail: 'the image cannot be read' });
    return pageOf(lines, image, this.options.confidence ?? 95);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Failure('OCR_FAILED', { detail: 'the engine is closed' });
  }
}

/** Lines one below the other as one paragraph, words side by side. */
function pageOf(texts: readonly string[], image: PageImage, confidence: number): OcrPage {
  if (texts.length === 0) return { paragraphs: [], confidence: 0 };
  const height = image.heightPixels / (texts.length + 1);
  const lines = texts.map((text, row): OcrLine => {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const width = image.widthPixels / (words.length + 1);
    return {
      words: words.map((word, column) => ({
        text: word,
        confidence,
        box: { x: column * width, y: row * height, width: width * 0.9, height: height * 0.9 },
      })),
      box: { x: 0, y: row * height, width: image.widthPixels, height: height * 0.9 },
    };
  });
  const box = { x: 0, y: 0, width: image.widthPixels, height: image.heightPixels };
  return { paragraphs: [{ lines, box }], confidence };
}
