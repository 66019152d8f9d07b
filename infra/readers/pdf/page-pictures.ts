import type { Box } from '../../../core/contract/block.js';
import { roundedBox, type PageSize, type PositionedText } from '../../../core/reading/layout/positioned-text.js';
import type { Matrix } from './graphics-walk.js';
import { countCharacters } from './page-text.js';

/** Logos and icons are smaller; a table of three rows as a picture is not. */
const MIN_WIDTH_POINTS = 90;
const MIN_HEIGHT_POINTS = 24;
const MIN_PAGE_SHARE = 0.01;
/** Strips of one picture touch, or leave a hair. */
const STRIP_GAP_POINTS = 2;
/** More letters of the text layer than these over a picture: a background, or a figure whose text is text already. */
const MAX_LETTERS_OVER = 30;
/** Each costs an OCR of a second or two; the largest count. */
const MAX_PICTURES = 8;

/** Pictures on a page of text that are large enough to carry text of their own, top to bottom. */
export function picturesOf(images: readonly Matrix[], visible: readonly PositionedText[], page: PageSize): Box[] {
  const isBare = (box: Box) => lettersOver(visible, box) <= MAX_LETTERS_OVER;
  const boxes = images.map((image) => boxOf(image, page)).filter((box) => box.width > 0 && box.height > 0);
  // A background goes before it can swallow the pictures that stand on it.
  return merged(boxes.filter(isBare))
    .filter(
      (box) =>
        box.width >= MIN_WIDTH_POINTS &&
        box.height >= MIN_HEIGHT_POINTS &&
        box.width * box.height >= page.width * page.height * MIN_PAGE_SHARE &&
        isBare(box),
    )
    .sort((a, b) => b.width * b.height - a.width * a.height)
    .slice(0, MAX_PICTURES)
    .sort((a, b) => a.y - b.y || a.x - b.x)
    .map(roundedBox);
}

/** What of an image lies on its page. */
function boxOf([a, b, c, d, e, f]: Matrix, page: PageSize): Box {
  const xs = [e, e + a, e + c, e + a + c].map((x) => Math.min(Math.max(x, 0), page.width));
  const ys = [f, f + b, f + d, f + b + d].map((y) => Math.min(Math.max(y, 0), page.height));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Boxes that overlap or touch as one. */
function merged(boxes: readonly Box[]): Box[] {
  const found: Box[] = [];
  for (const next of boxes) {
    let box = next;
    for (
      let at = found.findIndex((other) => touch(other, box));
      at >= 0;
      at = found.findIndex((other) => touch(other, box))
    ) {
      const [other] = found.splice(at, 1);
      if (other) box = union(other, box);
    }
    found.push(box);
  }
  return found;
}

function touch(a: Box, b: Box): boolean {
  const gap = STRIP_GAP_POINTS;
  return (
    a.x <= b.x + b.width + gap &&
    b.x <= a.x + a.width + gap &&
    a.y <= b.y + b.height + gap &&
    b.y <= a.y + a.height + gap
  );
}

function union(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function lettersOver(visible: readonly PositionedText[], box: Box): number {
  return visible
    .filter(({ x, y }) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
    .reduce((sum, item) => sum + countCharacters(item.text), 0);
}
