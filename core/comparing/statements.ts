import { sentenceCutter } from '../chunking/sentences.js';
import { FAR_APART } from '../reading/layout/flow-blocks.js';
import { BETWEEN_CELLS } from '../reading/layout/table-rows.js';

/** What two texts are compared by: a sentence, a heading, an item of a list, or a row of a table. */
export interface Statement {
  /** Without the number or sign in front of it, by which it is only counted. */
  readonly text: string;
  /** Offsets of `text` in the whole text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Equal for statements that say the same in the same words. */
  readonly key: string;
  /** Of a row of a table, what its first cell says: what the row is about. */
  readonly about?: string;
}

/**
 * `1.2.4 Offer`, `3. Give`, `(b) `, `• `. An edition that adds one recommendation counts all behind it anew, which is no change
 * of what they say. `0.5 mg` and `2.5 MG` are no counts: what follows a count begins a sentence.
 */
const COUNTED =
  /^(?:(?:\d{1,3}(?:\.\d{1,3}){2,4}\.?|\d{1,3}(?:\.\d{1,3})?[.)])\s+(?=\p{Lu})|\(?[a-zA-Z]\)\s+|[•◦▪‣·*–—-]\s+)/u;

/** A line of a text. */
export interface Line {
  readonly text: string;
  /** Its offset in the whole text. */
  readonly start: number;
  /** Equal for lines that say the same. */
  readonly key: string;
}

/** The lines of a text that hold a word or a number. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (isSaid(line)) lines.push({ text: line, start, key: keyOf(line.slice(countLength(line))) });
    start += line.length + 1;
  }
  return lines;
}

/** The statements of lines in their order. Time grows with the length of the lines. */
export function statementsOf(lines: readonly Line[], language: string): Statement[] {
  const sentences = sentenceCutter(language);
  return lines.flatMap((line) => {
    let start = line.start;
    const found: Statement[] = [];
    for (const sentence of isRow(line.text) ? [line.text] : sentences(line.text)) {
      if (isSaid(sentence)) found.push(toStatement(sentence, start));
      start += sentence.length;
    }
    return found;
  });
}

function isSaid(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** A row of a table is compared as a whole: a number in a cell means what its row and column say. */
function isRow(line: string): boolean {
  return line.includes(BETWEEN_CELLS) || line.includes(FAR_APART);
}

function toStatement(sentence: string, at: number): Statement {
  const counted = countLength(sentence);
  const text = sentence.slice(counted).trimEnd();
  const start = at + counted;
  const firstCell = isRow(text) ? text.split(/ \| |\t/, 1)[0] : undefined;
  return {
    text,
    start,
    end: start + text.length,
    key: keyOf(text),
    ...(firstCell === undefined ? {} : { about: keyOf(firstCell).toLowerCase() }),
  };
}

/** Length of the spaces and of the count in front of what is said. */
function countLength(sentence: string): number {
  const said = sentence.trimStart();
  return sentence.length - said.length + (COUNTED.exec(said)?.[0].length ?? 0);
}

/** Spaces, quotation marks, dashes and forms of one and the same letter are no difference. */
function keyOf(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u201B]/g, "'")
    .replace(/[\u201C\u201D\u201E]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
}
