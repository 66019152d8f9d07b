import fc from 'fast-check';
import type { Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { passageMarkdown } from '../../../core/chunking/table-markdown.js';
import { cellsOfLine } from '../../../core/reading/layout/table-rows.js';

const ODD = [
  ...['|', '\\', '\\|', '`', '``', '*', '**', '_', '~~', '<br>', '</td>', '<b>bold</b>', '<!--', '&amp;', '&#124;', '[1]', '[a](b)'],
  ...['![x](y)', '<=5', '< 5 mg', '>3', 'µg', '5|10', '`a|b`', '\u202E', '\u05D0', '---', ':--', '# 1', '- x', '1.', '$x$', '\t', '\u00A0'],
]; // prettier-ignore
const word = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('dose', 'mg', ''),
);
/** As readings have cells: on one line, and no lone sign between cells. */
const cell = fc.array(word, { maxLength: 4 }).map((words) =>
  words
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/(?<=^| )\|(?= |$)/g, 'I')
    .trim(),
);
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 12 }), { minLength: 2, maxLength: 8 });

function tablesOf(markdown: string): string[][][] {
  const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const source = (node: { position?: unknown; children?: unknown[]; value?: string; alt?: string | null }): string =>
    (node.value ?? '') + ((node.children ?? []) as (typeof node)[]).map(source).join('');
  return tree.children
    .filter((node): node is Table => node.type === 'table')
    .map(({ children }) => children.map((row) => row.children.map((one) => source(one).trim())));
}

describe('a table as Markdown', () => {
  it('parses as the table that the reading has, whatever its cells hold and whatever stands beside it', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('', 'Before.\n', 'Before.\n\n'),
        fc.constantFrom('', '\nAfter.', '\n\nAfter.'),
        (rows, before, after) => {
          const lines = rows.map((cells) => cells.join(' | '));
          const text = before + lines.join('\n') + after;
          const [start, end] = [before.length, text.length - after.length];
          const block = { kind: 'table' as const, start, end, sectionPath: [], boxes: [] };
          const markdown = passageMarkdown({ text, start: 0, end: text.length, blocks: [block] }) ?? '';
          const said = lines.map((line) => cellsOfLine(line));
          const columns = Math.max(...said.map((cells) => cells.length));
          const full = said.map((cells) => Array.from({ length: columns }, (_, at) => cells[at] ?? ''));
          const [found, ...others] = tablesOf(markdown);
          expect(others).toEqual([]);
          expect(found?.map((cells) => Array.from({ length: columns }, (_, at) => cells[at] ?? ''))).toEqual(full);
        },
      ),
      { numRuns: 500, seed: 20_261_129 },
    );
  });
});
