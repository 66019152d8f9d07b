/** Two lines may stand below each other by chance. */
const MIN_ROWS = 3;
/** A rule of dashes under the header. */
const RULE = /^[\s|+=_-]*$/;
/** Cells of a column begin, or end, at one place, but for what a hand sets wrongly. */
const ALIGNED = 1;

interface Cell {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * A table that was set with blanks or tabs, a row a line with ` | ` between its cells; `undefined` where the lines are none.
 * Each line has as many cells as the first, and each column begins, or ends, at one place.
 */
export function blankTable(lines: readonly string[]): string | undefined {
  const rows = lines.filter((line) => !RULE.test(line)).map(cellsOf);
  const columns = rows[0]?.length ?? 0;
  if (rows.length < MIN_ROWS || columns < 2 || rows.some((row) => row.length !== columns)) return undefined;
  const hasTabs = lines.every((line) => RULE.test(line) || line.trim().includes('\t'));
  for (let column = 0; column < columns && !hasTabs; column++) {
    const cells = rows.flatMap((row) => row[column] ?? []);
    if (spread(cells.map(({ from }) => from)) > ALIGNED && spread(cells.map(({ to }) => to)) > ALIGNED)
      return undefined;
  }
  return rows.map((row) => row.map(({ text }) => text).join(' | ')).join('\n');
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
