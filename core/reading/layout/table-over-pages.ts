import type { DraftBlock, PageBox } from '../../contract/block.js';
import { boxStartsOf, type BlockToPlace } from './place-blocks.js';
import { BETWEEN_CELLS } from './table-rows.js';

/** Tables begin at the same margin on every page; cells that start with a sign or a number stand off a little. */
const SAME_LEFT_POINTS = 8;
/** Rows of a header that is set again: more would be data that repeats itself. */
const MAX_HEADER_LINES = 4;

/**
 * A word, a number, and behind them that it goes on. What stands before the number is bounded and holds no digit: a page of
 * nothing but digits would else be divided between word, number and rest in every way there is.
 */
const CONTINUED_CAPTION =
  /^[^\s\d]{1,40}\s{0,8}[A-Z]?\d{1,4}.{0,120}(?:continued|cont(?:d|inua)?\.?|continua[çc][ãa]o|continuaci[óo]n|suite|fortsetzung|segue)[^\p{L}\d]*$/isu;

/** `Table 2 (continued)` above the rest of a table. */
export function isContinuedCaption(block: DraftBlock): boolean {
  return block.kind !== 'table' && CONTINUED_CAPTION.test(block.text);
}

/**
 * A table that may go on behind a page or column break. It grows by the rows of each next page and looks at those alone, as
 * a table of a thousand pages must not be taken apart a thousand times.
 */
export class GrowingTable {
  readonly #first: BlockToPlace;
  readonly #rows: string[];
  readonly #boxes: PageBox[];
  readonly #boxStarts: number[];
  #length: number;
  #columns: number;
  /** In a row but the last one: what comes behind a break looks at that one by itself. */
  #hasEmptyFirst: boolean;

  /** `putAside` is told the rows that are not set again. */
  constructor(
    first: BlockToPlace,
    private readonly putAside: (rows: string) => void = () => undefined,
  ) {
    this.#first = first;
    this.#rows = first.text.split('\n');
    this.#boxes = [...first.boxes];
    this.#boxStarts = [...boxStartsOf(first)];
    this.#length = first.text.length;
    this.#columns = columnsOf(this.#rows);
    this.#hasEmptyFirst = this.#rows.slice(0, -1).some(hasEmptyFirst);
  }

  /**
   * Whether the rows that open the next page or column are of this table: as many columns, and either the same header
   * again, or, overleaf, the same left margin.
   */
  goesOnWith(next: DraftBlock, page: number): boolean {
    return this.#headerOf(next, page) !== null;
  }

  /**
   * Takes the rows in, if they are of this table. The same header stands once in the result; a row that was cut by the break
   * becomes one again. Texts are as they will be placed.
   */
  take(next: DraftBlock, page: number): boolean {
    const header = this.#headerOf(next, page);
    const [box] = next.boxes;
    if (header === null || !box) return false;
    const rows = next.text.split('\n').slice(header);
    if (header > 0) this.putAside(next.text.split('\n').slice(0, header).join('\n'));
    const last = this.#rows.at(-1) ?? '';
    const isAlone = this.#rows.length < 2;
    const cut = restOfRow(last, rows, isAlone || this.#hasEmptyFirst || hasEmptyFirst(last));
    this.#boxes.push({ page, ...box });
    this.#boxStarts.push(this.#length + (cut === undefined ? 1 : 0));
    if (cut !== undefined) {
      this.#rows[this.#rows.length - 1] = cut;
      this.#length += cut.length - last.length;
    }
    const added = cut === undefined ? rows : rows.slice(1);
    this.#hasEmptyFirst ||= [this.#rows.at(-1) ?? '', ...added.slice(0, -1)].some(hasEmptyFirst);
    this.#columns = Math.max(this.#columns, columnsOf(added));
    for (const row of added) {
      this.#rows.push(row);
      this.#length += row.length + 1;
    }
    return true;
  }

  block(): BlockToPlace {
    return { ...this.#first, text: this.#rows.join('\n'), boxes: this.#boxes, boxStarts: this.#boxStarts };
  }

  /** Rows of the header that is set again, 0: none; `null`: another table. */
  #headerOf(next: DraftBlock, page: number): number | null {
    if (next.kind !== 'table') return null;
    const rows = next.text.split('\n');
    let header = 0;
    while (header < MAX_HEADER_LINES && header < rows.length - 1 && rows[header] === this.#rows[header]) header++;
    const [lastBox, nextBox] = [this.#boxes.at(-1), next.boxes[0]];
    if (!lastBox || !nextBox || (lastBox.page !== page - 1 && lastBox.page !== page)) return null;
    if (this.#columns !== columnsOf(rows) && (header === 0 || rows.length > header + 1)) return null;
    const isOverleaf = lastBox.page === page - 1;
    if (header === 0 && !(isOverleaf && Math.abs(lastBox.x - nextBox.x) <= SAME_LEFT_POINTS)) return null;
    return header;
  }
}

/** A value begins with a figure or a bound; words that go on begin small. */
const VALUE = /^[\d≥≤<>±~]/u;
const GOES_ON = /^\p{Ll}/u;

/**
 * The last row with what the first one behind the break adds to it, where that is no row of its own: its first cell is
 * empty, as in no other row, and its cells go on where the row has some, with words and no value. A row of a second
 * dose (` | iv | 10 mg` below `Adults | oral | 5 mg`) stays a row: two doses in one cell are worse than a cut sentence.
 */
function restOfRow(last: string, rows: readonly string[], isRefused: boolean): string | undefined {
  if (isRefused) return undefined;
  const cells = last.split(BETWEEN_CELLS);
  const [rest = [], ...others] = rows.map((row) => row.split(BETWEEN_CELLS));
  if (rest[0] !== '' || others.some(([first]) => first === '')) return undefined;
  const added = rest.filter((cell) => cell !== '');
  if (!rest.every((cell, index) => cell === '' || (cells[index] ?? '') !== '')) return undefined;
  if (added.some((cell) => VALUE.test(cell)) || !added.some((cell) => GOES_ON.test(cell))) return undefined;
  return cells.map((cell, index) => [cell, rest[index] ?? ''].join(' ').trim()).join(BETWEEN_CELLS);
}

function hasEmptyFirst(row: string): boolean {
  return row.split(BETWEEN_CELLS, 1)[0] === '';
}

function columnsOf(rows: readonly string[]): number {
  return rows.reduce((most, row) => Math.max(most, row.split(BETWEEN_CELLS).length), 0);
}
