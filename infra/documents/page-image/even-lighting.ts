import type { GreyPage } from './grey-page.js';
import { paperAt, paperOf, unevenness, type Paper } from './paper.js';

/** A fifth of an inch: several letters wide, so that paper shows between them, and small beside a shadow. */
const TILES_PER_INCH = 5;
/**
 * Grey levels between the dark and the bright paper of a page from which on it is evened. Clean pages and even grey scans
 * stay below, and are read as they are; Tesseract's one threshold for a whole page copes with less than this by itself.
 */
const UNEVEN_LEVELS = 40;
const WHITE = 250;
/** Where the paper is darker than this nothing can be told from it any more; more gain would only raise noise. */
const DARKEST_PAPER = 24;

/** The page as under even light, where its lighting is uneven; `null` where it is not. */
export function evenLighting(page: GreyPage, dpi: number): GreyPage | null {
  const paper = paperOf(page, Math.max(8, Math.round(dpi / TILES_PER_INCH)));
  return unevenness(paper) < UNEVEN_LEVELS ? null : divided(page, paper);
}

/** Light multiplies what the paper reflects, so dividing by the paper's brightness takes it out. */
function divided({ width, height, levels }: GreyPage, paper: Paper): GreyPage {
  const evened = new Uint8Array(levels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const gain = WHITE / Math.max(paperAt(paper, x, y), DARKEST_PAPER);
      evened[index] = Math.min(255, (levels[index] ?? 0) * gain);
    }
  }
  return { width, height, levels: evened };
}
