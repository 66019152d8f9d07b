import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { PageImage } from '../../../core/ports/ocr-engine.js';
import type { Box } from '../../../core/contract/block.js';
import { greyPage, type GreyPage } from '../../readers/page-image/grey-page.js';
import { glyphsOf, inkOf, type Glyph, type Ink } from './glyphs.js';

/** Around a word's box, in shares of its height: raised digits stand out above, bars and stems below. */
const MARGIN = 0.35;
const WHITE = 255;

/** A word cut out of its page. */
export interface WordPicture {
  readonly page: GreyPage;
  readonly ink: Ink;
  /** Those of the word, and none of its neighbours'. */
  readonly glyphs: readonly Glyph[];
  /** Pixels from the page's top to that of the picture. */
  readonly top: number;
}

/** Grey levels of a picture: as they come where it is not packed. */
export async function levelsOf({ format, bytes, widthPixels, heightPixels }: PageImage): Promise<GreyPage> {
  const pixels = widthPixels * heightPixels;
  if (format === 'tiff') {
    return { width: widthPixels, height: heightPixels, levels: bytes.subarray(bytes.length - pixels) };
  }
  const canvas = createCanvas(widthPixels, heightPixels);
  const picture = await loadImage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return greyPage(canvas);
}

/** `lineHeight`: of the word's line; a lone `<` is no measure of what may stand around it. */
export function wordPicture(page: GreyPage, { x, y, width, height }: Box, lineHeight: number): WordPicture {
  const margin = Math.ceil(Math.max(height, lineHeight) * MARGIN);
  const [left, top] = [x - margin, y - margin];
  const cut = cutOut(page, { x: left, y: top, width: width + 2 * margin, height: height + 2 * margin });
  const ink = inkOf(cut);
  const glyphs = glyphsOf(ink).filter((glyph) => {
    const [middleX, middleY] = [(glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2];
    const isBeside = middleX < margin - 1 || middleX > margin + width + 1;
    return !isBeside && middleY >= margin / 2 && middleY <= height + margin * 1.5;
  });
  return { page: cut, ink, glyphs, top };
}

/** White where it reaches over the page's edge. */
function cutOut(page: GreyPage, { x, y, width, height }: Box): GreyPage {
  const levels = new Uint8Array(width * height).fill(WHITE);
  const [from, to] = [Math.max(x, 0), Math.min(x + width, page.width)];
  for (let row = Math.max(y, 0); row < Math.min(y + height, page.height); row++) {
    levels.set(page.levels.subarray(row * page.width + from, row * page.width + to), (row - y) * width + from - x);
  }
  return { width, height, levels };
}
