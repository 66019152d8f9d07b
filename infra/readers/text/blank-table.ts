/** Two lines may stand below each other by chance. */
const MIN_ROWS = 3;
/** Lines between bars are no chance. */
const MIN_BARRED_ROWS = 2;
/** A rule of dashes under the header, or of the signs that draw boxes. */
const RULE = /^[\s|+=_:\u2500-\u257F-]*$/;
const BARS = /[|\u2502\u2503\u2551]/;
/** Cells of a column begin, or end, at one place, but for what a hand sets wrongly. */
const ALIGNED = 1;
/** Of the rows as many have a cell in each column; others leave some blank. */
const MIN_WHOLE_ROWS = 0.5;

interface Cell {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * A table that was set with blanks, tabs or drawn bars, a row a line with ` | ` between its cells; `undefined` where the lines
 * are none. Each column begins, or ends, at one place; a row may leave columns blank, and goes on in a line that has nothing
 * in the first.
 */
export function blankTable(lines: readonly string[]): string | undefined {
  return barredTable(lines) ?? alignedTable(lines);
}

/** `| Drug | Dose |` between rules, or `Drug | Dose` over one. */
function barredTable(lines: readonly string[]): string | undefined {
  const written = lines.filter((line) => !RULE.test(line));
  if (written.length < MIN_BARRED_ROWS || written.length === lines.length) return undefined;
  const rows = written.map((line) => {
    const cells = line.split(BARS).map((cell) => cell.trim());
    return cells.slice(cells[0] === '' ? 1 : 0, cells.length > 1 && cells.at(-1) === '' ? -1 : undefined);
  });
  const columns = rows[0]?.length ?? 0;
  if (columns < 2 || rows.some((row) => row.length !== columns)) return undefined;
  return rows.map((row) => row.join(' | ')).join('\n');
}

function alignedTable(lines: readonly string[]): string | undefined {
  const rows = lines.filter((line) => !RULE.test(line)).map(cellsOf);
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const whole = rows.filter((row) => row.length === columns);
  if (rows.length < MIN_ROWS || columns < 2 || whole.length < rows.length * MIN_WHOLE_ROWS) return undefined;
  // A line of one cell beside lines of two is a sentence.
  if (columns === 2 && whole.length < rows.length) return undefined;
  const hasTabs = lines.every((line) => RULE.test(line) || line.trim().includes('\t'));
  if (hasTabs) return whole.length === rows.length ? textOf(rows.map((row) => row.map(({ text }) => text))) : undefined;
  const spans = Array.from({ length: columns }, (_, column) => spanOf(whole.flatMap((row) => row[column] ?? [])));
  if (!spans.every((span) => span !== undefined)) return undefined;
  const table: string[][] = [];
  for (const row of rows) {
    const cells = row.length === columns ? row.map(({ text }) => text) : inColumns(row, spans);
    if (!cells) return undefined;
    const above = table.at(-1);
    if (cells[0] !== '' || !above) table.push(cells);
    else table[table.length - 1] = above.map((text, column) => `${text} ${cells[column] ?? ''}`.trim());
  }
  return table.length < MIN_BARRED_ROWS ? undefined : textOf(table);
}

function textOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.join(' | ')).join('\n');
}

interface Span {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Where all cells of a column begin, and where they end; `undefined` where they do neither at one place. */
function spanOf(cells: readonly Cell[]): Span | undefined {
  const [first] = cells;
  if (!first) return undefined;
  const from = spread(cells.map((cell) => cell.from)) <= ALIGNED ? first.from : undefined;
  const to = spread(cells.map((cell) => cell.to)) <= ALIGNED ? first.to : undefined;
  return from === undefined && to === undefined ? undefined : { from, to };
}

/** Each cell in the column whose place it has; `undefined` where one has no such place. */
function inColumns(row: readonly Cell[], spans: readonly Span[]): string[] | undefined {
  const cells = spans.map(() => '');
  for (const { text, from, to } of row) {
    const isAt = (place: number | undefined, at: number) => place !== undefined && Math.abs(place - at) <= ALIGNED;
    const column = spans.findIndex((span) => isAt(span.from, from) || isAt(span.to, to));
    if (column < 0 || cells[column] !== '') return undefined;
    cells[column] = text;
  }
  return cells;
}

function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  // What parts the cells is kept, to count where they stand.
  for (const piece of line.split(/(\t+ *| {2,})/)) {
    if (piece.trim() !== '')
      cells.push({ text: piece.trim(), from: at + piece.search(/\S/), to: at + piece.trimEnd().length });
    at += piece.length;
  }
  return cells;
}

function spread(numbers: readonly number[]): number {
  let [least, most] = [Infinity, -Infinity];
  for (const number of numbers) [least, most] = [Math.min(least, number), Math.max(most, number)];
  return most - least;
}
