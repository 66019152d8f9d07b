import type { PageEvidence } from '../../../core/reading/recognition/page-decision.js';
import { isGarbage } from '../../../core/reading/recognition/page-decision.js';
import type { PageSize } from '../../../core/reading/layout/positioned-text.js';
import type { DrawnPage, Matrix } from './graphics-walk.js';
import { countCharacters, type PageText } from './page-text.js';

/** Images overlap and are cut into strips, so their union is counted on a grid: 1/80 of a page is finer than needed. */
const GRID = 80;

/** What speaks for and against the page's text layer. */
export function evidenceOf(text: PageText, drawn: DrawnPage, page: PageSize): PageEvidence {
  let visibleCharacters = 0;
  let garbage = 0;
  let covered = 0;
  for (const item of text.visible) {
    visibleCharacters += countCharacters(item.text);
    covered += item.width * item.fontSize;
    for (const character of item.text) if (isGarbage(character)) garbage++;
  }
  const area = page.width * page.height;
  return {
    visibleCharacters,
    hiddenCharacters: text.hidden.reduce((sum, item) => sum + countCharacters(item.text), 0),
    garbageRatio: rounded(visibleCharacters === 0 ? 0 : Math.min(garbage / visibleCharacters, 1)),
    textCoverage: rounded(area > 0 ? Math.min(covered / area, 1) : 0),
    imageArea: rounded(unionShare(drawn.images, page)),
    drawnPaths: drawn.paths,
  };
}

/** Share of the page under images. */
function unionShare(images: readonly Matrix[], page: PageSize): number {
  if (images.length === 0) return 0;
  const cells = new Uint8Array(GRID * GRID);
  const column = (x: number) => Math.min(Math.max(Math.round((x / page.width) * GRID), 0), GRID);
  const row = (y: number) => Math.min(Math.max(Math.round((y / page.height) * GRID), 0), GRID);
  for (const [a, b, c, d, e, f] of images) {
    const xs = [e, e + a, e + c, e + a + c];
    const ys = [f, f + b, f + d, f + b + d];
    const [left, right] = [column(Math.min(...xs)), column(Math.max(...xs))];
    for (let y = row(Math.min(...ys)); y < row(Math.max(...ys)); y++) {
      cells.fill(1, y * GRID + left, y * GRID + Math.max(right, left));
    }
  }
  const share = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  // An image smaller than a cell is still an image.
  return Math.max(share, 1 / cells.length);
}

function rounded(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000;
}
