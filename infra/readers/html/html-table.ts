import { attribute, childrenOf, descendants, isElement, plainText, type HtmlElement } from './html-tree.js';

/** Larger spans are mistakes or malice; a table is at most this wide. */
const MAX_COLUMNS = 100;
const MAX_ROW_SPAN = 1000;

/**
 * Whether the table only lays out a page: it says so, holds headings, has no cells beside each other, or holds other tables
 * which have most of its text, without headings of its own columns.
 */
export function isLayoutTable(table: HtmlElement): boolean {
  if (/^(?:presentation|none)$/.test(attribute(table, 'role') ?? '')) return true;
  const rows = rowsOf(table);
  if (rows.every((row) => cellsOf(row).length < 2)) return true;
  let inner = 0;
  for (const node of descendants(childrenOf(table))) {
    if (/^h[1-6]$/.test(node.nodeName)) return true;
    if (node.nodeName === 'table' && isElement(node) && isOutermostIn(node, table)) inner += plainText([node]).length;
  }
  if (inner === 0) return false;
  const isHeaded = rows.some((row) => cellsOf(row).some((cell) => cell.tagName === 'th'));
  return !isHeaded && inner > plainText([table]).length / 2;
}

function isOutermostIn(inner: HtmlElement, outer: HtmlElement): boolean {
  for (
    let above = inner.parentNode;
    above && above !== outer;
    above = 'parentNode' in above ? above.parentNode : null
  ) {
    if (above.nodeName === 'table') return false;
  }
  return true;
}

/**
 * A row a line, cells separated by ` | `. A cell that spans rows is written in each of them, so that a dose never
 * stands apart from what it is for; one that spans columns stands in the first of them.
 */
export function tableText(table: HtmlElement, cellText: (cell: HtmlElement) => string): string {
  return tableCells(table, cellText)
    .map((cells) => cells.join(' | '))
    .join('\n');
}

/** A table within a cell of another, on one line: `under 70 kg: 1 g; 70 kg and over: 1.5 g`. */
export function innerTableText(table: HtmlElement, cellText: (cell: HtmlElement) => string): string {
  const rows = tableCells(table, cellText).map((cells) => cells.filter((cell) => cell !== ''));
  return rows.map(([first = '', ...rest]) => (rest.length === 0 ? first : `${first}: ${rest.join(', ')}`)).join('; ');
}

function tableCells(table: HtmlElement, cellText: (cell: HtmlElement) => string): string[][] {
  const lines: string[][] = [];
  /** What cells of earlier rows write into the rows below, by column. */
  let pending: ({ text: string; rows: number } | undefined)[] = [];
  for (const row of rowsOf(table)) {
    const cells: string[] = [];
    const next: typeof pending = [];
    const fillFromAbove = () => {
      for (let above = pending[cells.length]; above; above = pending[cells.length]) {
        if (above.rows > 1) next[cells.length] = { ...above, rows: above.rows - 1 };
        cells.push(above.text);
      }
    };
    for (const cell of cellsOf(row)) {
      fillFromAbove();
      if (cells.length >= MAX_COLUMNS) break;
      const text = cellText(cell);
      const rows = spanOf(cell, 'rowspan', MAX_ROW_SPAN);
      const columns = Math.min(spanOf(cell, 'colspan', MAX_COLUMNS), MAX_COLUMNS - cells.length);
      for (let column = 0; column < columns; column++) {
        const shown = column === 0 ? text : '';
        if (rows > 1) next[cells.length] = { text: shown, rows: rows - 1 };
        cells.push(shown);
      }
    }
    fillFromAbove();
    pending = next;
    const last = cells.findLastIndex((cell) => cell !== '');
    if (last >= 0) lines.push(cells.slice(0, last + 1));
  }
  return lines;
}

function rowsOf(table: HtmlElement): HtmlElement[] {
  const groups = childrenOf(table).filter((node) => /^(?:thead|tbody|tfoot)$/.test(node.nodeName));
  return [table, ...groups].flatMap((parent) => childrenOf(parent)).filter((node): node is HtmlElement => isElement(node) && node.tagName === 'tr'); // prettier-ignore
}

function cellsOf(row: HtmlElement): HtmlElement[] {
  return childrenOf(row).filter((node): node is HtmlElement => isElement(node) && /^t[dh]$/.test(node.tagName));
}

function spanOf(cell: HtmlElement, name: string, most: number): number {
  const span = Number.parseInt(attribute(cell, name) ?? '1', 10);
  return Number.isFinite(span) ? Math.min(Math.max(span, 1), most) : 1;
}
