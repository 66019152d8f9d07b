import { parse } from 'csv-parse/sync';

const DELIMITERS = [',', ';', '\t'] as const;
/** Lines with one comma each are a list more often than a table. */
const MIN_COLUMNS = { ',': 3, ';': 2, '\t': 2 } as const;
/** The names of the columns, and a row. */
const MIN_RECORDS = 2;
const LOOKED_AT_RECORDS = 20;
const MAX_NAME_CHARACTERS = 80;

/**
 * By what the columns of a text are parted, when it is a table: its first line names the columns, shortly and each
 * differently, and the next ones have as many cells. `undefined` for any other text. `text` may be cut off at its end.
 */
export function csvDelimiter(text: string): string | undefined {
  return DELIMITERS.find((delimiter) => isTable(firstRecords(text, delimiter), MIN_COLUMNS[delimiter]));
}

function isTable(records: readonly (readonly string[])[], minColumns: number): boolean {
  const [header = []] = records;
  const names = header.map((name) => name.trim());
  return (
    records.length >= MIN_RECORDS &&
    names.length >= minColumns &&
    names.every((name) => name !== '' && name.length <= MAX_NAME_CHARACTERS && !/[.!?]$/.test(name)) &&
    new Set(names).size === names.length &&
    records.every((record) => record.length === names.length)
  );
}

function firstRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  try {
    parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      to: LOOKED_AT_RECORDS,
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
  } catch {
    // A cell that does not end, as at the end of a text that is cut off: the records before it count.
  }
  return records.length < LOOKED_AT_RECORDS && !text.endsWith('\n') ? records.slice(0, -1) : records;
}
