/** A word that a line break or a change of font cut comes in a few pieces. */
const MOST_PIECES = 10;
/** Longer than any word: of letter-spaced lines, whole ones. */
const LONGEST_JOINED = 60;

/** What one round finds may free words for the next. */
const MOST_ROUNDS = 4;

/** Words of one side, numbered by the words of both. */
interface Side {
  readonly words: readonly string[];
  readonly ids: Int32Array;
}

/**
 * Positions of the words in `seen` that `read` has not, and the other way round, by how often each stands on both sides: in which order they were read plays no
 * role. Which of several equal words is missing is told by its neighbours. Words that are cut on one side and whole on the other, or cut
 * elsewhere, are the same. `isLast`: words that are missing rather than others.
 */
export function missingWords(
  seen: readonly string[],
  read: readonly string[],
  isLast: (position: number) => boolean = () => false,
): { readonly missing: ReadonlySet<number>; readonly added: ReadonlySet<number> } {
  const numbers = new Map<string, number>();
  const numbered = (words: readonly string[]): Side => ({
    words,
    ids: Int32Array.from(words, (word) => {
      const known = numbers.get(word) ?? numbers.size;
      numbers.set(word, known);
      return known;
    }),
  });
  const [one, other] = [numbered(seen), numbered(read)];
  const missing = surplusOf(one, other, numbers.size, isLast);
  const added = surplusOf(other, one, numbers.size, () => false);
  if (missing.size === 0 || added.size === 0) return { missing, added };
  const seenWords: Words = { words: seen, left: missing, positions: once(() => byWord(seen)) };
  const readWords: Words = { words: read, left: added, positions: once(() => byWord(read)) };
  for (let round = 0, before = -1; round < MOST_ROUNDS && missing.size !== before; round++) {
    before = missing.size;
    matchCut(seenWords, readWords);
  }
  matchScattered(seenWords, readWords);
  matchScattered(readWords, seenWords);
  return { missing, added };
}

/** Positions in `side` beyond what `other` has of the same word. */
function surplusOf(side: Side, other: Side, known: number, isLast: (position: number) => boolean): Set<number> {
  const left = new Int32Array(known);
  for (const id of side.ids) left[id]!++;
  for (const id of other.ids) left[id]!--;
  const candidates: number[] = [];
  for (const [position, id] of side.ids.entries()) if (left[id]! > 0) candidates.push(position);
  if (candidates.length === 0) return new Set();
  const pairs = new Set<number>();
  for (let at = 1; at < other.ids.length; at++) pairs.add(other.ids[at - 1]! * known + other.ids[at]!);
  const isPair = (at: number) =>
    at > 0 && at < side.ids.length && pairs.has(side.ids[at - 1]! * known + side.ids[at]!) ? 1 : 0;
  const surplus = new Set<number>();
  for (const rank of [0, 1, 2, 3]) {
    for (const position of candidates) {
      const id = side.ids[position]!;
      if (left[id]! <= 0 || surplus.has(position)) continue;
      if ((isLast(position) ? 0 : 1 + isPair(position) + isPair(position + 1)) !== rank) continue;
      surplus.add(position);
      left[id]!--;
    }
  }
  return surplus;
}

/**
 * Takes out words that hold the same characters on both sides and are cut at other places, together with words beside them that were
 * taken for equal ones elsewhere: those are free again.
 */
function matchCut(one: Words, other: Words): void {
  const cut = new Map<string, Window[]>();
  for (const position of first(other.left)) eachWindow(other.words, position, (text, window) => listUnder(cut, text, window));
  if (cut.size === 0) return;
  for (const position of first(one.left)) {
    eachWindow(one.words, position, (text, window) => {
      const same = cut.get(text)?.find(({ from, to }) => hasAny(other.left, from, to));
      if (!same || !one.left.has(position)) return;
      for (let at = window.from; at <= window.to; at++) release(one, other, at);
      for (let at = same.from; at <= same.to; at++) release(other, one, at);
    });
  }
}

/** Words of one side; `left`: positions that have no match on the other. */
interface Words {
  readonly words: readonly string[];
  readonly left: Set<number>;
  readonly positions: () => ReadonlyMap<string, readonly number[]>;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Of more words than this, as of a whole text that is lost, the rest is not looked at. */
const MOST_LOOKED_AT = 5_000;

function first(positions: ReadonlySet<number>): number[] {
  return [...positions].sort((a, b) => a - b).slice(0, MOST_LOOKED_AT);
}

/** Neighbours that hold a position, the fewest first. */
function eachWindow(words: readonly string[], position: number, use: (text: string, window: Window) => void): void {
  for (let size = 1; size <= MOST_PIECES; size++) {
    for (let from = Math.max(0, position - size + 1); from <= position && from + size <= words.length; from++) {
      const text = words.slice(from, from + size).join('');
      if (text.length <= LONGEST_JOINED) use(text, { from, to: from + size - 1 });
    }
  }
}

function hasAny(positions: ReadonlySet<number>, from: number, to: number): boolean {
  for (let at = from; at <= to; at++) if (positions.has(at)) return true;
  return false;
}

/** A word is found. Where it was matched before, that match is free: for an equal word of its own side, or it is left on the other. */
function release(side: Words, other: Words, position: number): void {
  if (side.left.delete(position)) return;
  const word = side.words[position] ?? '';
  const equal = side.positions().get(word)?.find((at) => side.left.has(at));
  if (equal !== undefined) side.left.delete(equal);
  else {
    const free = other.positions().get(word)?.find((at) => !other.left.has(at));
    if (free !== undefined) other.left.add(free);
  }
}

/** Takes out words whose pieces stand apart, as of a row of signs that were drawn before the row of their indices. */
function matchScattered(one: Words, other: Words): void {
  const pieces = new Map<string, number[]>();
  for (const position of first(one.left)) listUnder(pieces, one.words[position] ?? '', position);
  for (const position of first(other.left)) {
    const found = piecesOf(other.words[position] ?? '', pieces);
    if (!found) continue;
    other.left.delete(position);
    for (const piece of found) {
      const at = pieces.get(piece)?.shift();
      if (at !== undefined) one.left.delete(at);
    }
  }
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

/** Positions next to each other, ascending. */
export function runsOf(positions: Iterable<number>): number[][] {
  const runs: number[][] = [];
  for (const position of [...positions].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.at(-1) === position - 1) last.push(position);
    else runs.push([position]);
  }
  return runs;
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function byWord(words: readonly string[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [position, word] of words.entries()) listUnder(positions, word, position);
  return positions;
}

/** Adds to the list of a key. */
export function listUnder<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
