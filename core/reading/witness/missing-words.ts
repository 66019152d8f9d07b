import type { WordList } from './word-list.js';

/** A word that a line break or a change of font cut comes in a few pieces. */
const MOST_PIECES = 10;
/** Longer than any word. */
const LONGEST_JOINED = 60;
/** What one round finds may free words for the next. */
const MOST_ROUNDS = 4;
/** Of more words than this, as of a whole text that is lost, the rest is not looked at. */
const MOST_LOOKED_AT = 5_000;
/** Equal words among which one is looked for that is free. */
const MOST_EQUAL = 200;

export interface MissingWords {
  /** Positions in what was seen that what was read has not. */
  readonly missing: ReadonlySet<number>;
  /** The other way round. */
  readonly added: ReadonlySet<number>;
}

/**
 * Which words of one list the other has not, and the other way round, by how often each stands on both sides: in which order they were read
 * plays no role. Which of several equal words is missing is told by its neighbours. Words that are cut on one side and whole on the other, or
 * cut elsewhere, are the same. `isFirst`: words that are missing rather than others. Both lists are of the same numbers.
 */
export function missingWords(
  seen: WordList,
  read: WordList,
  isFirst: (position: number) => boolean = () => false,
): MissingWords {
  const one: Side = { words: seen, left: surplusOf(seen, read, isFirst), positions: once(() => byWord(seen)) };
  const other: Side = { words: read, left: surplusOf(read, seen, () => false), positions: once(() => byWord(read)) };
  for (let round = 0, changed = true; round < MOST_ROUNDS && changed; round++) {
    const before = one.left.size + other.left.size;
    matchCut(one, other);
    matchEqual(one, other);
    changed = one.left.size + other.left.size !== before;
  }
  matchScattered(one, other);
  matchScattered(other, one);
  matchRuns(one, other);
  matchEqual(one, other);
  preferFirst(one, isFirst);
  return { missing: one.left, added: other.left };
}

/** `left`: positions that have no match on the other side. */
interface Side {
  readonly words: WordList;
  readonly left: Set<number>;
  readonly positions: () => ReadonlyMap<number, readonly number[]>;
}

/** Positions in a list beyond what the other has of the same word. */
function surplusOf(words: WordList, other: WordList, isFirst: (position: number) => boolean): Set<number> {
  const known = words.numbers.size;
  const left = new Int32Array(known);
  const change = (id: number, by: number) => (left[id] = (left[id] ?? 0) + by);
  for (let at = 0; at < words.length; at++) change(words.id(at), 1);
  for (let at = 0; at < other.length; at++) change(other.id(at), -1);
  const candidates: number[] = [];
  for (let at = 0; at < words.length; at++) if ((left[words.id(at)] ?? 0) > 0) candidates.push(at);
  const surplus = new Set<number>();
  if (candidates.length === 0) return surplus;
  const known3 = new Set<number>();
  const known2 = new Set<number>();
  for (let at = 0; at < other.length; at++) {
    known2.add(hashOf(other, at, 2));
    known3.add(hashOf(other, at, 3));
  }
  /** How many of the pairs and threes of words that hold a position the other list has. */
  const contextOf = (at: number) => {
    let found = 0;
    for (let from = at - 1; from <= at; from++) if (known2.has(hashOf(words, from, 2))) found++;
    for (let from = at - 2; from <= at; from++) if (known3.has(hashOf(words, from, 3))) found++;
    return found;
  };
  const ranked = candidates.map((at) => ({ at, rank: isFirst(at) ? -1 : contextOf(at) }));
  for (const { at } of ranked.sort((a, b) => a.rank - b.rank || a.at - b.at)) {
    const id = words.id(at);
    if ((left[id] ?? 0) <= 0) continue;
    surplus.add(at);
    change(id, -1);
  }
  return surplus;
}

/** Of words next to each other; two that have the same by chance only blur which of equal words is missing. */
function hashOf(words: WordList, from: number, count: number): number {
  let hash = count;
  for (let at = from; at < from + count; at++) hash = (Math.imul(hash, 0x01000193) ^ (words.id(at) + 1)) | 0;
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) | 0;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Takes out words that hold the same characters on both sides and are cut at other places, together with words beside them that were
 * taken for equal ones elsewhere: those are free again.
 */
function matchCut(one: Side, other: Side): void {
  if (one.left.size === 0 || other.left.size === 0) return;
  const cut = new Map<string, Window[]>();
  for (const position of first(other.left)) eachWindow(other.words, position, (text, window) => listUnder(cut, text, window)); // prettier-ignore
  for (const position of first(one.left)) {
    eachWindow(one.words, position, (text, window) => {
      if (!one.left.has(position)) return;
      const same = cut.get(text);
      while (same && same.length > 0) {
        const found = same.pop();
        if (!found || !hasAny(other.left, found)) continue;
        for (let at = window.from; at <= window.to; at++) release(one, other, at);
        for (let at = found.from; at <= found.to; at++) release(other, one, at);
        return;
      }
    });
  }
}

