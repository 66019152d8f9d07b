import { partsOf } from './text-lines.js';
import type { Row, Segment } from './segment.js';

export interface TableFound {
  /** Index of the row behind the table's last one. */
  readonly end: number;
  /** A row a line, cells separated by ` | `. */
  readonly text: string;
  readonly segments: readonly Segment[];
}

export const BETWEEN_CELLS = ' | ';
/** Between two lines of one cell, until all words of the document are known and lines can be joined. */
export const CELL_LINE_END = '\u2028';

/** The cells of a row as it stands in a reading: of an empty one at either end only the sign beside it is left there. */
export function cellsOfLine(row: string): string[] {
  return row.split(/(?<=^|\s)\|(?=\s|$)/).map((cell) => cell.trim());
}

/** Lines of one table row are at most this many font sizes apart; rows of tables set wide apart are no columns of text. */
const MAX_ROW_DISTANCE = 3.2;
/** Two columns are apart by more than this many points over the whole table. */
const MIN_COLUMN_GAP = 3;
/** Lines of one cell are at most this many font sizes apart. */
const CELL_LINE_DISTANCE = 1.45;
/** Rows are this much further apart than the lines of a cell, where they are further apart at all … */
const ROW_TO_LINE = 1.15;
/** … and equal distances differ by rounding. */
const SAME_DISTANCE = 1.04;
/** A cell's line that ends before this share of its column could have taken the next word. */
const WRAPPED_FILL = 0.7;

/**
 * The table that starts at `rows[start]`, if one does: at least two lines with cells beside each other that line up
 * in at least two columns. Lines that only go on in a cell are joined to their row. `pitch`: the usual distance of two
 * lines around here, in points.
 */
export function tableAt(rows: readonly Row[], start: number, pitch: number): TableFound | undefined {
  if ((rows[start]?.segments.length ?? 0) < 2) return undefined;
  let end = start + 1;
  let lastFull = start;
  for (; end < rows.length; end++) {
    const row = rows[end];
    const before = rows[end - 1];
    if (!row || !before || row.baseline - before.baseline > sizeOf(row) * MAX_ROW_DISTANCE) break;
    if (columnsOf(rows.slice(start, end + 1)).length < 2) break;
    if (row.segments.length >= 2) lastFull = end;
    else if (!isWithinOneColumn(rows.slice(start, end), row) || end - lastFull > 6) break;
  }
  end = trimmedEnd(rows, lastFull, end, pitch);
  const part = withTightCells(rows.slice(start, end));
  const columns = columnsOf(part);
  const fullRows = part.filter((row) => cellsOf(row, columns).filter((cell) => cell !== '').length >= 2).length;
  if (columns.length < 2 || fullRows < 2) return undefined;
  return { end, text: tableText(part, columns, pitch), segments: part.flatMap((row) => row.segments) };
}

/** Lines after the last full row belong to it only as the continuation of a cell. */
function trimmedEnd(rows: readonly Row[], lastFull: number, end: number, pitch: number): number {
  let last = lastFull + 1;
  while (last < end) {
    const row = rows[last];
    const before = rows[last - 1];
    if (!row || !before || !areClose(before, row, pitch)) break;
    const firstColumn = columnsOf(rows.slice(Math.max(0, lastFull - 1), lastFull + 1))[0];
    if (!firstColumn || (row.segments[0]?.left ?? 0) <= firstColumn.right) break;
    last++;
  }
  return last;
}

const LEADERS = /[^\S\n]*(?:[.·…_]\s?){5,}[^\S\n]*/g;

/** A table of contents: at least two lines whose dots lead to a number; one row a line. */
export function leaderTableAt(rows: readonly Row[], start: number): TableFound | undefined {
  const textOf = (row: Row | undefined) => row?.segments.map((segment) => segment.text).join(' ') ?? '';
  let end = start;
  while (/(?:[.·…_]\s?){5,}\s*[\divxl]+$/i.test(textOf(rows[end]))) end++;
  if (end - start < 2) return undefined;
  const part = rows.slice(start, end);
  const text = part.map((row) => textOf(row).replace(LEADERS, ' | ').replace(/^ \| /, '')).join('\n');
  return { end, text, segments: part.flatMap((row) => row.segments) };
}

/**
 * The widest cell of a column may end close to the next column, and was then joined to its neighbour. Where the gap
 * stays free over the whole table, and what it parts has text in at least two rows, the cells are apart again.
 */
function withTightCells(rows: readonly Row[]): readonly Row[] {
  const apart = rows.map((row) => ({ baseline: row.baseline, segments: row.segments.flatMap(partsOf) }));
  const columns = columnsOf(apart);
  if (columns.length <= columnsOf(rows).length) return rows;
  const filled = apart.map((row) => cellsOf(row, columns));
  const supported = columns.every((_, index) => filled.filter((cells) => cells[index] !== '').length >= 2);
  return supported ? apart : rows;
}

interface Column {
  readonly left: number;
  readonly right: number;
}

