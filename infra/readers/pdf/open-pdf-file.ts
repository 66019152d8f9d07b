import { readFile } from 'node:fs/promises';
import { contentKey, type ReaderFile } from '../reader-protocol.js';
import { openPdf, type PDFDocumentProxy } from './pdf-engine.js';

interface OpenFile {
  readonly key: string;
  readonly document: PDFDocumentProxy;
}

/**
 * Keeps the last file open between calls, so that a 2,000-page file read in batches is parsed once, from whatever copy. It
 * is held in memory whole: nothing is read from the path later.
 */
export class OpenPdfFile {
  private current: OpenFile | undefined;

  async open(file: ReaderFile): Promise<PDFDocumentProxy> {
    const key = await contentKey(file);
    if (this.current?.key === key) return this.current.document;
    await this.close();
    const document = await openPdf(new Uint8Array(await readFile(file.path)));
    this.current = { key, document };
    return document;
  }

  async close(): Promise<void> {
    const former = this.current;
    this.current = undefined;
    await former?.document.loadingTask.destroy();
  }
}
