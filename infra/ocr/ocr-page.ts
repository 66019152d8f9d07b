import type { OcrLine, OcrPage, OcrParagraph, OcrWord } from '../../core/ports/ocr-engine.js';
import type { Box } from '../../core/contract/block.js';

/**
 * What dust, stains and rules are "read" as. Measured on drawn pages, degraded (blur to 70 dpi, noise, strokes, blots)
 * and empty: of 37 lines whose words were mostly right the worst had a mean confidence of 50, of 167 lines read into
 * empty pages 155 lay below 40. A line below is no text; low pages with real lines stay, and are flagged by their mean.
 */
const MIN_LINE_CONFIDENCE = 40;

/** A word that Tesseract itself rejects (0, seldom 1–4): three of four of these are wrong. */
const MIN_WORD_CONFIDENCE = 5;

/**
 * `10°/L`, `kg/m’`: powers and units, which Tesseract rejects for the raised digits that its data lack. A dose without its unit
 * is worse than one that says it is in doubt.
 */
const REJECTED_UNIT = /^\(?(?:[\d.,]*10\S{0,3}|[\d.,]*[\p{L}µ]{1,6})\/\p{L}/u;

/** Corners in pixels of the image. */
interface Bbox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface RecognisedWord {
  readonly text: string;
  /** 0–100. */
  readonly confidence: number;
  readonly bbox: Bbox;
}

interface RecognisedLine {
  readonly words: readonly RecognisedWord[];
  readonly bbox: Bbox;
}

/** A page as both of Tesseract's forms tell it. */
export interface RecognisedPage {
  readonly blocks: readonly { readonly paragraphs: readonly RecognisedParagraph[] }[] | null;
}

interface RecognisedParagraph {
  readonly lines: readonly RecognisedLine[];
  readonly bbox: Bbox;
}

/** What Tesseract saw, without what is no text. */
export function ocrPage({ blocks }: RecognisedPage): OcrPage {
  const paragraphs: OcrParagraph[] = [];
  for (const block of blocks ?? []) {
    for (const paragraph of block.paragraphs) {
      const lines: OcrLine[] = [];
      for (const line of paragraph.lines) {
        const words = meanOf(line.words) < MIN_LINE_CONFIDENCE ? [] : line.words.filter(isText).map(toWord);
        if (words.length > 0) lines.push({ words, box: toBox(line.bbox) });
      }
      if (lines.length > 0) paragraphs.push({ lines, box: toBox(paragraph.bbox) });
    }
  }
  const words = paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words));
  return { paragraphs, confidence: meanOf(words) };
}

function meanOf(words: readonly { readonly confidence: number }[]): number {
  return words.length === 0 ? 0 : words.reduce((sum, word) => sum + word.confidence, 0) / words.length;
}

function isText({ text, confidence }: RecognisedWord): boolean {
  return text.trim() !== '' && (confidence >= MIN_WORD_CONFIDENCE || REJECTED_UNIT.test(text.trim()));
}

function toWord({ text, confidence, bbox }: RecognisedWord): OcrWord {
  const word = { text: text.trim(), confidence, box: toBox(bbox) };
  return confidence < MIN_WORD_CONFIDENCE ? { ...word, doubtful: true } : word;
}

function toBox({ x0, y0, x1, y1 }: Bbox): Box {
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}
