import type { OcrPage } from '../../ports/ocr-engine.js';
import type { DraftBlock } from '../../contract/block.js';
import { hasDoubtfulWord, withDoubt } from './doubtful-quantity.js';
import { ocrText, type OcrTextInput } from './ocr-text.js';
import { layOutPage } from '../layout/pdf-layout.js';
import { accountFor } from '../witness/account-for.js';
import type { PageSize } from '../layout/positioned-text.js';
import type { PageReading, PageScores } from '../../contract/reading.js';
import { sectionDepth } from '../layout/section-number.js';
import { FAILURES } from '../../contract/failures.js';
import { isIllegible, isUnsure } from './ocr-confidence.js';
import { isOnItsSide, turnedBack } from '../layout/turned-box.js';

export interface OcrPageInput {
  /** 1-based. */
  readonly page: number;
  readonly ocr: OcrPage;
  /** Pixels an inch of the image that was read. */
  readonly dpi: number;
  /** Degrees clockwise by which the page was turned about its middle before it was read. */
  readonly turnedDegrees?: number;
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

/** Behind the reason of a page whose text is not to be relied on; the page is published, and can be read again. */
export const UNSURE_READING = 'text recognition was unsure of this page';

const MAX_HEADING_CHARACTERS = 120;

/**
 * One page read by OCR: `ocr` with blocks in points and the engine's confidence; `blank` when there was no word; `failed` when what
 * was recognised is noise, which never becomes content.
 */
export function ocrPageReading(input: OcrPageInput): PageReading {
  const { page, width, height, turnedDegrees = 0 } = input;
  // The page was laid out as it was read: upright.
  const sheet = isOnItsSide(turnedDegrees) ? { width: height, height: width } : { width, height };
  const blocks = ocrBlocks({ ...input, ...sheet }).map((block) => ({
    ...block,
    boxes: block.boxes.map((box) => turnedBack(box, turnedDegrees, { width, height })),
  }));
  if (blocks.length === 0) {
    return { page, outcome: 'blank', reason: NO_TEXT_IN_IMAGE, scores: { ...input.scores }, width, height, blocks };
  }
  const rotation = Math.round(turnedDegrees * 100) / 100;
  const before = withoutRotation(input.scores ?? {});
  const scores = { ...before, ocrConfidence: input.ocr.confidence, ...(rotation === 0 ? {} : { rotation }) };
  if (isIllegible(input.ocr)) {
    const reason = FAILURES.PAGE_ILLEGIBLE.message;
    return { page, outcome: 'failed', reason, failureCode: 'PAGE_ILLEGIBLE', scores, width, height, blocks: [] };
  }
  const seen = isUnsure(input.ocr) ? `${input.reason}; ${UNSURE_READING}` : input.reason;
  const reason = withDoubt(seen, hasDoubtfulWord(input.ocr));
  const account = accountFor({
    seen: [{ text: wordsSeen(input.ocr), place: { part: 'page', number: page } }],
    read: blocks.map((block) => block.text).join('\n'),
  });
  return { page, outcome: 'ocr', reason, scores, width, height, blocks, account };
}

/** The witness of a page that is read by text recognition is the engine's list of words. */
export function wordsSeen(ocr: OcrPage): string {
  const lines = ocr.paragraphs.flatMap((paragraph) => paragraph.lines);
  return lines.map((line) => line.words.map((word) => word.text).join(' ')).join('\n');
}

/** Of a page that is read again the former scores are at hand; a former rotation is none of this reading's. */
const withoutRotation = ({ rotation: _rotation, ...scores }: PageScores): PageScores => scores;

/**
 * Blocks of an OCR result in points, laid out by the rules that hold for text layers: columns, tables, lists, captions. Weight
 * is not known of scanned letters, so that a section's number is enough for a heading.
 */
export function ocrBlocks(input: OcrTextInput & PageSize): DraftBlock[] {
  const { width, height } = input;
  return layOutPage({ items: ocrText(input), width, height }).map((block) =>
    block.kind === 'paragraph' && !block.note && isNumberedTitle(block.text) ? { ...block, kind: 'heading' } : block,
  );
}

function isNumberedTitle(text: string): boolean {
  return (
    sectionDepth(text) > 0 &&
    !text.includes('\n') &&
    text.length <= MAX_HEADING_CHARACTERS &&
    /\p{L}{3}/u.test(text) &&
    !/[.,;:]$/.test(text)
  );
}
