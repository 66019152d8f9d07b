import type { Row, Segment } from './segment.js';

export interface DrawnColumns {
  /** First and last row. */
  readonly from: number;
  readonly to: number;
  /** Lines of both sides. */
  readonly lines: number;
}

/** Of both sides; tables, whose cells of several lines are drawn one after the other too, are taken out before. */
const MIN_LINES = 4;
const MIN_LINES_A_SIDE = 2;
/** Lines of running text are longer than the labels and figures of a form. */
const MIN_CHARACTERS = 18;

/**
 * Stretches of the rows `from`…`to` in which the left side of the gutter at `x` was drawn wholly before the right
 * side: text in columns, as every typesetter writes it. A table is drawn row by row. Producers
 * that write line by line over the whole page give none, and leave the decision to what the page looks like.
 */
export function drawnColumns(rows: readonly Row[], [from, to]: [number, number], x: number): DrawnColumns[] {
  const found: DrawnColumns[] = [];
  let first = from;
  let lastLeft = -1;
  let firstRight = Infinity;
  const close = (end: number) => {
    const part = rows.slice(first, end + 1);
    const sides = [lengthsOf(part, (segment) => segment.right <= x), lengthsOf(part, (segment) => segment.left >= x)];
    const lines = sides.reduce((sum, side) => sum + side.length, 0);
    const isText = sides.every((side) => side.length >= MIN_LINES_A_SIDE && middle(side) >= MIN_CHARACTERS);
    if (lines >= MIN_LINES && isText) found.push({ from: first, to: end, lines });
    [lastLeft, firstRight] = [-1, Infinity];
  };
  for (let index = from; index <= to; index++) {
    const { left, right } = orderOf(rows[index], x);
    if (Math.max(lastLeft, left) > Math.min(firstRight, right)) {
      close(index - 1);
      // The right column may begin above the left one, beside a running line: those rows belong to this stretch.
      first = index;
      [lastLeft, firstRight] = [left, right];
      const free = (found.at(-1)?.to ?? from - 1) + 1;
      for (let above = index - 1; above >= free; above--) {
        const order = orderOf(rows[above], x);
        if (Math.max(lastLeft, order.left) > Math.min(firstRight, order.right)) break;
        [lastLeft, firstRight] = [Math.max(lastLeft, order.left), Math.min(firstRight, order.right)];
        first = above;
      }
      continue;
    }
    lastLeft = Math.max(lastLeft, left);
    firstRight = Math.min(firstRight, right);
  }
  close(to);
  return found;
}

/** When the last of the left side and the first of the right side of a row were drawn. */
function orderOf(row: Row | undefined, x: number): { left: number; right: number } {
  const segments = row?.segments ?? [];
  return {
    left: Math.max(-1, ...segments.filter((segment) => segment.right <= x).map((segment) => segment.drawn)),
    right: Math.min(...segments.filter((segment) => segment.left >= x).map((segment) => segment.drawn)),
  };
}

function lengthsOf(rows: readonly Row[], belongs: (segment: Segment) => boolean): number[] {
  const lengths = rows.map((row) =>
    row.segments.filter(belongs).reduce((sum, segment) => sum + segment.text.length, 0),
  );
  return lengths.filter((length) => length > 0);
}

function middle(lengths: readonly number[]): number {
  return [...lengths].sort((a, b) => a - b)[lengths.length >> 1] ?? 0;
}
