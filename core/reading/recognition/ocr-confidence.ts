import type { OcrPage } from '../../ports/ocr-engine.js';

/**
 * Mean word confidence (0–100) below which a reading is not to be relied on. Made scans that are read without a wrong word
 * have 94–96; where this line is drawn too high, a page is read once more than it had to be.
 */
const SURE_PAGE_CONFIDENCE = 70;

/** Whether the engine is unsure of a page, or found nothing on it. */
export function isUnsure({ confidence }: Pick<OcrPage, 'confidence'>): boolean {
  return confidence < SURE_PAGE_CONFIDENCE;
}

/** Words below it are wrong more often than right. */
const SURE_WORD_CONFIDENCE = 60;

/** Share of a page's letters below which it is noise: most of them stand in words that are wrong more often than right. */
const LEGIBLE_SHARE = 0.5;

/**
 * Whether what was recognised is noise rather than text: a page that lies wrong, is too faint or too blurred, or is no text at all.
 * Measured on made scans: pages read in a wrong position have shares of .41 to .47 and a mean confidence of 58, a drawing without
 * text .20 and 48, legible pages above .9.
 */
export function isIllegible(page: OcrPage): boolean {
  return sureLetters(page) < LEGIBLE_SHARE * lettersOf(page, () => true);
}

/** Letters in words that the engine is sure of. */
export function sureLetters(page: OcrPage): number {
  return lettersOf(page, (confidence) => confidence >= SURE_WORD_CONFIDENCE);
}

function lettersOf({ paragraphs }: OcrPage, counts: (confidence: number) => boolean): number {
  const words = paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words));
  return words.reduce((sum, { text, confidence }) => sum + (counts(confidence) ? text.length : 0), 0);
}
