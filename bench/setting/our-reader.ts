import { assemblePages } from '../../core/reading/assemble-pages.js';
import type { PageReading, Reading } from '../../core/reading/reading.js';
import { ChildProcessDocumentReader } from '../../infra/documents/child-process-document-reader.js';

const LIMITS = { deadlineMs: 600_000 };

export interface OurReading {
  readonly pages: readonly PageReading[];
  readonly reading: Reading;
}

/** Files by medindex's own reader, without the workflow around it. */
export class OurReader {
  readonly #reader = new ChildProcessDocumentReader();

  async read(path: string): Promise<OurReading> {
    const { pageCount = 0, metadata } = await this.#reader.inspect(path, LIMITS);
    const pages = await this.#reader.readPages(path, { from: 1, to: pageCount }, LIMITS);
    return { pages, reading: assemblePages(pages, metadata) };
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}
