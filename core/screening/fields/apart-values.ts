import type { ScreeningContext } from '../context.js';
import { type KnownField, fieldsLabelled } from './field-labels.js';
import { type FieldValue, fieldValue } from './field-values.js';

const LONGEST_VALUE = 90;
/** What may follow a value in its cell: `03/05/1950 (74 y)`. */
const LONGEST_REST = 20;
/** A paragraph is no row of a form; it is not taken apart. */
const LONGEST_ROW = 600;
/** A block of labels over the block of their values: more of them than a form has would be a list of words. */
const MOST_LABELS = 24;
const LINES_BETWEEN_PAUSES = 256;
const BETWEEN_CELLS = /\s{0,4}[|\t]\s{0,4}|\s{3,8}/gu;

/** A line, or a part of it between bars, tabs or wide gaps. */
class Cell {
  #labels: readonly KnownField[] | undefined;

  constructor(
    readonly text: string,
    readonly start: number,
    readonly end: number,
  ) {}

  /** What it is the label of: none, one field or several. */
  get labels(): readonly KnownField[] {
    return (this.#labels ??= fieldsLabelled(this.text, this.start, this.end));
  }

  get isLabel(): boolean {
    return this.labels.length > 0;
  }

  /** The surest value that it has for a label which stands elsewhere. */
  valueFor(label: Cell, context: ScreeningContext): FieldValue | null {
    if (this.end - this.start > LONGEST_VALUE) return null;
    let surest: FieldValue | null = null;
    for (const { field, value } of label.labels) {
      value.lastIndex = this.start;
      const found = value.exec(this.text);
      if (!found) continue;
      const end = Math.min(this.end, this.start + found[0].length);
      if (this.end - end > LONGEST_REST) continue;
      const made = fieldValue(field, { start: this.start, end }, context);
      if (made && made.score > (surest?.score ?? 0)) surest = made;
    }
    return surest;
  }
}

/**
 * Values whose labels stand apart from them: the line above, the column's head, the cell to the left, or a block of labels
 * beside a block of values, as the text layers of face sheets are read. `null` now and then, where a caller may pause.
 */
export function* apartValues(text: string, context: ScreeningContext): Generator<FieldValue | null> {
  const lines = linesOf(text);
  let heads: readonly Cell[] = [];
  let pauseAt = 0;
  for (let at = 0; at < lines.length; at += 1) {
    if (at >= pauseAt) {
      yield null;
      pauseAt = at + LINES_BETWEEN_PAUSES;
    }
    const cells = lines[at] ?? [];
    if (cells.length > 1) {
      const beside = valuesFor(cells, cells.slice(1), context);
      const found = beside.length > 0 ? beside : valuesFor(heads, heads.length === cells.length ? cells : [], context);
      if (found.length > 0) yield* found;
      else if (cells.some(({ isLabel }) => isLabel)) heads = cells;
      continue;
    }
    heads = [];
    // A label at the end of the text has no value. Questions have one line: what tells labels takes a second to be compiled.
    if (at === lines.length - 1) continue;
    const labels = labelsFrom(lines, at);
    if (labels.length === 0) continue;
    at += labels.length - 1;
    const values = lines.slice(at + 1, at + 1 + labels.length).flatMap(([only]) => only ?? []);
    yield* valuesOfBlock(labels, values, context);
  }
}

/** The values that cells have for the labels of the same number. A label is no value. */
function valuesFor(labels: readonly Cell[], cells: readonly Cell[], context: ScreeningContext): FieldValue[] {
  return labels.flatMap((label, index) => {
    const cell = cells[index];
    return (cell && !cell.isLabel && cell.valueFor(label, context)) || [];
  });
}

/** The lines from here on that are labels. */
function labelsFrom(lines: readonly (readonly Cell[])[], at: number): Cell[] {
  const labels: Cell[] = [];
  for (let next = at; labels.length < MOST_LABELS; next += 1) {
    const [only, more] = lines[next] ?? [];
    if (!only?.isLabel || more) break;
    labels.push(only);
  }
  return labels;
}

function valuesOfBlock(labels: readonly Cell[], values: readonly Cell[], context: ScreeningContext): FieldValue[] {
  const found = valuesFor(labels, values, context);
  // One label over one value is a form; of many, half have to fit, or the blocks do not belong together.
  if (found.length * 2 >= labels.length) return found;
  // The last label alone may belong to the line below it.
  return valuesFor(labels.slice(-1), values, context);
}

/** Lines that are not blank, as their cells. */
function linesOf(text: string): Cell[][] {
  const lines: Cell[][] = [];
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const cells = end - start > LONGEST_ROW ? [new Cell(text, start, end)] : cellsOf(text, start, end);
    if (cells.length > 0) lines.push(cells);
    start = end + 1;
  }
  return lines;
}

function cellsOf(text: string, start: number, end: number): Cell[] {
  const cells: Cell[] = [];
  let from = start;
  const add = (to: number) => {
    let [left, right] = [from, to];
    while (left < right && /\s/u.test(text[left] ?? '')) left += 1;
    while (right > left && /\s/u.test(text[right - 1] ?? '')) right -= 1;
    if (right > left) cells.push(new Cell(text, left, right));
  };
  for (const match of text.slice(start, end).matchAll(BETWEEN_CELLS)) {
    add(start + match.index);
    from = start + match.index + match[0].length;
  }
  add(end);
  return cells;
}
