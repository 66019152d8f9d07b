import type { Canvas } from '@napi-rs/canvas';
import type { PageTurn } from '../../../core/ports/document-reader.js';
import type { PageImage } from '../../../core/ports/ocr-engine.js';
import { preparePage } from './prepare-page.js';

/** A drawn page as it goes out; prepared for text recognition where that is asked for. */
export async function pageImage(drawn: Canvas, dpi: number, forReading: PageTurn | undefined): Promise<PageImage> {
  const { canvas, turnedDegrees } = forReading
    ? preparePage(drawn, dpi, forReading)
    : { canvas: drawn, turnedDegrees: 0 };
  const image = { png: await canvas.encode('png'), widthPixels: canvas.width, heightPixels: canvas.height, dpi };
  return turnedDegrees === 0 ? image : { ...image, turnedDegrees };
}
