import { parse } from 'csv-parse/sync';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Enough rows to tell a table of two columns from lines with one comma each. */
const MIN_RECORDS = { narrow: 3, wide: 2 };
/** Cells that are words and values, so that a name and one row are enough. */
const MAX_WORD_CHARACTERS = 40;
const LOOKED_AT_RECORDS = 30;
const MAX_NAME_CHARACTERS = 80;
/** Title, edition, date and the like before the names of the columns. */
const MAX_PREAMBLE_RECORDS = 10;
/** Of the rows as many have a cell for each column; others lack their last cells, or have a note behind. */
const MIN_WHOLE_ROWS = 0.5;
/** A line of its own between or behind the rows. */
const MAX_LONE_CELLS = 0.2;

/** How a text is written that is a table. */
export interface CsvForm {
  readonly delimiter: string;
  /** Records before the one that names the columns. */
  readonly preamble: number;
  /** `sep=;`, which Excel wants and nobody reads. */
  readonly hasSeparatorLine: boolean;
  /** Quotes are signs of the text (inches), and part nothing. */
  readonly quotesAreText: boolean;
}

/** Excel's own line. */
const SEPARATOR_LINE = /^\uFEFF?sep=(.)\r?\n/i;

/**
 * How a table is written, when the text is one: a line that names the columns shortly, and rows that fit to it. What parts
 * the cells is not followed by a blank, as it is in sentences. `undefined` for any other text. `text` may be cut off.
 */
export function csvForm(text: string): CsvForm | undefined {
  const separator = SEPARATOR_LINE.exec(text);
  const rest = separator ? text.slice(separator[0].length) : text;
  const found = (separator?.[1] === undefined ? DELIMITERS : [separator[1]]).flatMap((delimiter) => {
    return [false, true].flatMap((quotesAreText) => {
      const records = firstRecords(rest, delimiter, quotesAreText);
      const preamble = tableStart(records);
      if (preamble === undefined) return [];
      const form = { delimiter, preamble, hasSeparatorLine: separator !== null, quotesAreText };
      return [{ form, columns: records[preamble]?.length ?? 0 }];
    });
  });
  // What parts the cells parts the names as well: `4,0 g` behind `drug;maximum` has a decimal comma.
  const [best] = found.sort(
    (a, b) =>
      a.form.preamble - b.form.preamble ||
      b.columns - a.columns ||
      Number(a.form.quotesAreText) - Number(b.form.quotesAreText),
  );
  return best?.form;
}

/** All cells of a table, one line each. Errors: those of the parser, where quotes do not close. */
export function csvRecords(text: string, form: CsvForm): string[][] {
  const rest = form.hasSeparatorLine ? text.replace(SEPARATOR_LINE, '') : text;
  return withoutBlankColumns(
    parse(rest, optionsFor(form.delimiter, form.quotesAreText)).map((cells) => cells.map(oneLine)),
  );
}

/** Spreadsheets write columns behind the table that were touched once and are blank. */
function withoutBlankColumns(records: readonly string[][]): string[][] {
  const used = records.reduce(
    (most, cells) => Math.max(most, cells.findLastIndex((cell) => cell.trim() !== '') + 1),
    0,
  );
  return records.map((cells) => cells.slice(0, used));
}

function optionsFor(delimiter: string, quotesAreText: boolean) {
  return {
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    ...(quotesAreText ? { quote: null } : {}),
  } as const;
}

function oneLine(cell: string): string {
  return cell.replace(/\s+/g, ' ').trim();
}

/** Index of the record that names the columns. */
function tableStart(records: readonly (readonly string[])[]): number | undefined {
  for (let at = 0; at <= Math.min(MAX_PREAMBLE_RECORDS, records.length - 1); at++) {
    if (isTable(records.slice(at))) return at;
    // Only lines that are no row of anything stand before a table.
    const record = records[at] ?? [];
    if (at < records.length && filled(record) > 2 && !isComment(record)) return undefined;
  }
  return undefined;
}

function isComment([first = '']: readonly string[]): boolean {
  return first.startsWith('#');
}

/** Whether a table stands behind comments (`# doses of the ward`), which might be headings of Markdown. */
export function isCommentedTable(text: string): boolean {
  const form = csvForm(text);
  if (!form || form.delimiter === '|' || form.preamble === 0) return false;
  return firstRecords(text, form.delimiter, form.quotesAreText).slice(0, form.preamble).every(isComment);
}

function filled(record: readonly string[]): number {
  return record.filter((cell) => cell.trim() !== '').length;
}

function isTable(records: readonly (readonly string[])[]): boolean {
  const [header = [], ...below] = records;
  const rows = below.filter((row) => filled(row) > 0);
  const names = header.map((name) => name.trim());
  const columns = names.length;
  if (columns < 2 || rows.length + 1 < leastRecords(columns, records)) return false;
  // The first column may be an index, or the last comma stand for nothing.
  if (names.slice(1, -1).some((name) => name === '') || filled(names) < Math.max(columns - 1, 1)) return false;
  if (names.some((name) => name.length > MAX_NAME_CHARACTERS || /[.!?:]$/.test(name))) return false;
  if (names.every((name) => /^[\d.,\s]*$/.test(name))) return false;
  const whole = rows.filter((row) => row.length === columns);
  const cells = [header, ...(whole.length > 0 ? whole : rows)].flatMap((row) => row.slice(1));
  if (cells.filter((cell) => /^[ \u00A0]/.test(cell)).length > cells.length / 10) return false;
  const lone = rows.filter((row) => row.length < columns && filled(row) < 2).length;
  if (lone > Math.max(rows.length * MAX_LONE_CELLS, 1) || rows.some((row) => row.length > columns + 2)) return false;
  if (columns === 2) return whole.length + lone === rows.length && whole.length > lone;
  return whole.length >= rows.length * MIN_WHOLE_ROWS;
}

/** A line with one comma may be a sentence; words and values on both sides of it are none. */
function leastRecords(columns: number, records: readonly (readonly string[])[]): number {
  if (columns > 2) return MIN_RECORDS.wide;
  const areWords = records.every((cells) =>
    cells.every((cell) => cell !== '' && cell.length <= MAX_WORD_CHARACTERS && !/[.!?]\s|[.!?:]$/.test(cell)),
  );
  return areWords ? MIN_RECORDS.wide : MIN_RECORDS.narrow;
}

function firstRecords(text: string, delimiter: string, quotesAreText: boolean): string[][] {
  const records: string[][] = [];
  try {
    parse(text, {
      ...optionsFor(delimiter, quotesAreText),
      to: LOOKED_AT_RECORDS,
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
  } catch {
    // A cell that does not end, as at the end of a text that is cut off: the records before it count.
    return records;
  }
  const whole = records.length < LOOKED_AT_RECORDS && !text.endsWith('\n') ? records.slice(0, -1) : records;
  return withoutBlankColumns(whole);
}
