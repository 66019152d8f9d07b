import { setImmediate } from 'node:timers/promises';
import type { PDFDocumentProxy } from './pdf-engine.js';

/** A reader of 2,000 pages of text stays below it, so that their fonts are kept; with pictures that pages share it is soon passed. */
const ROOMY_BYTES = 160 * 1024 * 1024;
/** Less than a scanned page of A4 at 300 dpi; a large file fills a reader by itself, and letting go again would give nothing. */
const GROWTH_BYTES = 24 * 1024 * 1024;

/** Resident after pixels were let go for the last time. */
let leftBytes = 0;

/**
 * After a page with pictures, or a drawn one: lets go of their pixels, where the reader has grown. A page of A4 at 300 dpi is a
 * buffer of 35 MB beside a heap of 30, so V8 sees little reason to collect; and pdfjs keeps what several pages show. 24 scans
 * took a reader to 350 MiB, of which this leaves half. A collection takes as long as a page of text, so pages with a logo do without.
 * Readers run with `--expose-gc`; elsewhere V8 collects when it sees fit.
 */
export async function letPixelsGo(document: PDFDocumentProxy): Promise<void> {
  const bound = Math.max(ROOMY_BYTES, leftBytes + GROWTH_BYTES);
  if (process.memoryUsage.rss() < bound) return;
  globalThis.gc?.();
  if (process.memoryUsage.rss() >= bound) {
    await document.cleanup();
    globalThis.gc?.();
    // A canvas gives its pixels back in a turn of its own, after it was collected.
    await setImmediate();
  }
  leftBytes = process.memoryUsage.rss();
}
