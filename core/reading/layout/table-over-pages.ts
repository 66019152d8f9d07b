import type { DraftBlock } from '../../contract/block.js';
import { boxStartsOf, type BlockToPlace } from './place-blocks.js';
import { BETWEEN_CELLS } from './table-rows.js';

/** Tables begin at the same margin on every page; cells that start with a sign or a number stand off a little. */
const SAME_LEFT_POINTS = 8;
/** Rows of a header that is set again: more would be data that repeats itself. */
const MAX_HEADER_LINES = 4;

/** `Table 2 (continued)` above the rest of a table. */
export function isContinuedCaption(block: DraftBlock): boolean {
  return (
    block.kind !== 'table' &&
    /^\S+\s*\d+.{0,120}(?:continued|cont(?:d|inua)?\.?|continua[çc][ãa]o|continuaci[óo]n|suite|fortsetzung|segue)[^\p{L}\d]*$/isu.test(
      block.text,
    )
  );
}

/**
 * The table that ended the page or column before with the rows that open this one, if they are one: as many columns, and
 * either the same header again, which stands once in the result, or, overleaf, the same left margin. A row that was cut by
 * the break becomes one again. `undefined` where they are two tables. Texts are as they will be placed.
 */
export function tableGoingOn(last: BlockToPlace, next: DraftBlock, page: number): BlockToPlace | undefined {
  if (last.kind !== 'table' || next.kind !== 'table') return undefined;
  const above = last.text.split('\n');
  const rows = next.text.split('\n');
  let header = 0;
  while (header < MAX_HEADER_LINES && header < rows.length - 1 && rows[header] === above[header]) header++;
  const [lastBox, nextBox] = [last.boxes.at(-1), next.boxes[0]];
  if (!lastBox || !nextBox || (lastBox.page !== page - 1 && lastBox.page !== page)) return undefined;
  if (columnsOf(last.text) !== columnsOf(next.text) && (header === 0 || rows.length > header + 1)) return undefined;
  const isOverleaf = lastBox.page === page - 1;
  if (header === 0 && !(isOverleaf && Math.abs(lastBox.x - nextBox.x) <= SAME_LEFT_POINTS)) return undefined;
  const cut = restOfRow(above, rows.slice(header));
  const [whole, behind] = cut ? [[...above.slice(0, -1), cut], header + 1] : [above, header];
  return {
    ...last,
    text: [...whole, ...rows.slice(behind)].join('\n'),
    boxes: [...last.boxes, { page, ...nextBox }],
    boxStarts: [...boxStartsOf(last), last.text.length + (cut ? 0 : 1)],
  };
}

/** A value begins with a figure or a bound; words that go on begin small. */
const VALUE = /^[\d≥≤<>±~]/u;
const GOES_ON = /^\p{Ll}/u;

/**
 * The last row with what the first one behind the break adds to it, where that is no row of its own: its first cell is
 * empty, as in no other row, and its cells go on where the row has some, with words and no value. A row of a second
 * dose (` | iv | 10 mg` below `Adults | oral | 5 mg`) stays a row: two doses in one cell are worse than a cut sentence.
 */
function restOfRow(above: readonly string[], rows: readonly string[]): string | undefined {
  const cells = above.at(-1)?.split(BETWEEN_CELLS) ?? [];
  const [rest = [], ...others] = rows.map((row) => row.split(BETWEEN_CELLS));
  if (rest[0] !== '' || above.length < 2) return undefined;
  const hasEmptyFirst = [...above.map((row) => row.split(BETWEEN_CELLS)), ...others].some(([first]) => first === '');
  const added = rest.filter((cell) => cell !== '');
  if (hasEmptyFirst || !rest.every((cell, index) => cell === '' || (cells[index] ?? '') !== '')) return undefined;
  if (added.some((cell) => VALUE.test(cell)) || !added.some((cell) => GOES_ON.test(cell))) return undefined;
  return cells.map((cell, index) => [cell, rest[index] ?? ''].join(' ').trim()).join(BETWEEN_CELLS);
}

function columnsOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.split(BETWEEN_CELLS).length));
}
