import type { GreyPage } from './grey-page.js';
import { closedBySquare, paperAt, paperOf, unevenness, type Paper } from './paper.js';

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

/** Resolution at which the paper of an uneven page is looked at: letters are seen, and an edge of a shadow is found to a hundredth of an inch. */
const PAPER_DPI = 100;
/** Twice this many pixels at that resolution: wider than strokes of letters of 40 points, which it makes vanish, and no wider. */
const STROKE_RADIUS = 5;

/** The page as under even light, where its lighting is uneven; `null` where it is not. */
export function evenLighting(page: GreyPage, dpi: number): GreyPage | null {
  const paper = paperOf(page, Math.max(8, Math.round(dpi / TILES_PER_INCH)));
  if (unevenness(paper) < UNEVEN_LEVELS) return null;
  return divided(page, finePaper(page, Math.max(1, Math.round(dpi / PAPER_DPI))));
}

/**
 * The paper's brightness without the ink on it: closed by a square wider than strokes, which keeps the edges of shadows where they
 * are. Dark places larger than that are no shadow if the paper around is bright: they stay dark.
 */
function finePaper(page: GreyPage, tile: number): Paper {
  const columns = Math.ceil(page.width / tile);
  const rows = Math.ceil(page.height / tile);
  const means = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      means[row * columns + column] = meanOf(page, column * tile, row * tile, tile);
  }
  return { tile, columns, rows, levels: closedBySquare(means, columns, rows, STROKE_RADIUS) };
}

function meanOf({ width, height, levels }: GreyPage, left: number, top: number, size: number): number {
  let [sum, count] = [0, 0];
  for (let y = top; y < Math.min(top + size, height); y++) {
    for (let x = left; x < Math.min(left + size, width); x++) {
      sum += levels[y * width + x] ?? 0;
      count++;
    }
  }
  return sum / Math.max(count, 1);
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
