import { isLoneMarker, isLoneNumber } from './list-marker.js';
import { isCaption } from './section-number.js';
import { CELL_LINE_END } from './table-rows.js';
import { joinSegments, segmentBottom, segmentTop, type Row, type Segment } from './text-lines.js';

/** A row of a table, standing for its lines until the table is put together. */
export interface DrawnRow {
  /** Equal for the rows of one table, different for two tables of a page. */
  readonly table: number;
  /** By column, left to right; empty cells keep their place. */
  readonly cells: readonly string[];
  /** What the page draws of it. */
  readonly segments: readonly Segment[];
}

/** Lines of one cell are at most this many font sizes apart. */
const CELL_LINE_DISTANCE = 1.65;
/** A change to or from bold at more than this distance is a head and what stands below it. */
const WITHIN_CELL_DISTANCE = 1.4;
const SAME_SIZE_RATIO = 0.2;
/** Baselines that differ by less than this share of the font size are one line. */
const SAME_LINE = 0.3;
/** The next cell of a row begins at most this many font sizes above what the row has, and hardly below it: cells stand at the top, in the middle or at the foot. */
const MAX_RISE = 12;
const MAX_FALL = 0.6;
/** Rows of one table are at most this many font sizes apart. */
const MAX_ROW_GAP = 2.6;
/** Text of neighbouring columns may touch by rounding. */
const TOUCH_POINTS = 1;
const MIN_ROWS = 2;
/** A title over two columns is no line that goes on in both. */
const MIN_CELLS_WITH_PIECES = 3;
/** Lines of a title within a table. */
const MAX_TITLE_LINES = 2;
/** Between a head that is drawn apart and its table, in font sizes. */
const MAX_HEAD_GAP = 1.6;
const LEADERS = /(?:[.·…_]\s?){5,}/;

interface Cell {
  readonly lines: Segment[];
  left: number;
  right: number;
  top: number;
  bottom: number;
}

type CellRow = Cell[];

interface Column {
  left: number;
  right: number;
}

/**
 * The rows of a page with its tables taken together by the order in which they were drawn. Programs draw a table cell by
 * cell, row by row; a cell of several lines beside one that stands in the middle of its row, or at its foot, cannot be told
 * from white space alone, for the lines of the two cells have no baseline in common. Each row of such a table becomes one
 * line with its {@link DrawnRow}. Tables that show no sign of having been drawn cell by cell stay as they are.
 */
export function withDrawnTables(rows: readonly Row[]): Row[] {
  const segments = rows.flatMap((row) => row.segments).sort((a, b) => a.drawn - b.drawn);
  const cellRows = cellRowsOf(segments);
  const taken = new Set<Segment>();
  const found: Row[] = [];
  let tables = 0;
  for (let start = 0; start < cellRows.length;) {
    const table = tableFrom(cellRows, start, segments);
    if (!table) {
      start++;
      continue;
    }
    for (const { cells, columns } of table.rows) {
      const lines = cells.flatMap((cell) => cell.lines);
      for (const line of lines) taken.add(line);
      found.push(lineOf({ table: tables, cells: textsOf(cells, columns), segments: lines }));
    }
    tables++;
    start = table.end;
  }
  if (tables === 0) return [...rows];
  const others = rows
    .map((row) => ({ ...row, segments: row.segments.filter((segment) => !taken.has(segment)) }))
    .filter((row) => row.segments.length > 0);
  return [...others, ...found].sort((a, b) => a.baseline - b.baseline);
}

/** The whole row as one line at the height of its topmost one. */
function lineOf(drawnRow: DrawnRow): Row {
  const { segments } = drawnRow;
  const baseline = Math.min(...segments.map((segment) => segment.baseline));
  const segment: Segment = {
    text: drawnRow.cells.filter((cell) => cell !== '').join(' '),
    left: Math.min(...segments.map(({ left }) => left)),
    right: Math.max(...segments.map(({ right }) => right)),
    baseline,
    fontSize: Math.max(...segments.map(({ fontSize }) => fontSize)),
    bold: segments.every(({ bold }) => bold),
    drawn: Math.min(...segments.map(({ drawn }) => drawn)),
    drawnRow,
  };
  return { baseline, segments: [segment] };
}

