import type { Canvas } from '@napi-rs/canvas';
import type { PageTurn } from '../../../core/ports/document-reader.js';
import type { PageImage } from '../../../core/ports/ocr-engine.js';
import { type GreyPage, greyPage } from './grey-page.js';
import { tiffOf } from './grey-tiff.js';
import { preparePage } from './prepare-page.js';

/** A drawn page as it goes out: for people, or prepared for text recognition where that is asked for. */
export async function pageImage(drawn: Canvas, dpi: number, forReading: PageTurn | undefined): Promise<PageImage> {
  if (!forReading) {
    const { width, height } = drawn;
    return { format: 'png', bytes: await drawn.encode('png'), widthPixels: width, heightPixels: height, dpi };
  }
  return pageForReading(greyPage(drawn), dpi, forReading);
}

/** A page as it goes to text recognition. */
export function pageForReading(grey: GreyPage, dpi: number, turn: PageTurn): PageImage {
  const { page, turnedDegrees } = preparePage(grey, dpi, turn);
  const { width, height } = page;
  // Packing A4 at 300 dpi as PNG takes 0.6 s, a sixth of what reading it takes.
  const image = { format: 'tiff', bytes: tiffOf(page), widthPixels: width, heightPixels: height, dpi } as const;
  return turnedDegrees === 0 ? image : { ...image, turnedDegrees };
}
