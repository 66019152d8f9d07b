import type { OcrLine, OcrPage } from '../../ports/ocr-engine.js';
import type { PositionedText } from '../layout/positioned-text.js';

export interface OcrTextInput {
  readonly ocr: OcrPage;
  /** Pixels an inch of the image that was read. */
  readonly dpi: number;
  /** Of the image's top left corner on its page, in points. */
  readonly x?: number;
  readonly y?: number;
}

const POINTS_PER_INCH = 72;
/** Height of capitals and digits as a share of the font size, in common fonts. */
const CAPITAL_HEIGHT = 0.72;
/** Height from descenders to ascenders. */
const LINE_HEIGHT = 0.93;
const DESCENDER = 0.21;
/** Boxes of one font size vary by this much; all within it are the page's usual size. */
const SAME_SIZE = 0.25;

const HAS_DESCENDER = /[gjpqyçQ,;()[\]|/@{}]/u;
const IS_TALL = /[\p{Lu}\dbdfhklß]/u;

/**
 * Words of an OCR result as runs of text on their page, so that they go through the same layout as a text layer: one
 * baseline and one size a line, told from the words with and without letters that stand below the line. Row by row over
 * the whole page: the engine's own order of blocks takes the columns of a table one after the other.
 */
export function ocrText({ ocr, dpi, x = 0, y = 0 }: OcrTextInput): PositionedText[] {
  const scale = POINTS_PER_INCH / dpi;
  const lines = ocr.paragraphs
    .flatMap((paragraph) => paragraph.lines)
    .map((line) => ({ ...line, words: line.words.filter((word) => word.text.trim() !== '') }))
    .filter((line) => line.words.length > 0);
  const sizes = lines.map(sizeOf);
  const usual = weightedMedian(lines.map((line, index) => [sizes[index] ?? 0, textLength(line)]));
  return lines
    .flatMap((line, index) => {
      const size = sizes[index] ?? 0;
      const fontSize = Math.abs(size - usual) <= usual * SAME_SIZE ? usual : size;
      const baseline = baselineOf(line);
      return line.words.map((word) => ({
        // Words are apart whatever their boxes say.
        text: `${word.text.trim()} `,
        x: x + word.box.x * scale,
        y: y + baseline * scale,
        width: word.box.width * scale,
        fontSize: fontSize * scale,
        turn: 0 as const,
        bold: false,
        rightToLeft: false,
      }));
    })
    .sort((a, b) => a.y - b.y || a.x - b.x);
}

/** Font size of a line in pixels: from its capitals, digits and ascenders where it has some. */
function sizeOf(line: OcrLine): number {
  const tall = line.words.filter(({ text }) => IS_TALL.test(text) && !HAS_DESCENDER.test(text));
  const heights = tall.map((word) => word.box.height).sort((a, b) => a - b);
  const middle = heights[heights.length >> 1];
  return middle === undefined ? line.box.height / LINE_HEIGHT : middle / CAPITAL_HEIGHT;
}

/** Pixels from the image's top: the lower edge of words without descenders, else a share above that of the line. */
function baselineOf(line: OcrLine): number {
  const onLine = line.words.filter(({ text }) => /[\p{L}\d]/u.test(text) && !HAS_DESCENDER.test(text));
  const bottoms = onLine.map(({ box }) => box.y + box.height).sort((a, b) => a - b);
  return bottoms[bottoms.length >> 1] ?? line.box.y + line.box.height - sizeOf(line) * DESCENDER;
}

function textLength(line: OcrLine): number {
  return line.words.reduce((sum, word) => sum + word.text.length, 0);
}

function weightedMedian(values: readonly (readonly [value: number, weight: number])[]): number {
  const sorted = [...values].sort((a, b) => a[0] - b[0]);
  const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  let seen = 0;
  return sorted.find(([, weight]) => (seen += weight) >= half)?.[0] ?? 0;
}
