/** What was found on a page before anything is decided. Ratios and areas are shares of 1. */
export interface PageEvidence {
  /** Characters that are drawn so that a reader sees them, spaces aside. */
  readonly visibleCharacters: number;
  /** Characters in text render mode 3 (neither filled nor stroked), spaces aside: the usual hidden layer over a scan. */
  readonly hiddenCharacters: number;
  /** Share of the visible characters that are unmapped, private-use, replacement or control characters. */
  readonly garbageRatio: number;
  /** Share of the page's area under boxes of visible text. */
  readonly textCoverage: number;
  /** Share of the page's area under images. */
  readonly imageArea: number;
  /** Lines, curves and rectangles drawn; text that was turned into outlines makes hundreds of them. */
  readonly drawnPaths: number;
}

/** The phrases of the page ledger for pages that were looked at without OCR. */
export const PAGE_REASONS = {
  textLayer: 'text layer covers the page',
  pictures: 'text layer, and OCR for the text in its pictures',
  pictureUnread: 'text layer; a picture on the page could not be read',
  hiddenText: 'hidden text over a page image',
  garbage: 'text layer has unreadable characters',
  littleText: 'page image with little text',
  imageOnly: 'images and no text layer',
  drawingsOnly: 'drawings and no text layer',
  empty: 'nothing is drawn on the page',
  picture: 'the page is a picture',
  pictureOnly: 'the page is a picture and has no text layer',
  damaged: 'the page is damaged',
  cutOff: 'the scan of the page is cut off',
  cutOffFailed: 'the scan of the page is cut off; scan or export it again, or have what there is read by OCR',
  noTextLayer: 'the page has no text layer to be read by',
  askedNative: 'read again by its text layer, as asked',
  askedOcr: 'read again by OCR, as asked',
} as const;

/**
 * From a fifth on, a page's text is of no use for search. Measured: guidelines and drug labels 0, a mathematics script
 * up to .04, a page in fonts without a character map 1.
 */
const MAX_GARBAGE_RATIO = 0.2;
/** A scan fills its page; a picture inside a text page seldom more than half of it. */
const SCAN_IMAGE_AREA = 0.5;
/** About one line: a stamp, page number or download notice over a scan, and not the page's text. */
const LITTLE_TEXT_CHARACTERS = 100;
/** One letter in outlines takes some 2–4 paths, so this is a dozen letters; rulers and boxes stay below. */
const OUTLINED_TEXT_PATHS = 40;

/**
 * How a page is to be read: `native` by its text layer, `pending` for OCR, or `blank`. Text that a reader of the page
 * cannot see is never taken for the page's text when the page shows something else.
 */
export function decidePage(evidence: PageEvidence): { outcome: 'native' | 'pending' | 'blank'; reason: string } {
  const { visibleCharacters, hiddenCharacters, garbageRatio, imageArea, drawnPaths } = evidence;
  if (visibleCharacters === 0) {
    if (imageArea > 0) {
      return { outcome: 'pending', reason: hiddenCharacters > 0 ? PAGE_REASONS.hiddenText : PAGE_REASONS.imageOnly };
    }
    if (drawnPaths >= OUTLINED_TEXT_PATHS) return { outcome: 'pending', reason: PAGE_REASONS.drawingsOnly };
    return { outcome: 'blank', reason: PAGE_REASONS.empty };
  }
  if (garbageRatio >= MAX_GARBAGE_RATIO) return { outcome: 'pending', reason: PAGE_REASONS.garbage };
  if (imageArea >= SCAN_IMAGE_AREA) {
    if (hiddenCharacters > visibleCharacters) return { outcome: 'pending', reason: PAGE_REASONS.hiddenText };
    if (visibleCharacters < LITTLE_TEXT_CHARACTERS) return { outcome: 'pending', reason: PAGE_REASONS.littleText };
  }
  return { outcome: 'native', reason: PAGE_REASONS.textLayer };
}

/** Whether a code point is no readable text: unmapped, private use, replacement, control, noncharacter. */
export function isGarbage(character: string): boolean {
  return /[\p{Co}\p{Cn}\p{Cs}\uFFFD]|[^\P{Cc}\t\n\r]/u.test(character);
}
