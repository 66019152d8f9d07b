import { elements, type XmlElement } from '../xml/xml-tree.js';
import { inlineText } from './inline-content.js';

/** Larger spans are mistakes or malice; a table is at most this wide. */
const MAX_COLUMNS = 100;
const MAX_ROW_SPAN = 1000;

interface Above {
  readonly text: string;
  /** That it still reaches down. */
  readonly rows: number;
}

/**
 * A row a line, cells separated by ` | `, the way tables of HTML and PDF are written. A cell that spans rows is written
 * in each of them, so that a dose never stands apart from what it is for; one that spans columns in the first of them.
 */
export function tableRows(table: XmlElement): string {
  const lines: string[] = [];
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
    for (const cell of elements(row).filter(({ name }) => name === 'td' || name === 'th')) {
      fillFromAbove();
      const columns = Math.min(span(cell, 'colspan', MAX_COLUMNS), MAX_COLUMNS - cells.length);
      for (let column = 0; column < columns; column++) {
        place(column === 0 ? inlineText(cell) : '', span(cell, 'rowspan', MAX_ROW_SPAN));
      }
    }
    fillFromAbove();
    pending = next;
    const last = cells.findLastIndex((text) => text !== '');
    if (last >= 0) lines.push(cells.slice(0, last + 1).join(' | '));
  }
  return lines.join('\n');
}

function rowsOf(table: XmlElement): XmlElement[] {
  return elements(table).flatMap((part) => (part.name === 'tr' ? [part] : /^t(?:head|body|foot)$/.test(part.name) ? rowsOf(part) : [])); // prettier-ignore
}

function span(cell: XmlElement, name: 'colspan' | 'rowspan', most: number): number {
  const written = Number.parseInt(cell.attributes[name] ?? '1', 10);
  return Number.isFinite(written) ? Math.min(Math.max(written, 1), most) : 1;
}