/** What was drawn, as cells and rows of cells: below goes on in a cell, to the right is the next cell, anything else a new row. */
function cellRowsOf(segments: readonly Segment[]): CellRow[] {
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

interface DrawnTable {
  readonly rows: readonly { readonly cells: CellRow; readonly columns: readonly Column[] }[];
  /** Index of the row of cells behind its last one. */
  readonly end: number;
}

function tableFrom(rows: readonly CellRow[], start: number, all: readonly Segment[]): DrawnTable | undefined {
  if (!isRowOfCells(rows[start])) return undefined;
  const part: CellRow[] = [];
  let columns: Column[] | undefined;
  let full = 0;
  for (let index = start; index < rows.length; index++) {
    const row = rows[index];
    if (!row || (row.length > 1 ? !isRowOfCells(row) : !isLoneCell(row, part)) || !isBelow(part, row)) break;
    const next = columnsOf([...part.slice(0, full), ...rows.slice(start + full, index + 1)]);
    if (!next) break;
    part.push(row);
    if (row.length > 1) {
      columns = next;
      full = part.length;
    }
  }
  const body = part.slice(0, full);
  const head = headOf(body, rows);
  const table = [...(head ? [head] : []), ...body].map((row) => [...row]);
  const isTable = table.filter((row) => row.length > 1).length >= MIN_ROWS && table.some(wasDrawnByCells);
  for (const [index, row] of table.entries()) raiseCells(table[index - 1], row);
  const found = head ? columnsOf(table) : columns;
  if (!isTable || !found || hasOthersWithin(table, all)) return undefined;
  return { rows: table.map((cells) => ({ cells, columns: found })), end: start + full };
}

/** Two cells or more, the first of which is no bullet or number of what follows, and none of them leads the eye to a page. */
function isRowOfCells(row: CellRow | undefined): boolean {
  const [first, ...others] = row ?? [];
  if (!first || others.length === 0) return false;
  const text = first.lines[0]?.text ?? '';
  const introduces = isLoneMarker(text) || (others.length === 1 && isLoneNumber(text));
  return !introduces && !(row ?? []).some((cell) => cell.lines.some((line) => LEADERS.test(line.text)));
}

/** Whether a row stands below those above it, wherever they share a column, and near to them. */
function isBelow(above: readonly CellRow[], row: CellRow): boolean {
  const before = above.flat();
  if (before.length === 0) return true;
  const size = Math.max(...row.flatMap((cell) => cell.lines.map((line) => line.fontSize)));
  const [top, bottom] = [Math.min(...before.map((cell) => cell.top)), Math.max(...before.map((cell) => cell.bottom))];
  const rowTop = Math.min(...row.map((cell) => cell.top));
  if (rowTop > bottom + size * MAX_ROW_GAP || rowTop < top - size * SAME_LINE) return false;
  return row.every((cell) =>
    before.every((other) => !overlap(cell, other) || cell.top >= other.bottom - size * SAME_LINE),
  );
}

/** A row of one cell, set as its table and between its edges, is a title of the rows below or has empty cells beside it; two are other text. */
function isLoneCell([only]: CellRow, table: readonly CellRow[]): boolean {
  const others = table.flat();
  if (!only || others.length === 0 || table.at(-1)?.length === 1 || only.lines.length > MAX_TITLE_LINES) return false;
  const [left, right] = [Math.min(...others.map((cell) => cell.left)), Math.max(...others.map((cell) => cell.right))];
  if (only.left < left - TOUCH_POINTS || only.right > right + TOUCH_POINTS) return false;
  const sizes = others.flatMap((cell) => cell.lines.map((line) => line.fontSize));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return only.lines.every(
    ({ text, fontSize }) =>
      fontSize >= least * (1 - SAME_SIZE_RATIO) && fontSize <= most * (1 + SAME_SIZE_RATIO) && !isCaption(text),
  );
}

/** A cell over several rows may be drawn with the last of them; it belongs to the one beside which it begins. */
function raiseCells(above: CellRow | undefined, row: CellRow): void {
  if (!above || row.length < 2) return;
  const topmost = Math.min(...above.map((cell) => cell.lines[0]?.baseline ?? 0));
  for (const cell of [...row]) {
    const [first] = cell.lines;
    if (!first || first.baseline > topmost + first.fontSize * SAME_LINE || above.some((other) => overlap(other, cell)))
      continue;
    row.splice(row.indexOf(cell), 1);
    above.push(cell);
    above.sort((a, b) => a.left - b.left);
  }
}

/** The head of a table is drawn last by programs that set it again on every page: the row of cells right above it, if there is one. */
function headOf(table: readonly CellRow[], rows: readonly CellRow[]): CellRow | undefined {
  const others = new Set(table);
  const top = Math.min(...table.flat().map((cell) => cell.top));
  return rows.find((row) => {
    if (others.has(row) || !isRowOfCells(row)) return false;
    const bottom = Math.max(...row.map((cell) => cell.bottom));
    const size = Math.max(...row.flatMap((cell) => cell.lines.map((line) => line.fontSize)));
    if (bottom > top + size * SAME_LINE || bottom < top - size * MAX_HEAD_GAP) return false;
    return (
      columnsOf([row, ...table]) !== undefined &&
      row.every((cell) => table.flat().some((other) => overlap(cell, other)))
    );
  });
}

/** The next cell begins above the end of the one before it: nobody who draws line by line over all cells goes back up. */
function wasDrawnByCells(row: CellRow): boolean {
  return row.slice(1).some((cell, index) => {
    const [last, first] = [row[index]?.lines.at(-1), cell.lines[0]];
    return last !== undefined && first !== undefined && first.baseline < last.baseline - first.fontSize * SAME_LINE;
  });
}

function overlap(a: Column, b: Column): boolean {
  return a.left < b.right - TOUCH_POINTS && a.right > b.left + TOUCH_POINTS;
}

/**
 * The columns by the rows with most cells first; a cell over several of them is a head over these and makes none.
 * `undefined` where two cells of a row fall into the same column.
 */
function columnsOf(rows: readonly CellRow[]): Column[] | undefined {
  const columns: Column[] = [];
  for (const row of [...rows].sort((a, b) => b.length - a.length)) {
    for (const cell of row) {
      const over = columns.filter((column) => overlap(cell, column));
      const [only] = over;
      if (!only) columns.push({ left: cell.left, right: cell.right });
      else if (over.length === 1) {
        const wider = { left: Math.min(only.left, cell.left), right: Math.max(only.right, cell.right) };
        if (columns.every((other) => other === only || !overlap(wider, other))) Object.assign(only, wider);
      }
    }
  }
  columns.sort((a, b) => a.left - b.left);
  const isClear = rows.every((row) => new Set(row.map((cell) => placeOf(cell, columns))).size === row.length);
  return isClear && columns.length > 1 ? columns : undefined;
}

function placeOf(cell: Cell, columns: readonly Column[]): number {
  return columns.findIndex((column) => overlap(cell, column));
}

function textsOf(cells: CellRow, columns: readonly Column[]): string[] {
  return columns.map((_, index) =>
    cells
      .filter((cell) => placeOf(cell, columns) === index)
      .flatMap((cell) => cell.lines.map((line) => line.text))
      .join(CELL_LINE_END),
  );
}

/** Whether the page draws something else in the middle of a table: then it is none. */
function hasOthersWithin(table: readonly CellRow[], all: readonly Segment[]): boolean {
  const cells = table.flat();
  const own = new Set(cells.flatMap((cell) => cell.lines));
  const [left, right] = [Math.min(...cells.map((cell) => cell.left)), Math.max(...cells.map((cell) => cell.right))];
  const baselines = [...own].map((segment) => segment.baseline);
  const [top, bottom] = [Math.min(...baselines), Math.max(...baselines)];
  return all.some(
    (segment) =>
      !own.has(segment) &&
      segment.baseline > top &&
      segment.baseline < bottom &&
      segment.right > left &&
      segment.left < right,
  );
}
