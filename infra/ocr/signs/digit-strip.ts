import type { PageImage } from '../../../core/ports/ocr-engine.js';
import type { Box } from '../../../core/contract/block.js';
import type { GreyPage } from '../../readers/page-image/grey-page.js';
import { tiffOf } from '../../readers/page-image/grey-tiff.js';
import type { RecognisedPage, RecognisedWord } from '../ocr-page.js';
import type { Glyph } from './glyphs.js';

/** Reads a picture of digits and nothing else. */
export type DigitReader = (image: PageImage) => Promise<RecognisedPage>;

/** Digits of 10 and 13 points at 300 dpi, as the engine's data like them; a number is read in both sizes. */
const SIZES_PIXELS = [30, 40];
const ROW_PIXELS = 84;
const MARGIN_PIXELS = 40;
/** The same number so often in a row: the engine is unsure of a digit alone, and a reading counts where all are alike. */
const COPIES = 3;
const GAP_PIXELS = 8;
const DPI = 300;
/** Of each of the copies, 0–100. */
const MIN_CONFIDENCE = 40;

/** A raised number in the picture of its word. */
interface RaisedDigits {
  readonly page: GreyPage;
  readonly digits: readonly Glyph[];
}

/** Raised numbers, each on rows of its own, so large and so often that it can be read by itself. */
export function digitStrip(numbers: readonly RaisedDigits[]): PageImage {
  const rows = numbers.flatMap(({ page, digits }) => {
    const [left, right] = [Math.min(...digits.map((d) => d.left)) - 1, Math.max(...digits.map((d) => d.right)) + 1];
    const [top, bottom] = [Math.min(...digits.map((d) => d.top)) - 1, Math.max(...digits.map((d) => d.bottom)) + 1];
    const [width, height] = [right - left, bottom - top];
    return SIZES_PIXELS.map((size) => enlarged(page, { x: left, y: top, width, height }, size / height));
  });
  const widest = Math.max(...rows.map(({ width }) => width));
  const width = 2 * MARGIN_PIXELS + COPIES * widest + (COPIES - 1) * GAP_PIXELS;
  const height = 2 * MARGIN_PIXELS + rows.length * ROW_PIXELS;
  const levels = new Uint8Array(width * height).fill(255);
  rows.forEach((number, row) => {
    for (let copy = 0; copy < COPIES; copy++) {
      const left = MARGIN_PIXELS + copy * (number.width + GAP_PIXELS);
      for (let y = 0; y < number.height; y++) {
        const line = number.levels.subarray(y * number.width, (y + 1) * number.width);
        levels.set(line, (MARGIN_PIXELS + row * ROW_PIXELS + y) * width + left);
      }
    }
  });
  return {
    format: 'tiff',
    bytes: tiffOf({ width, height, levels }),
    widthPixels: width,
    heightPixels: height,
    dpi: DPI,
  };
}

/** A part of a page so many times as large, between its pixels in straight lines. */
function enlarged(page: GreyPage, { x, y, width: w, height: h }: Box, scale: number): GreyPage {
  const [width, height] = [Math.ceil(w * scale), Math.ceil(h * scale)];
  const levels = new Uint8Array(width * height);
  const at = (column: number, row: number) => page.levels[Math.min(row, page.height - 1) * page.width + Math.min(column, page.width - 1)] ?? 255; // prettier-ignore
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [u, v] = [Math.max(x + (column + 0.5) / scale - 0.5, 0), Math.max(y + (row + 0.5) / scale - 0.5, 0)];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [a, b] = [u - left, v - top];
      const above = (1 - a) * at(left, top) + a * at(left + 1, top);
      const below = (1 - a) * at(left, top + 1) + a * at(left + 1, top + 1);
      levels[row * width + column] = (1 - b) * above + b * below;
    }
  }
  return { width, height, levels };
}

/** Of each of so many numbers what it is; `null` where it is not read alike wherever it stands, or not surely. */
export function numbersOfStrip({ blocks }: RecognisedPage, count: number): (string | null)[] {
  const rows: RecognisedWord[][] = Array.from({ length: count * SIZES_PIXELS.length }, () => []);
  for (const line of (blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines))) {
    for (const word of line.words) {
      const middle = (word.bbox.y0 + word.bbox.y1) / 2 - MARGIN_PIXELS;
      rows[Math.floor(middle / ROW_PIXELS)]?.push(word);
    }
  }
  const read = rows.map(numberOfRow);
  return Array.from({ length: count }, (_, index) => {
    const [first = null, ...others] = read.slice(index * SIZES_PIXELS.length, (index + 1) * SIZES_PIXELS.length);
    return others.every((other) => other === first) ? first : null;
  });
}

function numberOfRow(words: readonly RecognisedWord[]): string | null {
  const inOrder = [...words].sort((a, b) => a.bbox.x0 - b.bbox.x0);
  const text = inOrder.map((word) => word.text.trim()).join('');
  const number = text.slice(0, text.length / COPIES);
  const isAlike = /^\d+$/.test(number) && number.repeat(COPIES) === text;
  return isAlike && words.every(({ confidence }) => confidence >= MIN_CONFIDENCE) ? number : null;
}
