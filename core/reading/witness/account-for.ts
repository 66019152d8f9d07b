import type {
  AsideReason,
  AsideWords,
  ReaderNotice,
  WordAccount,
  WordFate,
  WordPlace,
} from '../../contract/word-account.js';
import { PIPELINE_VERSION } from '../fingerprint.js';
import { missingWords } from './missing-words.js';
import { WordList, WordNumbers } from './word-list.js';

/** Why words are not in a reading. */
export interface Aside {
  readonly fate: Exclude<WordFate, 'lost'>;
  readonly why: AsideReason;
}

/** A piece of text as the witness saw it. */
export interface SeenText {
  readonly text: string;
  readonly place: WordPlace;
  /** Where the file itself says that nobody reads it. It counts as read where the reading has it all the same. */
  readonly aside?: Aside;
}

/** Text that a reader put aside on purpose. */
export interface PutAside extends Aside {
  readonly text: string;
}

export interface AccountInput {
  readonly seen: readonly SeenText[];
  /** All text of the reading. */
  readonly read: string;
  readonly putAside?: readonly PutAside[];
  readonly notices?: readonly ReaderNotice[];
}

/** An entry quotes this much. */
const MAX_CHARACTERS = 2_000;
const BETWEEN_RUNS = ' … ';
/** Letters of formulas and of labels in drawings are drawn in any order, and a row of them says nothing. */
const SINGLE_LETTER = /^[\p{Script=Latin}\p{Script=Greek}]$/u;

/** What became of each word that a witness saw. */
export function accountFor({ seen, read, putAside = [], notices = [] }: AccountInput): WordAccount {
  const numbers = new WordNumbers();
  const words = new WordList(numbers);
  /** Where the words of each piece begin. */
  const begins: number[] = [];
  for (const { text } of seen) {
    begins.push(words.length);
    words.addText(text);
  }
  const readWords = new WordList(numbers);
  readWords.addText(read);
  const pieceAt = (position: number) => seen[lastAtOrBefore(begins, position)];
  const { missing, added } = missingWords(words, readWords, (position) => pieceAt(position)?.aside !== undefined);
  const ascending = [...missing].sort((a, b) => a - b);
  const unexplained = ascending.filter((position) => !pieceAt(position)?.aside);
  const reasons = explain(unexplained, words, putAside);
  const entries = new Map<string, Entry>();
  for (const position of ascending) {
    const piece = pieceAt(position);
    const { fate, why } = piece?.aside ?? reasons.get(position) ?? LOST;
    const place = piece?.place ?? { part: 'text' };
    const key = `${fate} ${why} ${place.part} ${place.number ?? ''}`;
    const entry = entries.get(key) ?? { fate, why, place, positions: [] };
    entry.positions.push(position);
    entries.set(key, entry);
  }
  return {
    pipelineVersion: PIPELINE_VERSION,
    words: words.length,
    read: words.length - missing.size,
    added: added.size,
    aside: [...entries.values()].map(({ positions, ...entry }) => ({ ...entry, ...quoted(positions, words) })),
    notices,
  };
}

const LOST = { fate: 'lost', why: 'unexplained' } as const;

interface Entry extends Pick<AsideWords, 'fate' | 'why' | 'place'> {
  readonly positions: number[];
}

/** Of the words at these positions, why they were put aside, where a reader says so. */
function explain(positions: readonly number[], words: WordList, putAside: readonly PutAside[]): Map<number, Aside> {
  const explained = new Map<number, Aside>();
  if (positions.length === 0 || putAside.length === 0) return explained;
  const asked = new WordList(words.numbers);
  for (const position of positions) asked.add(words.word(position));
  const aside = new WordList(words.numbers);
  const begins: number[] = [];
  for (const { text } of putAside) {
    begins.push(aside.length);
    aside.addText(text);
  }
  const { missing } = missingWords(asked, aside);
  const left = new Map<number, number[]>();
  for (let at = aside.length - 1; at >= 0; at--) {
    const id = aside.id(at);
    const known = left.get(id);
    if (known) known.push(at);
    else left.set(id, [at]);
  }
  let last = putAside[0];
  for (const [index, position] of positions.entries()) {
    if (missing.has(index)) continue;
    // A word that was cut has the reason of the one before it.
    const found = left.get(asked.id(index))?.pop();
    if (found !== undefined) last = putAside[lastAtOrBefore(begins, found)];
    if (last) explained.set(position, last);
  }
  return explained;
}

function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function quoted(positions: readonly number[], words: WordList): Pick<AsideWords, 'words' | 'longestRun' | 'text'> {
  let [text, run, longestRun, last] = ['', 0, 0, -2];
  for (const position of positions) {
    const word = words.word(position);
    const goesOn = position === last + 1;
    run = (goesOn ? run : 0) + (SINGLE_LETTER.test(word) ? 0 : 1);
    longestRun = Math.max(longestRun, run);
    if (text.length < MAX_CHARACTERS) text += (text === '' ? '' : goesOn ? ' ' : BETWEEN_RUNS) + word;
    last = position;
  }
  return { words: positions.length, longestRun, text: text.slice(0, MAX_CHARACTERS) };
}
