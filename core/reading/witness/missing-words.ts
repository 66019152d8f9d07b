/** A word that a line break or a change of font cut comes in a few pieces. */
const MOST_PIECES = 12;
/** Longer than any word: of letter-spaced lines, whole ones. */
const LONGEST_JOINED = 60;

/** Words of one side, numbered by the words of both. */
interface Side {
  readonly words: readonly string[];
  readonly ids: Int32Array;
}

/**
 * Positions of the words in `seen` that `read` has not, by how often each stands on both sides: in which order they were read plays no
 * role. Which of several equal words is missing is told by its neighbours. Words that are cut on one side and whole on the other, or cut
 * elsewhere, are the same. `isLast`: words that are missing rather than others.
 */
export function missingWords(
  seen: readonly string[],
  read: readonly string[],
  isLast: (position: number) => boolean = () => false,
): Set<number> {
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
  if (missing.size === 0) return missing;
  const added = surplusOf(other, one, numbers.size, () => false);
  if (added.size === 0) return missing;
  matchPieces(one.words, missing, other.words, added);
  matchPieces(other.words, added, one.words, missing);
  matchRuns(one.words, missing, other.words, added);
  return missing;
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

/** Takes out words of `whole` that `pieces` has in several words next to each other. */
function matchPieces(
  pieces: readonly string[],
  missingPieces: Set<number>,
  whole: readonly string[],
  missingWhole: Set<number>,
): void {
  const positions = new Map<string, number[]>();
  for (const position of missingWhole) {
    const word = whole[position] ?? '';
    if (word.length > LONGEST_JOINED) continue;
    listUnder(positions, word, position);
  }
  if (positions.size === 0) return;
  for (const start of [...missingPieces]) {
    if (!missingPieces.has(start)) continue;
    // Its first piece may have been taken for an equal word elsewhere.
    for (const from of [start, start - 1]) {
      let joined = from < 0 ? '' : (pieces[from] ?? '');
      for (let to = from + 1; from >= 0 && to < from + MOST_PIECES && to < pieces.length; to++) {
        joined += pieces[to] ?? '';
        if (joined.length > LONGEST_JOINED) break;
        const position = positions.get(joined)?.pop();
        if (position === undefined) continue;
        missingWhole.delete(position);
        for (let piece = from; piece <= to; piece++) missingPieces.delete(piece);
        break;
      }
      if (!missingPieces.has(start)) break;
    }
  }
}

/** Takes out runs of words that hold the same characters on both sides, cut at other places. */
function matchRuns(
  seen: readonly string[],
  missing: Set<number>,
  read: readonly string[],
  added: Set<number>,
): void {
  const byText = new Map<string, number[][]>();
  for (const run of runsOf(added)) {
    listUnder(byText, run.map((position) => read[position] ?? '').join(''), run);
  }
  for (const run of runsOf(missing)) {
    const same = byText.get(run.map((position) => seen[position] ?? '').join(''))?.pop();
    if (!same) continue;
    for (const position of run) missing.delete(position);
    for (const position of same) added.delete(position);
  }
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

/** Adds to the list of a key. */
export function listUnder<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
