import type { FileInspection } from '../../core/ports/document-reader.js';
import type { OcrEngine } from '../../core/ports/ocr-engine.js';
import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { PageReading, Reading } from '../../core/contract/reading.js';
import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { finishedPage } from './finished-page.js';

const LIMITS = { deadlineMs: 600_000 };
const LANGUAGES = ['eng'];

export interface OurReading {
  readonly pages: readonly PageReading[];
  readonly reading: Reading;
}

/** Files by medindex's own reader, without the workflow around it; pages that need OCR are left out without an engine. */
export class OurReader {
  readonly #reader = new ChildProcessDocumentReader();

  constructor(private readonly ocr: OcrEngine | null = null) {}

  inspect(path: string): Promise<FileInspection> {
    return this.#reader.inspect(path, LIMITS);
  }

  async read(path: string): Promise<OurReading> {
    const { pageCount = 0, metadata } = await this.inspect(path);
    const found = await this.#reader.readPages(path, { from: 1, to: pageCount }, LIMITS);
    if (found.length < pageCount) throw new Error(`only ${found.length} of ${pageCount} pages were read in time`);
    const { ocr } = this;
    const input = { path, reader: this.#reader, languages: LANGUAGES, limits: LIMITS };
    const pages = ocr ? await Promise.all(found.map((page) => finishedPage({ ...input, page, ocr }))) : found;
    return { pages, reading: assemblePages(pages, metadata) };
  }

  /** A page as a scanner would give it: PNG. */
  async picture(path: string, page: number, dpi: number): Promise<Uint8Array> {
    const { bytes } = await this.#reader.renderPage(path, { page, dpi, maxPixels: 17_400_000 }, LIMITS);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}
