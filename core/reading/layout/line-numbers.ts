import type { PositionedText } from './positioned-text.js';

/** Fewer numbers one above the other may be anything. */
const MIN_NUMBERS = 5;
/** Of text on one page. */
const MAX_COLUMNS = 3;
/** Every line, every second, fifth or tenth. */
const STEPS = [1, 2, 5, 10];
/** Numbers of one column end, or begin, at one place. */
const ALIGNED_POINTS = 2;
/** A line's own number stands on its baseline. */
const BASELINE_SHARE = 0.5;
/** Lines without a number of their own, such as headings' second ones and formulas. */
const MAX_LINES_A_STEP = 1.25;
/** Sentences go on from line to line; the lines of a list and the rows of a table begin anew. */
const MIN_LINES_GOING_ON = 0.3;
/** Rows of cells, and not lines of text. */
const MAX_BROKEN_LINES = 0.3;
const CELL_GAP = 2;

/**
 * The text of a page without the numbers that count its lines in the margin, as manuscripts and laws have them: with them
 * every line would be the row of a table. Only where they count steadily, beside text that goes on from line to line.
 */
export function withoutLineNumbers<Text extends PositionedText>(items: readonly Text[]): readonly Text[] {
  const numbers = items.filter((item) => /^\s*\d{1,5}\s*$/.test(item.text));
  if (numbers.length < MIN_NUMBERS) return items;
  const columns = (['right', 'left'] as const).flatMap((edge) => columnsOf(numbers, edge));
  for (const column of columns.sort((a, b) => b.length - a.length)) {
    const counted = new Set<Text>(column);
    const others = items.filter((item) => !counted.has(item) && item.text.trim() !== '');
    if (countsLines(column, others)) return items.filter((item) => !counted.has(item));
  }
  const counted = new Set(numbersOfColumns(numbers, items));
  return counted.size === 0 ? items : items.filter((item) => !counted.has(item));
}

/** Of a page of several columns, each with its own numbers to the left: all of them, or none. */
function numbersOfColumns<Text extends PositionedText>(numbers: readonly Text[], items: readonly Text[]): Text[] {
  const columns = columnsOf(numbers, 'right');
  if (columns.length < 2 || columns.length > MAX_COLUMNS) return [];
  const counted = new Set<Text>(columns.flat());
  const leftOf = (column: readonly Text[]) => Math.min(...column.map(({ x }) => x));
  const sorted = [...columns].sort((a, b) => leftOf(a) - leftOf(b));
  const count = sorted.every((column, index) => {
    const [from, to] = [leftOf(column), sorted[index + 1] ? leftOf(sorted[index + 1] ?? []) : Infinity];
    return countsLines(column, items.filter(({ x }) => x >= from && x < to).filter((item) => !counted.has(item) && item.text.trim() !== '')); // prettier-ignore
  });
  return count ? columns.flat() : [];
}

function columnsOf<Text extends PositionedText>(numbers: readonly Text[], edge: 'left' | 'right'): Text[][] {
  const at = (item: Text) => (edge === 'left' ? item.x : item.x + item.width);
  const columns: Text[][] = [];
  for (const number of [...numbers].sort((a, b) => at(a) - at(b))) {
    const last = columns.at(-1);
    const first = last?.[0];
    if (last && first && at(number) - at(first) <= ALIGNED_POINTS) last.push(number);
    else columns.push([number]);
  }
  return columns.filter((column) => column.length >= MIN_NUMBERS);
}

function countsLines(column: readonly PositionedText[], others: readonly PositionedText[]): boolean {
  const numbers = [...column].sort((a, b) => a.y - b.y);
  const [first, second] = numbers.map(({ text }) => Number(text));
  const step = (second ?? 0) - (first ?? 0);
  if (!STEPS.includes(step) || !numbers.every(({ text }, index) => Number(text) === (first ?? 0) + index * step))
    return false;
  const left = Math.min(...numbers.map(({ x }) => x));
  const right = Math.max(...numbers.map(({ x, width }) => x + width));
  const [top = 0, bottom = 0] = [numbers[0]?.y, numbers.at(-1)?.y];
  const size = numbers[0]?.fontSize ?? 1;
  const beside = others.filter(({ y }) => y >= top - size && y <= bottom + size);
  // In the margin: nothing stands over them, and all on one side of them.
  if (!beside.every(({ x }) => x >= right) && !beside.every(({ x, width }) => x + width <= left)) return false;
  const lines = linesOf(beside, size * BASELINE_SHARE);
  const isNumbered = (line: readonly PositionedText[]) => numbers.some(({ y }) => Math.abs((line[0]?.y ?? 0) - y) <= size * BASELINE_SHARE); // prettier-ignore
  const own = lines.filter(isNumbered).length;
  if (own < numbers.length * 0.8 || lines.length > numbers.length * step * MAX_LINES_A_STEP + step) return false;
  const goingOn = lines.filter((line) => /^[\p{Ll}\d(]/u.test((line[0]?.text ?? '').trim())).length;
  const broken = lines.filter(isBroken).length;
  return goingOn >= lines.length * MIN_LINES_GOING_ON && broken <= lines.length * MAX_BROKEN_LINES;
}

/** Texts by their baselines, each line from left to right. */
function linesOf(items: readonly PositionedText[], tolerance: number): PositionedText[][] {
  const lines: PositionedText[][] = [];
  for (const item of [...items].sort((a, b) => a.y - b.y)) {
    const last = lines.at(-1);
    if (last && item.y - (last[0]?.y ?? 0) <= tolerance) last.push(item);
    else lines.push([item]);
  }
  return lines.map((line) => line.sort((a, b) => a.x - b.x));
}

function isBroken(line: readonly PositionedText[]): boolean {
  return line.some((item, index) => {
    const before = line[index - 1];
    return before !== undefined && item.x - (before.x + before.width) > CELL_GAP * item.fontSize;
  });
}
