import type { DrawnRow } from './segment.js';
import { type Cell, type CellRow, cellRowsOf, SAME_LINE, SAME_SIZE_RATIO, TOUCH_POINTS } from './drawn-cells.js';
import { isLoneMarker, isLoneNumber } from './list-marker.js';
import { isCaption } from './section-number.js';
import { CELL_LINE_END } from './table-rows.js';
import type { Row, Segment } from './segment.js';

/** Rows of one table are at most this many font sizes apart. */
const MAX_ROW_GAP = 2.6;
const MIN_ROWS = 2;
const HEAD_ROWS = 3;
/** A cell beside many rows is of few lines, and those stand by the first of them. */
const ROWS_LOOKED_AT = 8;
/** A page of a table in small print has a hundred; more is looked at by its white space only, as this takes their square. */
const MAX_ROWS = 1_000;
/** Lines of a title within a table. */
const MAX_TITLE_LINES = 2;
/** Between a head that is drawn apart and its table, in font sizes. */
const MAX_HEAD_GAP = 1.6;
const LEADERS = /(?:[.·…_]\s?){5,}/;

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
  if (cellRows.length > MAX_ROWS || !cellRows.some(wasDrawnByCells)) return [...rows];
  const taken = new Set<Segment>();
  const found: Row[] = [];
  let tables = 0;
  for (let start = 0; start < cellRows.length;) {
    const { end, rows: tableRows } = tableFrom(cellRows, start, segments);
    start = end;
    if (!tableRows) continue;
    for (const { cells, columns } of tableRows) {
      const lines = cells.flatMap((cell) => cell.lines);
      for (const line of lines) taken.add(line);
      found.push(lineOf({ table: tables, cells: textsOf(cells, columns), segments: lines }));
    }
    tables++;
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

interface FoundTable {
  /** `null`: no table begins here. */
  readonly rows: readonly { readonly cells: CellRow; readonly columns: readonly Column[] }[] | null;
  /** Index of the row of cells at which the next one may begin. */
  readonly end: number;
}

function tableFrom(rows: readonly CellRow[], start: number, all: readonly Segment[]): FoundTable {
  const run = new TableRun();
  let end = start;
  for (let row = rows[end]; row && (row.length > 1 ? isRowOfCells(row) : run.takesLone(row)); row = rows[++end]) {
    if (!run.isAbove(row)) break;
    run.add(row);
  }
  const body = longestInColumns(rows.slice(start, end));
  if (body.length === 0) return { rows: null, end: start + 1 };
  const head = headOf(body, rows);
  const table = [...(head ? [head] : []), ...body].map((row) => [...row]);
  // Of rows that show no sign, only the last ones may be the head of a table that does not keep to the columns above it.
  if (!table.some(wasDrawnByCells)) return { rows: null, end: Math.max(start + 1, start + body.length - HEAD_ROWS) };
  for (const [index, row] of table.entries()) raiseCells(table[index - 1], row);
  const columns = columnsOf(head ? table : body);
  const isTable = table.filter((row) => row.length > 1).length >= MIN_ROWS;
  if (!isTable || !columns || hasOthersWithin(table, all)) return { rows: null, end: start + 1 };
  return { rows: table.map((cells) => ({ cells, columns })), end: start + body.length };
}

/** The most rows from the first on whose cells keep to common columns, up to one of several cells. */
function longestInColumns(run: readonly CellRow[]): readonly CellRow[] {
  const upTo = (count: number) => run.slice(0, run.findLastIndex((row, index) => index < count && row.length > 1) + 1);
  if (columnsOf(upTo(run.length))) return upTo(run.length);
  // Rows that do not keep to them do so no better with more rows.
  let [good, bad] = [0, run.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (columnsOf(upTo(middle))) good = middle;
    else bad = middle;
  }
  return upTo(good);
}

/** Rows of one table as far as they have been gone through, and what they take up. */
class TableRun {
  private readonly recent: CellRow[] = [];
  private left = Infinity;
  private right = -Infinity;
  private top = Infinity;
  private bottom = -Infinity;
  private smallest = Infinity;
  private largest = -Infinity;

  add(row: CellRow): void {
    for (const cell of row) {
      this.left = Math.min(this.left, cell.left);
      this.right = Math.max(this.right, cell.right);
      this.top = Math.min(this.top, cell.top);
      this.bottom = Math.max(this.bottom, cell.bottom);
      for (const { fontSize } of cell.lines) {
        this.smallest = Math.min(this.smallest, fontSize);
        this.largest = Math.max(this.largest, fontSize);
      }
    }
    this.recent.push(row);
    if (this.recent.length > ROWS_LOOKED_AT) this.recent.shift();
  }

  /** Whether a row stands below those before it, wherever they share a column, and near to them. */
  isAbove(row: CellRow): boolean {
    if (this.recent.length === 0) return true;
    const size = Math.max(...row.flatMap((cell) => cell.lines.map((line) => line.fontSize)));
    const rowTop = Math.min(...row.map((cell) => cell.top));
    if (rowTop > this.bottom + size * MAX_ROW_GAP || rowTop < this.top - size * SAME_LINE) return false;
    const before = this.recent.flat();
    return row.every((cell) =>
      before.every((other) => !overlap(cell, other) || cell.top >= other.bottom - size * SAME_LINE),
    );
  }

  /** A row of one cell, set as its table and between its edges, is a title of the rows below or has empty cells beside it; two are other text. */
  takesLone([only]: CellRow): boolean {
    const above = this.recent.at(-1);
    if (!only || !above || above.length === 1 || only.lines.length > MAX_TITLE_LINES) return false;
    if (only.left < this.left - TOUCH_POINTS || only.right > this.right + TOUCH_POINTS) return false;
    return only.lines.every(
      ({ text, fontSize }) =>
        fontSize >= this.smallest * (1 - SAME_SIZE_RATIO) &&
        fontSize <= this.largest * (1 + SAME_SIZE_RATIO) &&
        !isCaption(text),
    );
  }
}

/** Two cells or more, the first of which is no bullet or number of what follows, and none of them leads the eye to a page. */
function isRowOfCells(row: CellRow | undefined): boolean {
  const [first, ...others] = row ?? [];
  if (!first || others.length === 0) return false;
  const text = first.lines[0]?.text ?? '';
  const introduces = isLoneMarker(text) || (others.length === 1 && isLoneNumber(text));
  return !introduces && !(row ?? []).some((cell) => cell.lines.some((line) => LEADERS.test(line.text)));
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
  const cells = table.flat();
  const top = Math.min(...cells.map((cell) => cell.top));
  return rows.find((row) => {
    if (others.has(row) || !isRowOfCells(row)) return false;
    const bottom = Math.max(...row.map((cell) => cell.bottom));
    const size = Math.max(...row.flatMap((cell) => cell.lines.map((line) => line.fontSize)));
    if (bottom > top + size * SAME_LINE || bottom < top - size * MAX_HEAD_GAP) return false;
    if (!row.every((cell) => cells.some((other) => overlap(cell, other)))) return false;
    return columnsOf([row, ...table]) !== undefined;
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
