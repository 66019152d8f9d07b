import { greyOfRgb, type GreyPage } from '../page-image/grey-page.js';
import { asPicture, type DecodedPicture } from './decoded-picture.js';
import { type Matrix, walkOperators } from './graphics-walk.js';
import { objectsOf } from './page-objects.js';
import { OPS, type PDFPageProxy } from './pdf-engine.js';

/** Of the resolution that is asked for; a picture within it is read as well as one that was drawn anew. */
const NEARLY = { least: 0.83, most: 1.2 };
/** A scan's edges may stand this far from the page's. */
const EDGE_POINTS = 0.75;
const POINTS_PER_INCH = 72;

/** What a page of one picture, with or without hidden text over it, is made of. Whatever else there is may show. */
const OF_A_SCAN: ReadonlySet<number> = new Set([
  OPS.dependency, OPS.save, OPS.restore, OPS.transform, OPS.paintImageXObject, OPS.beginMarkedContent, OPS.endMarkedContent,
  OPS.beginText, OPS.endText, OPS.setFont, OPS.setTextRenderingMode, OPS.setCharSpacing, OPS.setWordSpacing, OPS.setHScale,
  OPS.setLeading, OPS.setTextRise, OPS.setTextMatrix, OPS.moveText, OPS.setLeadingMoveText, OPS.nextLine, OPS.showText,
  OPS.setFillRGBColor, OPS.setStrokeRGBColor,
]); // prettier-ignore

/**
 * The pixels of a page that is one scanned picture, as they were scanned: drawing would take a third of a second and blur
 * them a little. `null` where anything else shows on the page, where the picture does not fill it upright, or where its
 * resolution is not about that asked for. `dpi`: of the scan.
 */
export async function scannedPicture(page: PDFPageProxy, dpi: number): Promise<{ page: GreyPage; dpi: number } | null> {
  const operators = await page.getOperatorList();
  if (!operators.fnArray.every((operator) => OF_A_SCAN.has(operator))) return null;
  const viewport = page.getViewport({ scale: 1 });
  const { images, runs } = walkOperators(operators, viewport.transform as unknown as Matrix);
  const [placed, ...others] = images;
  if (!placed || others.length > 0 || !fills(placed, viewport) || !runs.every((run) => run.hidden)) return null;
  const objects = await objectsOf(page, operators);
  const at = operators.fnArray.indexOf(OPS.paintImageXObject);
  const [id] = operators.argsArray[at] as [string];
  const picture = asPicture(objects.get(id));
  if (!picture) return null;
  const across = (picture.width / viewport.width) * POINTS_PER_INCH;
  const down = (picture.height / viewport.height) * POINTS_PER_INCH;
  const isAbout = (one: number, other: number) => one >= other * NEARLY.least && one <= other * NEARLY.most;
  if (!isAbout(across, dpi) || Math.abs(across - down) > dpi / 100) return null;
  return { page: greyOf(picture), dpi: across };
}

function fills([a, b, c, d, e, f]: Matrix, { width, height }: { width: number; height: number }): boolean {
  const isNear = (one: number, other: number) => Math.abs(one - other) <= EDGE_POINTS;
  return isNear(b, 0) && isNear(c, 0) && isNear(e, 0) && isNear(f, height) && isNear(a, width) && isNear(d, -height);
}

function greyOf({ width, height, kind, data }: DecodedPicture): GreyPage {
  if (kind !== 1) return greyOfRgb({ width, height, data, channels: kind === 2 ? 3 : 4 });
  const levels = new Uint8Array(width * height);
  const rowBytes = (width + 7) >> 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bits = data[y * rowBytes + (x >> 3)] ?? 255;
      levels[y * width + x] = (bits >> (7 - (x & 7))) & 1 ? 255 : 0;
    }
  }
  return { width, height, levels };
}
