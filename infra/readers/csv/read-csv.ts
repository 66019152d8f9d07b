import { Failure } from '../../../core/contract/failures.js';
import { assembleText } from '../../../core/reading/assemble-text.js';
import { accountFor, type PutAside } from '../../../core/reading/witness/account-for.js';
import type { DraftBlock } from '../../../core/contract/block.js';
import type { Reading } from '../../../core/contract/reading.js';
import { csvForm, csvRecords, type CsvForm } from './csv-evidence.js';

/** From a cell of this length on a row is prose (a label's section), which a table would make unreadable. */
const PROSE_CHARACTERS = 120;
/** Of a text that shows no other. */
const USUAL_FORM: CsvForm = { delimiter: ',', preamble: 0, hasSeparatorLine: false, quotesAreText: false };

/**
 * A table with a header row, behind what stands before it. Rows of short cells are one table, which splits between rows and
 * keeps its header; rows with prose in them are a section each, under the name in their first column, with a paragraph a
 * column. Quotes that do not close are signs of the text, as for inches.
 * Errors: `TEXT_UNREADABLE`.
 */
export function readCsv(text: string): Reading {
  const form = csvForm(text) ?? USUAL_FORM;
  const records = recordsOf(text, form);
  const groups = groupsAbove(records, form.preamble);
  const before = records.slice(0, groups ? form.preamble - 1 : form.preamble).map((cells): DraftBlock => {
    return {
      kind: 'paragraph',
      text: cells
        .filter((cell) => cell !== '')
        .join(' ')
        .replace(/^#+\s*/, ''),
      boxes: [],
    };
  });
  const table = records.slice(form.preamble);
  const [names = [], ...rows] = withNamedIndex(table);
  const header = groups ? names.map((name, column) => `${groups[column] ?? ''} ${name}`.trim()) : names;
  const index = rows.length > 0 && (table[0]?.length ?? 0) > header.length ? table.map(([first = '']) => first) : [];
  const putAside: PutAside[] = [
    { fate: 'furniture', why: 'index', text: index.join(' ') },
    { fate: 'furniture', why: 'front-matter', text: form.hasSeparatorLine ? 'sep' : '' },
  ];
  const isProse = rows.some((row) => row.some((cell) => cell.length >= PROSE_CHARACTERS));
  const blocks = isProse ? rows.flatMap((row) => sectionOf(header, row)) : tableOf([header, ...rows]);
  const reading = assembleText([...before, ...blocks], {});
  return {
    ...reading,
    account: accountFor({ seen: [{ text, place: { part: 'text' } }], read: reading.text, putAside }),
  };
}

function recordsOf(text: string, form: CsvForm): string[][] {
  try {
    return csvRecords(text, form);
  } catch {
    try {
      return csvRecords(text, { ...form, quotesAreText: true });
    } catch (cause) {
      throw new Failure('TEXT_UNREADABLE', { cause });
    }
  }
}

/** A first column without a name is an index: one that only counts the rows goes, another gets a sign for its name. */
function withNamedIndex(records: readonly string[][]): readonly string[][] {
  const [header = [], ...rows] = records;
  if (header.length < 3 || header[0] !== '' || header.slice(1).some((name) => name === '')) return records;
  const from = Number(rows[0]?.[0]);
  const counts = (from === 0 || from === 1) && rows.every(([index], row) => index === String(from + row));
  return counts ? records.map(([, ...cells]) => cells) : [['#', ...header.slice(1)], ...rows];
}

/**
 * The names of groups of columns in the row above the columns' own, each for all columns to the next one; where the columns
 * cannot be told without them: `Start` of adults, `Start` of children.
 */
function groupsAbove(records: readonly string[][], at: number): readonly string[] | undefined {
  const header = records[at] ?? [];
  const above = records[at - 1];
  if (!above || above.length < 2 || above[0] !== '' || new Set(header).size === header.length) return undefined;
  let name = '';
  return header.map((_, column) => (name = above[column] || name));
}

function tableOf(records: readonly (readonly string[])[]): DraftBlock[] {
  const lines = records.filter((cells) => cells.some((cell) => cell !== '')).map((cells) => cells.join(' | '));
  return lines.length === 0 ? [] : [{ kind: 'table', text: lines.join('\n'), boxes: [] }];
}

function sectionOf(header: readonly string[], row: readonly string[]): DraftBlock[] {
  const named = row.findIndex((cell, column) => cell !== '' && header[column] !== '#');
  if (named < 0) return [];
  const heading: DraftBlock = { kind: 'heading', headingLevel: 1, text: row[named] ?? '', boxes: [] };
  const paragraphs = row.flatMap((cell, column): DraftBlock[] => {
    const name = header[column] ?? '';
    if (cell === '' || column === named) return [];
    return [{ kind: 'paragraph', text: name === '' ? cell : `${name}: ${cell}`, boxes: [] }];
  });
  return [heading, ...paragraphs];
}
