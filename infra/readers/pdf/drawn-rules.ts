import { OPS } from './pdf-engine.js';
import { multiply, type Matrix } from './graphics-walk.js';

/** A thin level line, or a bar as thin, in the coordinates of the page as displayed. */
export interface DrawnRule {
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly thickness: number;
}

/** Thicker ones mark text, and strike nothing. */
const MAX_THICKNESS_POINTS = 4;
const MIN_LENGTH_POINTS = 2;
/** Codes of pdfjs within a path, and how many numbers follow each. */
const NUMBERS_BEHIND = [2, 2, 6, 0, 4];
const MOVE = 0;
const STROKES = new Set([OPS.stroke, OPS.closeStroke]);

/** The level rules of one path as pdfjs gives it: the operator that paints it, and its points. */
export function rulesOfPath(args: readonly unknown[], matrix: Matrix, lineWidth: number): DrawnRule[] {
  const [painted, data] = args as [number, readonly (ArrayLike<number> | null)[] | undefined];
  const points = data?.[0];
  if (painted === OPS.endPath || !points) return [];
  const drawn = STROKES.has(painted) ? lineWidth * Math.hypot(matrix[2], matrix[3]) : 0;
  const rules: DrawnRule[] = [];
  let part = emptyPart();
  const close = () => {
    const height = part.bottom - part.top;
    if (part.right - part.left >= MIN_LENGTH_POINTS && height + drawn <= MAX_THICKNESS_POINTS) {
      rules.push({ left: part.left, right: part.right, y: (part.top + part.bottom) / 2, thickness: height + drawn });
    }
    part = emptyPart();
  };
  for (let at = 0; at < points.length;) {
    const code = points[at] ?? MOVE;
    const behind = NUMBERS_BEHIND[code];
    if (behind === undefined) return [];
    if (code === MOVE) close();
    for (let index = at + 1; index + 1 <= at + behind; index += 2) {
      const [, , , , x, y] = multiply(matrix, [1, 0, 0, 1, points[index] ?? 0, points[index + 1] ?? 0]);
      part.left = Math.min(part.left, x);
      part.right = Math.max(part.right, x);
      part.top = Math.min(part.top, y);
      part.bottom = Math.max(part.bottom, y);
    }
    at += 1 + behind;
  }
  close();
  return rules;
}

function emptyPart() {
  return { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
}
