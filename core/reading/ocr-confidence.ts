import type { OcrPage } from '../ports/ocr-engine.js';

/**
 * Mean word confidence (0–100) below which a reading is not to be relied on. Measured on made scans: pages read with at
 * most one wrong word in twenty have 85 and more, upside-down ones and those lost in shadow 30–60.
 */
const SURE_PAGE_CONFIDENCE = 70;

/** Whether the engine is unsure of a page, or found nothing on it. */
export function isUnsure({ confidence }: Pick<OcrPage, 'confidence'>): boolean {
  return confidence < SURE_PAGE_CONFIDENCE;
}
