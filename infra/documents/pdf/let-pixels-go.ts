import { setImmediate } from 'node:timers/promises';
import type { PDFDocumentProxy } from './pdf-engine.js';

/** A reader of 2,000 pages of text stays below it, so that their fonts are kept; with pictures that pages share it is soon passed. */
const ROOMY_BYTES = 160 * 1024 * 1024;

/**
 * After a page with pictures, or a drawn one: lets go of their pixels. A page of A4 at 300 dpi is a buffer of 35 MB beside a heap
 * of 30, so V8 sees little reason to collect; and pdfjs keeps what several pages show. 24 scans took a reader to 350 MiB, of
 * which this leaves half. Readers run with `--expose-gc`; elsewhere V8 collects when it sees fit.
 */
export async function letPixelsGo(document: PDFDocumentProxy): Promise<void> {
  globalThis.gc?.();
  if (process.memoryUsage.rss() < ROOMY_BYTES) return;
  await document.cleanup();
  globalThis.gc?.();
  // A canvas gives its pixels back in a turn of its own, after it was collected.
  await setImmediate();
}
