import type { AsideReason, AsideWords, ReaderNotice, WordAccount, WordFate, WordPlace } from '../../contract/word-account.js';
import { listUnder, missingWords } from './missing-words.js';
import { wordsOf } from './words.js';

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

/** What became of each word that a witness saw. */
export function accountFor({ seen, read, putAside = [], notices = [] }: AccountInput): WordAccount {
  const words: string[] = [];
  const pieceOf: number[] = [];
  for (const [piece, { text }] of seen.entries()) {
    for (const word of wordsOf(text)) {
      words.push(word);
      pieceOf.push(piece);
    }
  }
  const readWords = wordsOf(read);
  const asideOf = (position: number) => seen[pieceOf[position] ?? -1]?.aside;
  const { missing, added } = missingWords(words, readWords, (position) => asideOf(position) !== undefined);
  const unexplained = [...missing].filter((position) => !asideOf(position)).sort((a, b) => a - b);
  const explained = explain(unexplained.map((position) => words[position] ?? ''), putAside);
  const entries = new Map<string, { entry: Omit<AsideWords, 'words' | 'longestRun' | 'text'>; positions: number[] }>();
  const file = (position: number, { fate, why }: { fate: WordFate; why: AsideReason }) => {
    const place = seen[pieceOf[position] ?? -1]?.place ?? { part: 'text' as const };
    const key = `${fate} ${why} ${place.part} ${place.number ?? ''}`;
    const known = entries.get(key) ?? { entry: { fate, why, place }, positions: [] };
    known.positions.push(position);
    entries.set(key, known);
  };
  for (const position of [...missing].sort((a, b) => a - b)) {
    const own = asideOf(position);
    if (own) file(position, own);
  }
  for (const [index, position] of unexplained.entries()) {
    file(position, explained[index] ?? { fate: 'lost', why: 'unexplained' });
  }
  return {
    words: words.length,
    read: words.length - missing.size,
    added: added.size,
    aside: [...entries.values()].map(({ entry, positions }) => ({ ...entry, ...quoted(positions, words) })),
    notices,
  };
}

/** For each word why it was put aside, in their order; `undefined` where nobody says so. */
function explain(words: readonly string[], putAside: readonly PutAside[]): (Aside | undefined)[] {
  if (words.length === 0 || putAside.length === 0) return words.map(() => undefined);
  const reasons: Aside[] = [];
  const aside: string[] = [];
  for (const { text, fate, why } of putAside) {
    for (const word of wordsOf(text)) {
      aside.push(word);
      reasons.push({ fate, why });
    }
  }
  const { missing: left } = missingWords(words, aside);
  const at = new Map<string, number[]>();
  for (const [position, word] of aside.entries()) listUnder(at, word, position);
  let last = reasons[0];
  return words.map((word, position) => {
    if (left.has(position)) return undefined;
    // A word that was cut has the reason of the one before it.
    const found = at.get(word)?.shift();
    return (last = found === undefined ? last : reasons[found]);
  });
}

function quoted(positions: readonly number[], words: readonly string[]): Pick<AsideWords, 'words' | 'longestRun' | 'text'> {
  let [text, run, longestRun, last] = ['', 0, 0, -2];
  for (const position of positions) {
    run = position === last + 1 ? run + 1 : 1;
    longestRun = Math.max(longestRun, run);
    if (text.length < MAX_CHARACTERS) text += (text === '' ? '' : run > 1 ? ' ' : BETWEEN_RUNS) + (words[position] ?? '');
    last = position;
  }
  return { words: positions.length, longestRun, text: text.slice(0, MAX_CHARACTERS) };
}
