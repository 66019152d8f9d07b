import type { Box } from '../../contract/block.js';
import { roundedBox } from './positioned-text.js';

/** Whether a page that was turned by this much has its sides swapped. */
export function isOnItsSide(degrees: number): boolean {
  return Math.round(degrees / 90) % 2 !== 0;
}

/**
 * A box of a page that was turned about its middle, in the coordinates of the page as it is displayed. A box that leans
 * there becomes the upright one around it. `page`: as displayed, in the unit of the box.
 */
export function turnedBack(box: Box, degrees: number, page: { readonly width: number; readonly height: number }): Box {
  if (degrees === 0) return box;
  const onItsSide = isOnItsSide(degrees);
  const [middleX, middleY] = [page.width / 2, page.height / 2];
  const [fromX, fromY] = onItsSide ? [middleY, middleX] : [middleX, middleY];
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = [box.x, box.x + box.width].flatMap((x) =>
    [box.y, box.y + box.height].map((y) => ({
      x: middleX + (x - fromX) * cos - (y - fromY) * sin,
      y: middleY + (x - fromX) * sin + (y - fromY) * cos,
    })),
  );
  const xs = corners.map((corner) => Math.min(Math.max(corner.x, 0), page.width));
  const ys = corners.map((corner) => Math.min(Math.max(corner.y, 0), page.height));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return roundedBox({ x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top });
}
