import { elements, localName, type XmlElement } from '../xml/xml-tree.js';
import { inlineText } from './inline-content.js';

/** Larger spans are mistakes or malice; a table is at most this wide. */
const MAX_COLUMNS = 100;
const MAX_ROW_SPAN = 1000;

interface Above {
  readonly text: string;
  /** That it still reaches down. */
  readonly rows: number;
}

interface Row {
  readonly cells: readonly XmlElement[];
  /** Of tables in the form of OASIS: where a column of this name stands. */
  readonly columns: ReadonlyMap<string, number>;
}

/**
 * A row a line, cells separated by ` | `, the way tables of HTML and PDF are written. A cell that spans rows is written
 * in each of them, so that a dose never stands apart from what it is for; one that spans columns in the first of them.
 * Of XHTML (`tr`, `td`) or OASIS (`tgroup`, `row`, `entry`).
 */
export function tableRows(table: XmlElement): string {
  return cellsOf(table)
    .map((cells) => cells.join(' | '))
    .join('\n');
}

function cellsOf(table: XmlElement): string[][] {
  const lines: string[][] = [];
  let pending: (Above | undefined)[] = [];
  for (const row of rowsOf(table)) {
    const cells: string[] = [];
    const next: (Above | undefined)[] = [];
    const place = (text: string, rows: number) => {
      if (rows > 1) next[cells.length] = { text, rows: rows - 1 };
      cells.push(text);
    };
    const fillFromAbove = () => {
      for (let above = pending[cells.length]; above; above = pending[cells.length]) place(above.text, above.rows);
    };
    for (const cell of row.cells) {
      fillFromAbove();
      const { columns, rows } = spansOf(cell, row.columns);
      for (let column = 0; column < Math.min(columns, MAX_COLUMNS - cells.length + column); column++) {
        place(column === 0 ? cellText(cell) : '', rows);
      }
    }
    fillFromAbove();
    pending = next;
    const last = cells.findLastIndex((text) => text !== '');
    if (last >= 0) lines.push(cells.slice(0, last + 1));
  }
  return lines;
}

/** Of a table in the cell of another, a row after the other on one line: `under 70 kg: 1 g; 70 kg and over: 1.5 g`. */
function cellText(cell: XmlElement): string {
  return inlineText(cell, (element) => (isTable(element) ? ` ${innerTableText(element)} ` : undefined));
}

function innerTableText(table: XmlElement): string {
  const rows = cellsOf(table).map((cells) => cells.filter((text) => text !== ''));
  return rows.map(([first = '', ...rest]) => (rest.length === 0 ? first : `${first}: ${rest.join(', ')}`)).join('; ');
}

export function isTable(element: XmlElement): boolean {
  return localName(element) === 'table' || element.name === 'array';
}

function rowsOf(part: XmlElement, columns: ReadonlyMap<string, number> = new Map()): Row[] {
  return elements(part).flatMap((child): Row[] => {
    const name = localName(child);
    if (name === 'tr' || name === 'row') {
      return [{ cells: elements(child).filter((cell) => /^(?:t[dh]|entry)$/.test(localName(cell))), columns }];
    }
    if (name === 'tgroup') return rowsOf(child, namedColumns(child));
    return /^t(?:head|body|foot)$/.test(name) ? rowsOf(child, columns) : [];
  });
}

/** `<colspec colname="c2">`, in their order or by their number; `<spanspec>` names two of them. */
function namedColumns(group: XmlElement): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  let next = 1;
  for (const column of elements(group).filter((child) => localName(child) === 'colspec')) {
    const number = whole(column.attributes['colnum']) ?? next;
    columns.set(column.attributes['colname'] ?? '', number);
    next = number + 1;
  }
  for (const span of elements(group).filter((child) => localName(child) === 'spanspec')) {
    const { spanname = '', namest = '', nameend = '' } = span.attributes;
    columns.set(`span ${spanname}`, (columns.get(nameend) ?? 1) - (columns.get(namest) ?? 1) + 1);
  }
  return columns;
}

function spansOf(cell: XmlElement, columns: ReadonlyMap<string, number>): { columns: number; rows: number } {
  const { namest, nameend, spanname, morerows, colspan, rowspan } = cell.attributes;
  const from = namest === undefined ? undefined : columns.get(namest);
  const to = nameend === undefined ? undefined : columns.get(nameend);
  const named = from !== undefined && to !== undefined ? to - from + 1 : columns.get(`span ${spanname ?? ''}`);
  const more = whole(morerows);
  return {
    columns: bounded(named ?? whole(colspan) ?? 1, MAX_COLUMNS),
    rows: bounded(more === undefined ? (whole(rowspan) ?? 1) : more + 1, MAX_ROW_SPAN),
  };
}

function whole(written: string | undefined): number | undefined {
  const number = Number.parseInt(written ?? '', 10);
  return Number.isFinite(number) ? number : undefined;
}

function bounded(number: number, most: number): number {
  return Math.min(Math.max(number, 1), most);
}
