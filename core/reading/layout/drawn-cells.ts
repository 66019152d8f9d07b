import { joinSegments, segmentBottom, segmentTop } from './text-lines.js';
import type { Segment } from './segment.js';

/** Lines of one cell are at most this many font sizes apart. */
const CELL_LINE_DISTANCE = 1.65;
/** A change to or from bold at more than this distance is a head and what stands below it. */
const WITHIN_CELL_DISTANCE = 1.4;
export const SAME_SIZE_RATIO = 0.2;
/** Baselines that differ by less than this share of the font size are one line. */
export const SAME_LINE = 0.3;
/** The next cell of a row begins at most this many font sizes above what the row has, and hardly below it: cells stand at the top, in the middle or at the foot. */
const MAX_RISE = 12;
const MAX_FALL = 0.6;
/** Text of neighbouring columns may touch by rounding. */
export const TOUCH_POINTS = 1;
/** A title over two columns is no line that goes on in both. */
const MIN_CELLS_WITH_PIECES = 3;

/** A cell's lines in their order, and what they take up; points, y downwards. */
export interface Cell {
  readonly lines: Segment[];
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export type CellRow = Cell[];

/** What was drawn, as cells and rows of cells: below goes on in a cell, to the right is the next cell, anything else a new row. */
export function cellRowsOf(segments: readonly Segment[]): CellRow[] {
  const rows: CellRow[] = [];
  for (const segment of segments) {
    const row = rows.at(-1);
    if (row) joinPieces(row, segment);
    const [cellBefore, cell] = [row?.at(-2), row?.at(-1)];
    if (row && cell && (goesOnIn(cell, segment, cellBefore) || isPieceOf(cell, segment))) addLine(cell, segment);
    else if (row && cell && isBeside(row, segment)) row.push(cellOf(segment));
    else {
      const first = cellOf(segment);
      const above = row?.length === 1 && cell ? splitBefore(cell, segment) : undefined;
      if (row && above && isBeside([above.last], segment)) {
        // A caption, or the text above the table, was taken for the first lines of its first cell.
        row[0] = above.before;
        rows.push([above.last, first]);
      } else rows.push([first]);
    }
  }
  return rows;
}

/** Behind a line of the cell and still above or below the longer ones: the rest of a line with a wide gap in it. */
function isPieceOf(cell: Cell, segment: Segment): boolean {
  const last = cell.lines.at(-1);
  if (!last || Math.abs(segment.baseline - last.baseline) > segment.fontSize * SAME_LINE) return false;
  return segment.left >= last.right && segment.right <= cell.right + TOUCH_POINTS;
}

/** Justified text in a narrow cell leaves gaps as wide as those between cells; the line below, which has both pieces above it, tells. */
function joinPieces(row: CellRow, below: Segment): void {
  const [before, last] = row.slice(-2);
  if (row.length < MIN_CELLS_WITH_PIECES || !before || !last || before.lines.length > 1 || last.lines.length > 1)
    return;
  const [first, second] = [before.lines[0], last.lines[0]];
  if (!first || !second || !goesOnIn(last, below, undefined)) return;
  const size = second.fontSize;
  const isOneLine = Math.abs(first.baseline - second.baseline) < size * SAME_LINE;
  if (!isOneLine || Math.abs(below.left - first.left) > size / 2) return;
  row.splice(-2, 2, cellOf(joinSegments(first, second)));
}

function cellOf(...lines: readonly [Segment, ...Segment[]]): Cell {
  const [first, ...others] = lines;
  const cell: Cell = {
    lines: [first],
    left: first.left,
    right: first.right,
    top: segmentTop(first),
    bottom: segmentBottom(first),
  };
  for (const line of others) addLine(cell, line);
  return cell;
}

function addLine(cell: Cell, line: Segment): void {
  cell.lines.push(line);
  cell.left = Math.min(cell.left, line.left);
  cell.right = Math.max(cell.right, line.right);
  cell.top = Math.min(cell.top, segmentTop(line));
  cell.bottom = Math.max(cell.bottom, segmentBottom(line));
}

function goesOnIn(cell: Cell, line: Segment, cellBefore: Cell | undefined): boolean {
  const last = cell.lines.at(-1);
  if (!last) return false;
  const size = Math.max(last.fontSize, line.fontSize);
  const distance = line.baseline - last.baseline;
  if (distance < size * SAME_LINE || distance > size * CELL_LINE_DISTANCE) return false;
  if (Math.abs(last.fontSize - line.fontSize) > size * SAME_SIZE_RATIO) return false;
  if (last.bold !== line.bold && distance > size * WITHIN_CELL_DISTANCE) return false;
  if (cellBefore && line.left < cellBefore.right - TOUCH_POINTS) return false;
  return line.left < cell.right && line.right > cell.left;
}

function isBeside(row: readonly Cell[], line: Segment): boolean {
  const last = row.at(-1);
  if (!last || line.left < last.right - TOUCH_POINTS) return false;
  const [top, bottom] = [Math.min(...row.map((cell) => cell.top)), Math.max(...row.map((cell) => cell.bottom))];
  const size = line.fontSize;
  return segmentTop(line) < bottom + size * MAX_FALL && segmentBottom(line) > top - size * MAX_RISE;
}

/** The last lines of a cell that end before `line` starts, as a cell of their own; `undefined` where there are none. */
function splitBefore(cell: Cell, line: Segment): { before: Cell; last: Cell } | undefined {
  const at = cell.lines.findLastIndex((other) => other.right > line.left + TOUCH_POINTS) + 1;
  const [first, ...lines] = cell.lines.slice(0, at);
  const [last, ...lastLines] = cell.lines.slice(at);
  return first && last ? { before: cellOf(first, ...lines), last: cellOf(last, ...lastLines) } : undefined;
}
