import type { GreyPage } from './grey-page.js';

/** Median grey level above which a page is surely dark on light, and is not looked at. */
const DARK_PAGE = 110;
/** Wide enough to hold letters and what they stand on. */
const TILE = 24;
/** Grey levels between the darkest and the brightest place of a tile with letters. */
const LETTERS = 60;

export function inverted(page: GreyPage): GreyPage {
  return { ...page, levels: page.levels.map((level) => 255 - level) };
}

/**
 * Whether letters are lighter than their ground. They cover less than half of the ground around them, in bad light too, so each tile
 * with letters tells for itself. `page`: at some 100 dpi.
 */
export function isLightOnDark(page: GreyPage): boolean {
  if (medianOf(page, { x: 0, y: 0, width: page.width, height: page.height }).median >= DARK_PAGE) return false;
  let votes = 0;
  for (let y = 0; y + TILE <= page.height; y += TILE) {
    for (let x = 0; x + TILE <= page.width; x += TILE) {
      const { darkest, median, brightest } = medianOf(page, { x, y, width: TILE, height: TILE });
      if (brightest - darkest >= LETTERS) votes += brightest - median > median - darkest ? 1 : -1;
    }
  }
  return votes > 0;
}

function medianOf(
  { width, levels }: GreyPage,
  part: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): { darkest: number; median: number; brightest: number } {
  const counts = new Uint32Array(256);
  for (let y = part.y; y < part.y + part.height; y++) {
    for (let x = part.x; x < part.x + part.width; x++) {
      const level = levels[y * width + x] as number;
      counts[level] = (counts[level] as number) + 1;
    }
  }
  let seen = 0;
  const half = (part.width * part.height) / 2;
  return {
    darkest: counts.findIndex((count) => count > 0),
    median: counts.findIndex((count) => (seen += count) >= half),
    brightest: counts.findLastIndex((count) => count > 0),
  };
}
