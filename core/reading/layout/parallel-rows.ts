import { listMarkerLength } from './list-marker.js';
import { joinCells } from './text-lines.js';
import type { Row, Segment } from './segment.js';

/**
 * What the line of one side of a gutter is: the `start` of a unit (a paragraph, an item, a cell), the
 * `continuation` of the line above, `unclear`, or `none` where the side has no text.
 */
type LineRole = 'start' | 'continuation' | 'unclear' | 'none';

/** Lines of one paragraph are at most this many font sizes apart; rows of most tables are wider apart. */
const LINE_DISTANCE = 1.5;
/** Shorter lines are cells: running text in columns, newspapers included, has 25 characters and more. */
const MIN_RUNNING_CHARACTERS = 20;
/** A table has at least this many rows of which both sides clearly start anew; one or two are chance in running text. */
const MIN_ROWS = 3;
/** What stands apart by more than this many of the usual distances is not of the table. */
const APART = 1.35;
/** Of a side's lines, the share that ends within its right edge; single lines may stick out. */
const WITHIN_EDGE = 0.85;
/** Cells of one column often open with the same word (`take`, `every`); lines of running text this near seldom do. */
const SAME_WORD_WITHIN = 2;
/** Letters of such a word: `the`, `of` and `and` open lines of any text. */
const MIN_OPENING_LETTERS = 4;
/** More lines a row than this in which both sides go on are paragraphs that happen to be equally long. */
const MAX_RUNNING_LINES = 2;
/** Lines between two starts of a table's rows; longer cells are text. */
const MAX_CELL_LINES = 8;

/**
 * Stretches of rows, as [first, last] index, in which both sides of the gutter at `x` start their units together, row
 * by row: a table, whose rows must not be torn apart. Running text in columns starts its paragraphs on each side where
 * it likes, and wraps its other lines at the column's edge; two lists beside each other carry markers on both sides.
 */
export function parallelRows(rows: readonly Row[], x: number): [number, number][] {
  const left = rolesOf(rows.map((row) => sideOf(row, (segment) => segment.right <= x)));
  const right = rolesOf(rows.map((row) => sideOf(row, (segment) => segment.left >= x)));
  const found: [number, number][] = [];
  let stretch = newStretch();
  const close = () => {
    const { starts, marked, running } = stretch;
    const [from, to] = withinGaps(rows, stretch);
    const clear = starts.filter((start) => start.clear && start.index >= from && start.index <= to).length;
    const isList = marked * 2 >= starts.length;
    const isText = running > starts.length * MAX_RUNNING_LINES;
    if (clear >= MIN_ROWS && !isList && !isText) found.push([from, to]);
    stretch = newStretch();
  };
  rows.forEach((_, index) => {
    const roles = [left[index]?.role ?? 'none', right[index]?.role ?? 'none'] as const;
    if (roles.includes('none') || roles.every((role) => role !== 'start')) {
      // Within a cell, or a row with an empty one: neither speaks for a table nor against it.
      const lastStart = stretch.starts.at(-1)?.index;
      if (lastStart !== undefined && index - lastStart > MAX_CELL_LINES) close();
      else if (!roles.includes('start')) {
        stretch.to = index;
        if (roles.every((role) => role === 'continuation')) stretch.running++;
      }
      return;
    }
    if (roles.includes('continuation')) return close();
    stretch.starts.push({ index, clear: roles.every((role) => role === 'start') });
    stretch.to = index;
    if (left[index]?.marked && right[index]?.marked) stretch.marked++;
  });
  close();
  return found;
}

interface Stretch {
  /** Rows in which both sides start; `clear` where neither is in doubt. */
  readonly starts: { readonly index: number; readonly clear: boolean }[];
  to: number;
  /** Starts with a list marker on both sides. */
  marked: number;
  /** Lines in which both sides go on. */
  running: number;
}

function newStretch(): Stretch {
  return { starts: [], to: 0, marked: 0, running: 0 };
}