function first(positions: ReadonlySet<number>): number[] {
  return [...positions].sort((a, b) => a - b).slice(0, MOST_LOOKED_AT);
}

/** Neighbours that hold a position, the fewest first. */
function eachWindow(words: WordList, position: number, use: (text: string, window: Window) => void): void {
  for (let size = 1; size <= MOST_PIECES; size++) {
    for (let from = Math.max(0, position - size + 1); from <= position && from + size <= words.length; from++) {
      let text = '';
      for (let at = from; at < from + size; at++) text += words.word(at);
      if (text.length <= LONGEST_JOINED) use(text, { from, to: from + size - 1 });
    }
  }
}

function hasAny(positions: ReadonlySet<number>, { from, to }: Window): boolean {
  for (let at = from; at <= to; at++) if (positions.has(at)) return true;
  return false;
}

/** A word is found. Where it was matched before, that match is free: for an equal word of its own side, or it is left on the other. */
function release(side: Side, other: Side, position: number): void {
  if (side.left.delete(position)) return;
  const id = side.words.id(position);
  const equal = side
    .positions()
    .get(id)
    ?.slice(0, MOST_EQUAL)
    .find((at) => side.left.has(at));
  if (equal !== undefined) side.left.delete(equal);
  else {
    const free = other
      .positions()
      .get(id)
      ?.slice(0, MOST_EQUAL)
      .find((at) => !other.left.has(at));
    if (free !== undefined) other.left.add(free);
  }
}

/** Takes out what is left on both sides, as words are that were freed. */
function matchEqual(one: Side, other: Side): void {
  const free = new Map<number, number[]>();
  for (const position of other.left) listUnder(free, other.words.id(position), position);
  for (const position of [...one.left]) {
    const equal = free.get(one.words.id(position))?.pop();
    if (equal === undefined) continue;
    one.left.delete(position);
    other.left.delete(equal);
  }
}

/** Takes out words whose pieces stand apart, as of a row of signs that were drawn before the row of their indices. */
function matchScattered(one: Side, other: Side): void {
  if (one.left.size === 0 || other.left.size === 0) return;
  const pieces = new Map<string, number[]>();
  for (const position of first(one.left).reverse()) listUnder(pieces, one.words.word(position), position);
  for (const position of first(other.left)) {
    const found = piecesOf(other.words.word(position), pieces);
    if (!found) continue;
    other.left.delete(position);
    for (const piece of found) {
      const at = pieces.get(piece)?.pop();
      if (at !== undefined) one.left.delete(at);
    }
  }
}

/** Takes out runs of words that are made up, other than they are cut, of words that stand apart on the other side. */
function matchRuns(one: Side, other: Side): void {
  if (one.left.size === 0 || other.left.size === 0) return;
  const pieces = new Map<string, number[]>();
  for (const position of first(other.left).reverse()) listUnder(pieces, other.words.word(position), position);
  for (const run of runsOf(first(one.left))) {
    const found = piecesOf(run.map((position) => one.words.word(position)).join(''), pieces);
    if (!found) continue;
    for (const position of run) one.left.delete(position);
    for (const piece of found) {
      const at = pieces.get(piece)?.pop();
      if (at !== undefined) other.left.delete(at);
    }
  }
}

/** What was freed meanwhile may be any of equal words: it is one that is rather missing. */
function preferFirst(side: Side, isFirst: (position: number) => boolean): void {
  for (const position of first(side.left)) {
    if (isFirst(position)) continue;
    const equal = side.positions().get(side.words.id(position)) ?? [];
    const rather = equal.slice(0, MOST_EQUAL).find((at) => isFirst(at) && !side.left.has(at));
    if (rather === undefined) continue;
    side.left.delete(position);
    side.left.add(rather);
  }
}

function runsOf(ascending: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const position of ascending) {
    const last = runs.at(-1);
    if (last?.at(-1) === position - 1) last.push(position);
    else runs.push([position]);
  }
  return runs;
}

/** The pieces that make up a word, each as often as there are some; the longest first. */
function piecesOf(word: string, pieces: ReadonlyMap<string, readonly number[]>): string[] | undefined {
  if (word.length < 2 || word.length > LONGEST_JOINED) return undefined;
  const used = new Map<string, number>();
  const chosen: string[] = [];
  for (let from = 0; from < word.length;) {
    let size = word.length - from;
    for (; size > 0; size--) {
      const piece = word.slice(from, from + size);
      if ((pieces.get(piece)?.length ?? 0) > (used.get(piece) ?? 0)) break;
    }
    if (size === 0) return undefined;
    const piece = word.slice(from, from + size);
    used.set(piece, (used.get(piece) ?? 0) + 1);
    chosen.push(piece);
    from += size;
  }
  return chosen;
}

function byWord(words: WordList): Map<number, number[]> {
  const positions = new Map<number, number[]>();
  for (let at = 0; at < words.length; at++) listUnder(positions, words.id(at), at);
  return positions;
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function listUnder<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
