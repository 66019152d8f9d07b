import { attribute, childrenOf, isElement, type HtmlElement } from './html-tree.js';
import type { Look } from './style-sheet.js';

type Part = 'table' | 'group' | 'row' | 'cell';

const BY_ROLE: Readonly<Record<string, Part>> = { table: 'table', grid: 'table', treegrid: 'table', rowgroup: 'group', row: 'row', cell: 'cell', gridcell: 'cell', columnheader: 'cell', rowheader: 'cell' }; // prettier-ignore
const BY_DISPLAY: Readonly<Record<string, Part>> = { table: 'table', 'inline-table': 'table', 'table-row-group': 'group', 'table-header-group': 'group', 'table-footer-group': 'group', 'table-row': 'row', 'table-cell': 'cell' }; // prettier-ignore
/** One row beside another, or a single column, lays out a page. */
const MIN_ROWS = 2;
const MIN_COLUMNS = 2;
const GROUP_DEPTH = 3;

/**
 * The rows of a table that is made of other elements than those of tables, by their roles or by how they are shown; a row a
 * line, cells separated by ` | `. `undefined` where an element is no such table, or only lays out a page.
 */
export function drawnTableText(
  element: HtmlElement,
  lookOf: (element: HtmlElement) => Look | undefined,
  cellText: (cell: HtmlElement) => string,
): string | undefined {
  const partOf = (one: HtmlElement): Part | undefined => {
    const byRole = BY_ROLE[attribute(one, 'role') ?? ''];
    return byRole ?? (/^t(?:able|head|body|foot|r|d|h)$/.test(one.tagName) ? undefined : BY_DISPLAY[lookOf(one)?.display ?? '']); // prettier-ignore
  };
  if (partOf(element) !== 'table') return undefined;
  const rows = rowsOf(element, partOf, GROUP_DEPTH).map((row) => partsIn(row).filter((one) => partOf(one) === 'cell'));
  if (rows.length < MIN_ROWS || rows.some((cells) => cells.length < MIN_COLUMNS)) return undefined;
  const lines = rows.map((cells) => cells.map(cellText));
  return lines.map((cells) => cells.join(' | ')).join('\n');
}

function rowsOf(
  element: HtmlElement,
  partOf: (one: HtmlElement) => Part | undefined,
  depth: number,
): readonly HtmlElement[] {
  return partsIn(element).flatMap((one) => {
    const part = partOf(one);
    if (part === 'row') return [one];
    return part === 'cell' || depth === 0 ? [] : rowsOf(one, partOf, depth - 1);
  });
}

function partsIn(element: HtmlElement): HtmlElement[] {
  return childrenOf(element).filter(isElement);
}
