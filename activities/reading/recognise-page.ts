import { type DocumentReader, PAGE_TURNS, type PageTurn, type ReadLimits } from '../../core/ports/document-reader.js';
import type { OcrEngine, OcrPage } from '../../core/ports/ocr-engine.js';
import { isUnsure, sureLetters } from '../../core/reading/recognition/ocr-confidence.js';
import { ocrLanguagesOfOtherScripts, ocrLanguagesOfText } from '../../core/reading/recognition/ocr-languages.js';

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

/** Past this a page is not looked at once more: what was read of it counts. */
const LOOKS_BUDGET_MS = 60_000;

export interface RecognisePageInput {
  readonly reader: DocumentReader;
  readonly ocr: OcrEngine;
  readonly path: string;
  /** 1-based. */
  readonly page: number;
  /** Tesseract's codes: what the page is taken to be written in, and what the engine has. */
  readonly languages: readonly string[];
  readonly available: readonly string[];
  readonly limits: ReadLimits;
}

export interface RecognisedPage {
  readonly ocr: OcrPage;
  /** Pixels an inch of what was read. */
  readonly dpi: number;
  /** Degrees clockwise by which the page was turned before. */
  readonly turnedDegrees: number;
  /** What it was read in. */
  readonly languages: readonly string[];
}

/**
 * Reads one page: turned upright and evened by what is seen on it; again in its own language where it shows another than
 * was expected; and where the engine is unsure of the result, in the other scripts that it has, upside down, on either side, or
 * larger where the letters are small. The surest reading counts. Most pages are read once.
 */
export async function recognisePage(input: RecognisePageInput): Promise<RecognisedPage> {
  const endsAt = Date.now() + LOOKS_BUDGET_MS;
  const expected = await readOnce(input, OCR_DPI, 'found');
  const mayLook = () => Date.now() < endsAt;
  if (!mayLook()) return expected;
  const first = await readInOwnLanguage(input, expected);
  if (!isUnsure(first.ocr) || !mayLook()) return first;
  const own = { ...input, languages: first.languages };
  let best = { turn: 'found' as PageTurn, page: first };
  for (const turn of OTHER_TURNS) {
    if (!isUnsure(best.page.ocr) || !mayLook()) return best.page;
    best = surerTurn(best, { turn, page: await readOnce(own, OCR_DPI, turn) });
  }
  const height = lineHeight(best.page.ocr);
  if (!isUnsure(best.page.ocr) || !mayLook() || height === 0 || height > SMALL_PRINT_PIXELS) return best.page;
  return surer(best.page, await readOnce(own, SMALL_PRINT_DPI, best.turn));
}

/** Upside down is the most frequent; how a page with little text or contrast lies is not seen but by reading it. */
const OTHER_TURNS = PAGE_TURNS.filter((turn) => turn !== 'found');

interface ReadTurn {
  readonly turn: PageTurn;
  readonly page: RecognisedPage;
}

function surerTurn(one: ReadTurn, other: ReadTurn): ReadTurn {
  return surer(one.page, other.page) === one.page ? one : other;
}

async function readInOwnLanguage(input: RecognisePageInput, page: RecognisedPage): Promise<RecognisedPage> {
  const own = ocrLanguagesOfText(textOf(page.ocr), input);
  if (own) {
    // A model of another language is as sure of the letters that it took the accents from.
    const inOwn = await readOnce({ ...input, languages: own }, OCR_DPI, 'found');
    return isUnsure(inOwn.ocr) ? surer(page, inOwn) : inOwn;
  }
  const others = isUnsure(page.ocr) ? ocrLanguagesOfOtherScripts(input.languages, input.available) : [];
  return others.length === 0 ? page : surer(page, await readOnce({ ...input, languages: others }, OCR_DPI, 'found'));
}

async function readOnce(input: RecognisePageInput, dpi: number, forReading: PageTurn): Promise<RecognisedPage> {
  const { reader, path, page, limits, languages } = input;
  const drawn = await reader.renderPage(path, { page, dpi, maxPixels: MAX_PAGE_PIXELS, forReading }, limits);
  const { signal } = limits;
  const ocr = await input.ocr.recognise({ image: drawn, languages, ...(signal ? { signal } : {}) });
  return { ocr, dpi: drawn.dpi, turnedDegrees: drawn.turnedDegrees ?? 0, languages };
}

/** The reading with more letters in words that the engine is sure of; the earlier one where both have as many. */
function surer(one: RecognisedPage, other: RecognisedPage): RecognisedPage {
  return sureLetters(other.ocr) > sureLetters(one.ocr) ? other : one;
}

function textOf({ paragraphs }: OcrPage): string {
  const lines = paragraphs.flatMap((paragraph) => paragraph.lines);
  return lines.map((line) => line.words.map((word) => word.text).join(' ')).join('\n');
}

function lineHeight({ paragraphs }: OcrPage): number {
  const heights = paragraphs.flatMap((paragraph) => paragraph.lines.map((line) => line.box.height));
  return heights.sort((a, b) => a - b)[heights.length >> 1] ?? 0;
}