/** First and last row of a stretch without what stands apart at its ends: the first lines of the columns below, say. */
function withinGaps(rows: readonly Row[], { starts, to }: Stretch): [number, number] {
  let first = starts[0]?.index ?? 0;
  let last = to;
  const distance = (index: number) => (rows[index]?.baseline ?? 0) - (rows[index - 1]?.baseline ?? 0);
  const distances = starts.slice(1).map(({ index }) => distance(index));
  const usual = distances.sort((a, b) => a - b)[distances.length >> 1] ?? 0;
  for (const { index } of starts.slice(1)) {
    if (distance(index) <= usual * APART) continue;
    const before = starts.filter((start) => start.clear && start.index >= first && start.index < index).length;
    const behind = starts.filter((start) => start.clear && start.index >= index).length;
    if (behind < MIN_ROWS) {
      last = index - 1;
      break;
    }
    if (before < MIN_ROWS) first = index;
  }
  return [first, last];
}

function sideOf(row: Row, belongs: (segment: Segment) => boolean): Row {
  return { baseline: row.baseline, segments: row.segments.filter(belongs) };
}

function rolesOf(side: readonly Row[]): { role: LineRole; marked: boolean }[] {
  const joined = joinCells(side);
  const present = joined.filter((row) => row.segments.length > 0);
  const ends = present.map((row) => row.segments.at(-1)?.right ?? 0).sort((a, b) => a - b);
  const edge = ends[Math.ceil((ends.length - 1) * WITHIN_EDGE)] ?? 0;
  const openings = present.map((row) => firstWord(row));
  let seen = 0;
  return joined.map((row) => {
    const [first] = row.segments;
    if (!first) return { role: 'none', marked: false };
    const marked = startsItem(first.text);
    const before = present[seen - 1];
    const word = openings[seen] ?? '';
    const near = openings.slice(Math.max(0, seen - SAME_WORD_WITHIN), seen + SAME_WORD_WITHIN + 1);
    const repeated = word.length >= MIN_OPENING_LETTERS && near.filter((other) => other === word).length > 1;
    seen++;
    return { role: marked || repeated || !before ? 'start' : roleOf(row, before, edge), marked };
  });
}

function firstWord(row: Row): string {
  return row.segments[0]?.text.split(' ')[0] ?? '';
}

function roleOf(row: Row, before: Row, edge: number): LineRole {
  const [first] = row.segments;
  const [firstAbove] = before.segments;
  const above = before.segments.at(-1);
  if (!first || !firstAbove || !above) return 'start';
  if (row.baseline - before.baseline > Math.max(first.fontSize, above.fontSize) * LINE_DISTANCE) return 'start';
  // Cells beside each other: what goes on in one of them leaves those before it empty.
  if (before.segments.length > 1 || row.segments.length > 1) {
    const atFirstCell = first.left < firstAbove.left + first.fontSize;
    // `mL/min` under `60 to 89` beside `daily` under `175 mg once`: all cells of a row may go on.
    const goesOn = row.segments.every(({ text }) => /^[\p{Ll}(]/u.test(text));
    return row.segments.length >= before.segments.length && atFirstCell && !goesOn ? 'start' : 'unclear';
  }
  // The line above had room for this word, and did not take it.
  if (edge - above.right > widthOf(firstWord(row), first) * 1.1 + first.fontSize * 0.3) return 'start';
  if (above.text.length < MIN_RUNNING_CHARACTERS) return /^[\p{Lu}\d]/u.test(first.text) ? 'start' : 'unclear';
  return /^[\p{Ll}(]/u.test(first.text) || /[\p{L}-]-$/u.test(above.text) ? 'continuation' : 'unclear';
}

/** A bullet, or a number with a title behind it, as tables of contents set them. */
function startsItem(text: string): boolean {
  return listMarkerLength(text) > 0 || /^\d{1,2}(?:\.\d{1,2})*\.?\s+\p{Lu}\p{L}{2}/u.test(text);
}

function widthOf(word: string, segment: Segment): number {
  return ((segment.right - segment.left) * word.length) / Math.max(segment.text.length, 1);
}
