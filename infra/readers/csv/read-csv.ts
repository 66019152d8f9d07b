import { parse } from 'csv-parse/sync';
import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { Reading } from '../../../core/contract/reading.js';
import { csvDelimiter } from './csv-evidence.js';

/** From a cell of this length on a row is prose (a label's section), which a table would make unreadable. */
const PROSE_CHARACTERS = 120;

/**
 * A table with a header row. Rows of short cells are one table, which splits between rows and keeps its header; rows with
 * prose in them are a section each, under the name in their first column, with a paragraph a column.
 * Errors: `TEXT_UNREADABLE` when quotes do not close.
 */
export function readCsv(text: string): Reading {
  const [header = [], ...rows] = recordsOf(text);
  const isProse = rows.some((row) => row.some((cell) => cell.length >= PROSE_CHARACTERS));
  return assembleText(isProse ? rows.flatMap((row) => sectionOf(header, row)) : tableOf([header, ...rows]), {});
}

function recordsOf(text: string): string[][] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: csvDelimiter(text) ?? ',',
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return records.map((cells) => cells.map((cell) => cell.replace(/\s+/g, ' ').trim()));
  } catch (cause) {
    throw new Failure('TEXT_UNREADABLE', { cause });
  }
}

function tableOf(records: readonly (readonly string[])[]): DraftBlock[] {
  const lines = records.filter((cells) => cells.some((cell) => cell !== '')).map((cells) => cells.join(' | '));
  return lines.length === 0 ? [] : [{ kind: 'table', text: lines.join('\n'), boxes: [] }];
}

function sectionOf(header: readonly string[], row: readonly string[]): DraftBlock[] {
  const named = row.findIndex((cell) => cell !== '');
  if (named < 0) return [];
  const heading: DraftBlock = { kind: 'heading', headingLevel: 1, text: row[named] ?? '', boxes: [] };
  const paragraphs = row.flatMap((cell, column): DraftBlock[] => {
    const name = header[column] ?? '';
    if (cell === '' || column === named) return [];
    return [{ kind: 'paragraph', text: name === '' ? cell : `${name}: ${cell}`, boxes: [] }];
  });
  return [heading, ...paragraphs];
}
