import { drawnColumns } from './drawn-columns.js';
import { parallelRows } from './parallel-rows.js';
import type { Row, Segment } from './segment.js';

/** A part of a page that is read on its own, top to bottom, before the next part. */
export type Region = readonly Row[];

/** A gutter is at least this wide; FDA labels and journals have 12–24 pt, newspapers 9. */
const MIN_GUTTER_POINTS = 7;
/** Fewer lines beside each other are a letterhead, a form or a small table, and no columns. */
const MIN_COLUMN_LINES = 5;
/** Lines of running text fill their column; cells of a table do not. */
const MIN_FILL = 0.55;
/** Lines are a lot closer to each other than this many font sizes; more is white space that parts a page. */
const PART_GAP = 6;
const STEP_POINTS = 2;
const MAX_DEPTH = 5;

interface Cut {
  readonly x: number;
  /** First and last row of the part in columns. */
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

/**
 * Parts of a page in reading order: where running text stands in columns beside each other, the left column wholly
 * before the right one; headings, tables and text over the whole width keep their place above or below. Works by
 * white space (a recursive cut along gutters that no line crosses, tables aside), for two columns and, recursively, more.
 */
export function readingOrder(rows: readonly Row[], depth = 0): Region[] {
  if (rows.length === 0) return [];
  const cut = depth < MAX_DEPTH ? bestCut(rows) : undefined;
  if (!cut) return [rows];
  const part = rows.slice(cut.from, cut.to + 1);
  return [
    ...readingOrder(rows.slice(0, cut.from), depth + 1),
    ...readingOrder(
      side(part, (segment) => segment.right <= cut.x),
      depth + 1,
    ),
    ...readingOrder(
      side(part, (segment) => segment.left >= cut.x),
      depth + 1,
    ),
    ...readingOrder(rows.slice(cut.to + 1), depth + 1),
  ];
}

function side(rows: readonly Row[], belongs: (segment: Segment) => boolean): Row[] {
  return rows
    .map((row) => row.segments.filter(belongs))
    .filter((segments) => segments.length > 0)
    .map((segments) => ({ baseline: ownBaseline(segments), segments }));
}

/** Lines beside each other are one row also where their baselines differ by a hair; alone each has its own. */
function ownBaseline(segments: readonly Segment[]): number {
  return segments.reduce((a, b) => (b.text.length > a.text.length ? b : a)).baseline;
}

function bestCut(rows: readonly Row[]): Cut | undefined {
  const segments = rows.flatMap((row) => row.segments);
  const left = Math.min(...segments.map((segment) => segment.left));
  const right = Math.max(...segments.map((segment) => segment.right));
  const width = right - left;
  let best: Cut | undefined;
  for (let x = left + width * 0.15; x <= left + width * 0.85; x += STEP_POINTS) {
    for (const run of uncrossedRuns(rows, x)) {
      const drawn = drawnColumns(rows, run, x);
      for (const { from, to, lines } of drawn) {
        if (lines > (best?.score ?? 0)) best = { x, from, to, score: lines };
      }
      if (run[1] - run[0] + 1 < MIN_COLUMN_LINES) continue;
      for (const [from, to] of without(run, drawn).flatMap((rest) => withoutTables(rows, rest, x))) {
        const score = scoreOf(rows.slice(from, to + 1), x);
        if (score > (best?.score ?? 0)) best = { x, from, to, score };
      }
    }
  }
  return best;
}

/** Stretches of rows that no segment crosses at `x`, ends trimmed to where both sides carry text. */
function uncrossedRuns(rows: readonly Row[], x: number): [number, number][] {
  const runs: [number, number][] = [];
  let start = -1;
  const close = (end: number) => {
    if (start >= 0 && end > start) runs.push([start, end]);
    start = -1;
  };
  rows.forEach((row, index) => {
    const gutter = MIN_GUTTER_POINTS / 2;
    const crossed = row.segments.some((segment) => segment.left < x + gutter && segment.right > x - gutter);
    const before = rows[index - 1];
    const size = row.segments[0]?.fontSize ?? 0;
    if (crossed || (start >= 0 && before && row.baseline - before.baseline > size * PART_GAP)) close(index - 1);
    if (!crossed && start < 0) start = index;
  });
  close(rows.length - 1);
  return runs;
}

/** What remains of a run of rows without some stretches of it. */
function without(
  [first, last]: [number, number],
  stretches: readonly { from: number; to: number }[],
): [number, number][] {
  const rest: [number, number][] = [];
  let start = first;
  for (const { from, to } of stretches) {
    if (from > start) rest.push([start, from - 1]);
    start = to + 1;
  }
  if (start <= last) rest.push([start, last]);
  return rest;
}

/** What remains of a stretch in columns when the tables in it, whose rows go across the gutter, are taken out. */
function withoutTables(rows: readonly Row[], [from, to]: [number, number], x: number): [number, number][] {
  const parts: [number, number][] = [];
  let start = from;
  for (const [first, last] of parallelRows(rows.slice(from, to + 1), x)) {
    parts.push([start, from + first - 1]);
    start = from + last + 1;
  }
  parts.push([start, to]);
  return parts.filter(([first, last]) => last - first + 1 >= MIN_COLUMN_LINES);
}

/** Number of lines that speak for columns at `x`; 0 when the two sides are no running text beside each other. */
function scoreOf(rows: readonly Row[], x: number): number {
  const left = side(rows, (segment) => segment.right <= x);
  const right = side(rows, (segment) => segment.left >= x);
  if (left.length < MIN_COLUMN_LINES || right.length < MIN_COLUMN_LINES) return 0;
  const overlap =
    Math.min(lastBaseline(left), lastBaseline(right)) - Math.max(left[0]?.baseline ?? 0, right[0]?.baseline ?? 0);
  const shorter = Math.min(extent(left), extent(right));
  if (overlap < shorter * 0.5) return 0;
  if (fill(left) < MIN_FILL || fill(right) < MIN_FILL) return 0;
  if (breaksTogether(left, right)) return 0;
  return left.length + right.length;
}

function lastBaseline(rows: readonly Row[]): number {
  return rows.at(-1)?.baseline ?? 0;
}

function extent(rows: readonly Row[]): number {
  return lastBaseline(rows) - (rows[0]?.baseline ?? 0);
}

/** Median share of the column's width that a line covers. */
function fill(rows: readonly Row[]): number {
  const left = Math.min(...rows.map((row) => row.segments[0]?.left ?? 0));
  const right = Math.max(...rows.map((row) => row.segments.at(-1)?.right ?? 0));
  const covered = rows.map((row) => row.segments.reduce((sum, segment) => sum + segment.right - segment.left, 0));
  const middle = covered.sort((a, b) => a - b)[covered.length >> 1] ?? 0;
  return middle / Math.max(right - left, 1);
}

/**
 * A table whose cells hold running text looks like columns, but its white space runs across: wherever the left side
 * pauses, the right side does too. Text in columns breaks its paragraphs independently.
 */
function breaksTogether(left: readonly Row[], right: readonly Row[]): boolean {
  const leftBreaks = breaks(left);
  const rightBreaks = breaks(right);
  const all = leftBreaks.length + rightBreaks.length;
  if (Math.min(leftBreaks.length, rightBreaks.length) < 2) return false;
  const near = (a: number, others: readonly number[]) => others.some((b) => Math.abs(a - b) < 3);
  const shared =
    leftBreaks.filter((at) => near(at, rightBreaks)).length + rightBreaks.filter((at) => near(at, leftBreaks)).length;
  return shared >= all * 0.6;
}

/** Baselines of the lines that start after more than the column's usual line distance. */
function breaks(rows: readonly Row[]): number[] {
  const distances = rows.slice(1).map((row, index) => row.baseline - (rows[index]?.baseline ?? 0));
  const usual = [...distances].sort((a, b) => a - b)[distances.length >> 1] ?? 0;
  return rows
    .slice(1)
    .filter((_, index) => (distances[index] ?? 0) > usual * 1.25)
    .map((row) => row.baseline);
}
