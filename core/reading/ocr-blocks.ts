import type { OcrLine, OcrPage, OcrParagraph } from '../ports/ocr-engine.js';
import type { Box, DraftBlock } from './block.js';
import { listMarkerLength } from './list-marker.js';
import { roundedBox } from './positioned-text.js';
import type { PageReading } from './reading.js';
import { isAllCapitals, isCaption, sectionDepth } from './section-number.js';

export interface OcrPageInput {
  /** 1-based. */
  readonly page: number;
  readonly ocr: OcrPage;
  /** Pixels an inch of the image that was read. */
  readonly dpi: number;
  /** Points, as displayed. */
  readonly width: number;
  readonly height: number;
  /** Why the page went to OCR; kept as the reason of the ledger. */
  readonly reason: string;
  /** Scores found before OCR (image area, garbage …). */
  readonly scores?: PageReading['scores'];
}

/** The ledger's phrase for a page on which text recognition found no word. */
export const NO_TEXT_IN_IMAGE = 'no text in the page image';

/** A heading's letters are this much higher than the page's; OCR boxes vary by a tenth within one size. */
const HEADING_HEIGHT_RATIO = 1.3;
const MAX_HEADING_CHARACTERS = 120;
const POINTS_PER_INCH = 72;

/** One page read by OCR: `ocr` with blocks in points and the engine's confidence, or `blank` when there was no word. */
export function ocrPageReading(input: OcrPageInput): PageReading {
  const blocks = ocrBlocks(input.ocr, input.dpi);
  const { page, width, height } = input;
  if (blocks.length === 0) {
    return { page, outcome: 'blank', reason: NO_TEXT_IN_IMAGE, scores: { ...input.scores }, width, height, blocks };
  }
  const scores = { ...input.scores, ocrConfidence: input.ocr.confidence };
  return { page, outcome: 'ocr', reason: input.reason, scores, width, height, blocks };
}

/** Blocks of an OCR result, boxes turned from pixels into points. */
export function ocrBlocks(ocr: OcrPage, dpi: number): DraftBlock[] {
  const scale = POINTS_PER_INCH / dpi;
  const bodyHeight = median(ocr.paragraphs.flatMap((paragraph) => paragraph.lines.map((line) => line.box.height)));
  return ocr.paragraphs.flatMap((paragraph) =>
    splitAtItems(paragraph).flatMap((lines) => blockOf(lines, bodyHeight, scale)),
  );
}

/** A list's items often come as one paragraph: text before the first marker is a block of its own. */
function splitAtItems(paragraph: OcrParagraph): OcrLine[][] {
  const lines = paragraph.lines.filter((line) => textOf(line) !== '');
  const first = lines.findIndex((line) => listMarkerLength(textOf(line)) > 0);
  return first > 0 ? [lines.slice(0, first), lines.slice(first)] : [lines];
}

function blockOf(lines: readonly OcrLine[], bodyHeight: number, scale: number): DraftBlock[] {
  const text = lines.map(textOf).join('\n');
  if (text === '') return [];
  const height = median(lines.map((line) => line.box.height));
  const shared = { text, fontSize: Math.round(height * scale * 10) / 10, boxes: [unionBox(lines, scale)] };
  if (listMarkerLength(text) > 0) return [{ kind: 'list', ...shared }];
  if (isCaption(text)) return [{ kind: 'caption', ...shared }];
  const standsOut = height >= bodyHeight * HEADING_HEIGHT_RATIO || isAllCapitals(text) || sectionDepth(text) > 0;
  const isHeading =
    standsOut &&
    lines.length <= 2 &&
    text.length <= MAX_HEADING_CHARACTERS &&
    /\p{L}{3}/u.test(text) &&
    !/[.,;:]$/.test(text);
  return [{ kind: isHeading ? 'heading' : 'paragraph', ...shared }];
}

function textOf(line: OcrLine): string {
  return line.words
    .map((word) => word.text.trim())
    .filter((word) => word !== '')
    .join(' ');
}

function unionBox(lines: readonly OcrLine[], scale: number): Box {
  const left = Math.min(...lines.map((line) => line.box.x));
  const top = Math.min(...lines.map((line) => line.box.y));
  const right = Math.max(...lines.map((line) => line.box.x + line.box.width));
  const bottom = Math.max(...lines.map((line) => line.box.y + line.box.height));
  return roundedBox({
    x: left * scale,
    y: top * scale,
    width: (right - left) * scale,
    height: (bottom - top) * scale,
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
