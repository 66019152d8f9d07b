import { readFile, stat } from 'node:fs/promises';
import { openPdf, type PDFDocumentProxy } from './pdf-engine.js';

interface OpenFile {
  readonly key: string;
  readonly document: PDFDocumentProxy;
}

/**
 * Keeps the last file open between calls, so that a 2,000-page file read in batches is parsed once. A file that
 * changed on disk (size or time) is opened anew.
 */
export class OpenPdfFile {
  private current: OpenFile | undefined;

  async open(path: string): Promise<PDFDocumentProxy> {
    const { mtimeMs, size } = await stat(path);
    const key = `${mtimeMs} ${size} ${path}`;
    if (this.current?.key === key) return this.current.document;
    await this.close();
    const document = await openPdf(new Uint8Array(await readFile(path)));
    this.current = { key, document };
    return document;
  }

  async close(): Promise<void> {
    const former = this.current;
    this.current = undefined;
    await former?.document.loadingTask.destroy();
  }
}
