import type { Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { passageMarkdown } from '../../core/chunking/table-markdown.js';
import type { Reading } from '../../core/contract/reading.js';
import { cellsOfLine } from '../../core/reading/layout/table-rows.js';

/** The cells of each table of a text in GitHub's Markdown, row by row, as a parser of others sees them. */
export function tablesOf(markdown: string): string[][][] {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const source = (node: { position?: unknown; children?: unknown[]; value?: string; alt?: string | null }): string =>
    (node.value ?? '') + ((node.children ?? []) as (typeof node)[]).map(source).join('');
  return tree.children
    .filter((node): node is Table => node.type === 'table')
    .map(({ children }) => children.map((row) => row.children.map((one) => source(one).trim())));
}

/** The cells of lines as readings have them, with as many columns as the widest. */
export function cellsOf(lines: readonly string[]): string[][] {
  return filled(lines.map((line) => cellsOfLine(line)));
}

/** Rows are as long as the longest; cells at their end may be left out. */
export function filled(rows: readonly (readonly string[])[], columns?: number): string[][] {
  const width = columns ?? Math.max(0, ...rows.map((cells) => cells.length));
  return rows.map((cells) => Array.from({ length: width }, (_, at) => cells[at] ?? ''));
}

/** Tables of a reading whose Markdown is read as another table, or as none. */
export function misreadTables({ text, blocks }: Reading): string[] {
  return blocks.flatMap((block) => {
    if (block.kind !== 'table') return [];
    const { start, end } = block;
    const markdown = passageMarkdown({ text, start, end, blocks: [block] });
    if (markdown === undefined) return [];
    const said = cellsOf(text.slice(start, end).split('\n'));
    const found = tablesOf(markdown);
    const same = found.length === 1 && JSON.stringify(filled(found[0] ?? [], said[0]?.length)) === JSON.stringify(said);
    return same ? [] : [`${text.slice(start, end)}\n=>\n${markdown}`];
  });
}
