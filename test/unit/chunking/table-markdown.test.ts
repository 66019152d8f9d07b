import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passageMarkdown } from '../../../core/chunking/table-markdown.js';
import { cellsOf, filled, tablesOf } from '../../contracts/markdown-tables.js';

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
          const said = cellsOf(lines);
          const [found, ...others] = tablesOf(markdown);
          expect(others).toEqual([]);
          expect(filled(found ?? [], said[0]?.length)).toEqual(said);
        },
      ),
      { numRuns: 500, seed: 20_261_129 },
    );
  });
});
