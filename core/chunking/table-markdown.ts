import type { Block } from '../contract/block.js';
import { cellsOfLine } from '../reading/layout/table-rows.js';
import type { Span } from './span.js';

export interface TabledPassage extends Span {
  /** Of the whole reading. */
  readonly text: string;
  /** Those that the passage holds, or parts of, in reading order. */
  readonly blocks: readonly Block[];
  /** First row of the table in whose middle the passage opens. */
  readonly tableHeader?: string | undefined;
}

/**
 * The passage with each of its tables as Markdown (GFM): a header row, which a table that was cut before repeats, and its
 * rows. What is no table stays as it is. `undefined` without a table.
 */
export function passageMarkdown({ text, start, end, blocks, tableHeader }: TabledPassage): string | undefined {
  const tables = blocks.filter((block) => block.kind === 'table' && block.start < end && block.end > start);
  if (tables.length === 0) return undefined;
  let markdown = '';
  let at = start;
  for (const table of tables) {
    const [from, to] = [Math.max(table.start, start), Math.min(table.end, end)];
    const header = table.start < start && tableHeader !== undefined ? [tableHeader] : [];
    markdown = apart(markdown + text.slice(at, from)) + gfmTable([...header, ...text.slice(from, to).split('\n')]);
    at = to;
  }
  const rest = text.slice(at, end);
  return /^\s*$/.test(rest) ? markdown + rest : apart(markdown) + rest.replace(/^\n+/, '');
}

/** Without a blank line in between, a line beside a table would be one of its rows. */
function apart(text: string): string {
  return /^\s*$/.test(text) ? text : `${text.replace(/\n*$/, '')}\n\n`;
}

/** `lines`: the rows as a reading has them, the header first. A row may have fewer cells, as GFM allows, but the header none. */
function gfmTable(lines: readonly string[]): string {
  const [header = [], ...rows] = lines.map((line) => cellsOfLine(line).map(escaped));
  const columns = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  const named = Array.from({ length: columns }, (_, column) => header[column] ?? '');
  return [named, named.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What Markdown would read as something else than the characters of the cell, and no more: models read the text as it is. */
function escaped(cell: string): string {
  const alone = (cell.match(/[*_~]/g) ?? []).length < 2;
  const marks = alone ? MARKS : new RegExp(`${MARKS.source}|[*_~]`, 'gi');
  return cell.replace(/[\r\u2028\u2029]+/g, ' ').replace(marks, '\\$&');
}

/** Backslashes, the sign between cells, code, tags and addresses in brackets, entities, links. */
const MARKS = /[\\|`]|<(?=[a-z/!?])|&(?=#?\w+;)|\](?=[([])/gi;
