import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { Failure } from '../../../core/contract/failures.js';
import type { RenderInput } from '../../../core/ports/document-reader.js';
import type { PageImage } from '../../../core/ports/ocr-engine.js';
import { pageForReading, pageImage } from '../page-image/page-image.js';
import { letPixelsGo } from './let-pixels-go.js';
import type { PDFDocumentProxy } from './pdf-engine.js';
import { scannedPicture } from './scanned-picture.js';

const POINTS_PER_INCH = 72;

/**
 * One page, or the region of it that is asked for, on white. `maxPixels` is kept by drawing at fewer dpi, decided
 * before anything is allocated. `finish` draws over it.
 * Errors: `PAGE_RENDER_FAILED`.
 */
export async function renderPdfPage(
  document: PDFDocumentProxy,
  input: RenderInput,
  finish: (canvas: Canvas, dpi: number) => void = () => undefined,
): Promise<PageImage> {
  try {
    const page = await document.getPage(input.page);
    try {
      const whole = page.getViewport({ scale: 1 });
      const { x, y, width, height } = input.region ?? { x: 0, y: 0, width: whole.width, height: whole.height };
      const dpi = affordableDpi(width * height, input);
      if (input.forReading && !input.region) {
        const scanned = await scannedPicture(page, dpi);
        if (scanned) return pageForReading(scanned.page, scanned.dpi, input.forReading);
      }
      const scale = dpi / POINTS_PER_INCH;
      const viewport = page.getViewport({ scale, offsetX: -x * scale, offsetY: -y * scale });
      const widthPixels = Math.max(1, Math.floor(width * scale));
      const heightPixels = Math.max(1, Math.floor(height * scale));
      const canvas = createCanvas(widthPixels, heightPixels);
      // The package's types ask for the browser's canvas; @napi-rs/canvas is what it uses itself under Node.
      await page.render({ canvas: canvas as never, viewport, background: '#ffffff' }).promise;
      finish(canvas, dpi);
      return await pageImage(canvas, dpi, input.forReading);
    } finally {
      page.cleanup();
      await letPixelsGo(document);
    }
  } catch (cause) {
    throw new Failure('PAGE_RENDER_FAILED', { cause });
  }
}

/** The asked dpi, or the largest that keeps the page under the cap. */
function affordableDpi(areaPoints: number, { dpi, maxPixels }: { dpi: number; maxPixels: number }): number {
  const pixels = (areaPoints * dpi * dpi) / (POINTS_PER_INCH * POINTS_PER_INCH);
  return pixels <= maxPixels ? dpi : dpi * Math.sqrt(maxPixels / pixels);
}
