import type { DocumentReader, PageTurn, ReadLimits } from '../core/ports/document-reader.js';
import type { OcrEngine, OcrPage } from '../core/ports/ocr-engine.js';
import { isUnsure } from '../core/reading/ocr-confidence.js';

/** Tesseract's own recommendation for best accuracy (tessdoc, "Improving the quality of the output"). */
const OCR_DPI = 300;
/** A3 at 300 dpi; the reader lowers the resolution of larger pages. As RGBA this is 70 MB. */
const MAX_PAGE_PIXELS = 17_400_000;
/** How a page, or a picture on one, is drawn to be read. */
export const WHOLE_PAGE = { dpi: OCR_DPI, maxPixels: MAX_PAGE_PIXELS };
/** Small print is drawn half as large again: A4 at 420 dpi is what the pixel cap lets in. */
const SMALL_PRINT_DPI = 420;
/** Lines of words lower than this at 300 dpi are of letters of 6 points and less. */
const SMALL_PRINT_PIXELS = 24;

export interface RecognisePageInput {
  readonly reader: DocumentReader;
  readonly ocr: OcrEngine;
  readonly path: string;
  /** 1-based. */
  readonly page: number;
  readonly languages: readonly string[];
  readonly limits: ReadLimits;
}

export interface RecognisedPage {
  readonly ocr: OcrPage;
  /** Pixels an inch of what was read. */
  readonly dpi: number;
  /** Degrees clockwise by which the page was turned before. */
  readonly turnedDegrees: number;
}

/**
 * Reads one page: turned upright and evened by what is seen on it; and where the engine is unsure of the result, upside
 * down, or larger where the letters are small. The surest reading counts. Most pages are read once.
 */
export async function recognisePage(input: RecognisePageInput): Promise<RecognisedPage> {
  const first = await readOnce(input, OCR_DPI, 'found');
  if (!isUnsure(first.ocr)) return first;
  const turned = surer(first, await readOnce(input, OCR_DPI, 'upside-down'));
  if (!isUnsure(turned.ocr) || lineHeight(turned.ocr) === 0 || lineHeight(turned.ocr) > SMALL_PRINT_PIXELS)
    return turned;
  const turn = turned === first ? 'found' : 'upside-down';
  return surer(turned, await readOnce(input, SMALL_PRINT_DPI, turn));
}

async function readOnce(input: RecognisePageInput, dpi: number, forReading: PageTurn): Promise<RecognisedPage> {
  const { reader, path, page, limits, languages } = input;
  const drawn = await reader.renderPage(path, { page, dpi, maxPixels: MAX_PAGE_PIXELS, forReading }, limits);
  const { signal } = limits;
  const ocr = await input.ocr.recognise({ image: drawn, languages, ...(signal ? { signal } : {}) });
  return { ocr, dpi: drawn.dpi, turnedDegrees: drawn.turnedDegrees ?? 0 };
}

/** The reading with more letters in words that the engine is sure of; the earlier one where both have as many. */
function surer(one: RecognisedPage, other: RecognisedPage): RecognisedPage {
  return sureLetters(other.ocr) > sureLetters(one.ocr) ? other : one;
}

/** Words below it are wrong more often than right. */
const SURE_CONFIDENCE = 60;

function sureLetters({ paragraphs }: OcrPage): number {
  const words = paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words));
  return words.reduce((sum, { text, confidence }) => sum + (confidence >= SURE_CONFIDENCE ? text.length : 0), 0);
}

function lineHeight({ paragraphs }: OcrPage): number {
  const heights = paragraphs.flatMap((paragraph) => paragraph.lines.map((line) => line.box.height));
  return heights.sort((a, b) => a - b)[heights.length >> 1] ?? 0;
}
