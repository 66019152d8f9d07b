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