/** Columns are what remains apart when all cells are projected onto the width. */
function columnsOf(rows: readonly Row[]): Column[] {
  const cells = rows.flatMap((row) => row.segments).sort((a, b) => a.left - b.left);
  const columns: { left: number; right: number }[] = [];
  for (const cell of cells) {
    const column = columns.at(-1);
    if (column && cell.left < column.right + MIN_COLUMN_GAP) column.right = Math.max(column.right, cell.right);
    else columns.push({ left: cell.left, right: cell.right });
  }
  return columns;
}

function isWithinOneColumn(rows: readonly Row[], row: Row): boolean {
  const cell = row.segments[0];
  if (!cell) return false;
  return columnsOf(rows).filter((column) => cell.left < column.right && cell.right > column.left).length === 1;
}

function cellsOf(row: Row, columns: readonly Column[]): string[] {
  return columns.map((column) =>
    row.segments
      .filter((segment) => segment.left < column.right && segment.right > column.left)
      .map((segment) => segment.text)
      .join(' '),
  );
}

function tableText(rows: readonly Row[], columns: readonly Column[], pitch: number): string {
  const lines: string[][] = [];
  const withinCell = cellPitch(rows);
  let before: Row | undefined;
  for (const row of rows) {
    const cells = cellsOf(row, columns);
    const last = lines.at(-1);
    const goes =
      last &&
      before &&
      areClose(before, row, pitch) &&
      (goesOn(cells, last, wrappedColumns(before, columns)) ||
        (row.baseline - before.baseline <= withinCell &&
          (fillsUp(cells, last) || goesOnWholly(cells, last)) &&
          hadNoRoom(before, row, columns)));
    if (last && goes) {
      cells.forEach((cell, index) => {
        if (cell !== '') last[index] = last[index] ? `${last[index]}${CELL_LINE_END}${cell}` : cell;
      });
    } else lines.push(cells);
    before = row;
  }
  return lines.map((cells) => trimEmpty(cells).join(BETWEEN_CELLS)).join('\n');
}

/** Columns whose cell fills its width in this line, so that its text may go on in the next one. */
function wrappedColumns(row: Row, columns: readonly Column[]): boolean[] {
  return columns.map(({ left, right }) =>
    row.segments.some((segment) => segment.left < right && segment.right > left + (right - left) * WRAPPED_FILL),
  );
}

/**
 * A line goes on in its row when its first cell is empty and one of its other cells was full in the line before; or
 * when its first cell alone goes on in the middle of a sentence.
 */
function goesOn(cells: readonly string[], row: readonly string[], wrapped: readonly boolean[]): boolean {
  if (cells[0] === '') return cells.some((cell, index) => cell !== '' && (wrapped[index] || /^\p{Ll}/u.test(cell)));
  const alone = cells.slice(1).every((cell) => cell === '');
  return alone && /^[\p{Ll}(]/u.test(cells[0] ?? '') && row.slice(1).some((cell) => cell !== '');
}

/**
 * The largest distance of two lines within one cell, where a table sets its rows wider apart than its lines: both
 * distances occur more than once, and nothing between them. 0 where all lines are equally far apart.
 */
function cellPitch(rows: readonly Row[]): number {
  const distances = rows.slice(1).map((row, index) => row.baseline - (rows[index]?.baseline ?? 0));
  const least = Math.min(...distances);
  const wider = distances.filter((distance) => distance > least * ROW_TO_LINE);
  const same = distances.filter((distance) => distance <= least * SAME_DISTANCE);
  return wider.length >= 2 && wider.length + same.length === distances.length ? least * SAME_DISTANCE : 0;
}

/** Text only where the row has some already, and not in all of its cells. */
function fillsUp(cells: readonly string[], row: readonly string[]): boolean {
  return cells.some((cell) => cell === '') && cells.every((cell, index) => cell === '' || (row[index] ?? '') !== '');
}

/** All cells go on in the middle of a sentence: `60 to 89` over `mL/min` beside `175 mg once` over `daily`. */
function goesOnWholly(cells: readonly string[], row: readonly string[]): boolean {
  return cells.every((cell, index) => cell === '' || (/^[\p{Ll}(]/u.test(cell) && (row[index] ?? '') !== ''));
}

/** Whether in some column the first word of a line had no room in the line before. */
function hadNoRoom(before: Row, row: Row, columns: readonly Column[]): boolean {
  return columns.some(({ left, right }, index) => {
    const inColumn = (segment: Segment) => segment.left < right && segment.right > left;
    const [above, below] = [before.segments.findLast(inColumn), row.segments.find(inColumn)];
    if (!above || !below) return false;
    const word = below.text.split(' ')[0] ?? '';
    const width = ((below.right - below.left) * word.length) / Math.max(below.text.length, 1);
    const edge = columns[index + 1]?.left ?? right;
    return above.right + width + below.fontSize * 0.25 > edge - MIN_COLUMN_GAP;
  });
}

function areClose(before: Row, row: Row, pitch: number): boolean {
  return row.baseline - before.baseline <= Math.max(sizeOf(row) * CELL_LINE_DISTANCE, pitch * 1.1);
}

/** Empty cells inside a row keep their place; those at its end say nothing. */
export function trimEmpty(cells: readonly string[]): string[] {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, last + 1);
}

function sizeOf(row: Row): number {
  return Math.max(...row.segments.map((segment) => segment.fontSize));
}
