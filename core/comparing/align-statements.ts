import { diffArrays } from 'diff';
import { linesOf, type Statement, statementsOf } from './statements.js';
import { type Keyed, without } from './without.js';

/** A place where two texts differ: what stood there before, and what stands there now; either may be empty. */
export type Hunk = Difference<Statement>;

/** A text and its language (BCP 47 primary tag), by whose rules it is cut into sentences. */
export interface ComparedText {
  readonly text: string;
  readonly language: string;
}

/** Where two texts differ, in order: by lines first, so that only what changed is cut into statements. */
export function alignStatements(before: ComparedText, after: ComparedText): Hunk[] {
  return differences(linesOf(before.text), linesOf(after.text)).flatMap((lines) =>
    differences(statementsOf(lines.before, before.language), statementsOf(lines.after, after.language)),
  );
}

interface Difference<Item> {
  readonly before: readonly Item[];
  readonly after: readonly Item[];
}

/**
 * Where two sequences differ. What stands once in each, and in the same order in both, holds them together ("patience diff", as
 * Bram Cohen describes it); only what lies between is searched for the least difference, whose time grows with its square.
 */
function differences<Item extends Keyed>(before: readonly Item[], after: readonly Item[]): Difference<Item>[] {
  const found: Difference<Item>[] = [];
  let [fromBefore, fromAfter] = [0, 0];
  for (const [atBefore, atAfter] of [...anchors(before, after), [before.length, after.length] as const]) {
    for (const difference of leastDifferences(before.slice(fromBefore, atBefore), after.slice(fromAfter, atAfter))) {
      found.push(difference);
    }
    [fromBefore, fromAfter] = [atBefore + 1, atAfter + 1];
  }
  return found;
}

/** Places of the items that stand once in each: the longest series of them whose order is the same in both. */
function anchors(before: readonly Keyed[], after: readonly Keyed[]): (readonly [number, number])[] {
  const placesAfter = placesOfUnique(after);
  const common = [...placesOfUnique(before)].flatMap(([key, atBefore]) => {
    const atAfter = placesAfter.get(key);
    return atAfter === undefined ? [] : [[atBefore, atAfter] as const];
  });
  return longestAscending(common);
}

function placesOfUnique(items: readonly Keyed[]): Map<string, number> {
  const places = new Map<string, number>();
  const seen = new Set<string>();
  items.forEach(({ key }, at) => {
    if (seen.has(key)) places.delete(key);
    else places.set(key, at);
    seen.add(key);
  });
  return places;
}

/** The longest series of pairs in which the second place ascends as the first does, by patience sorting. */
function longestAscending(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tops: number[] = [];
  const under: number[] = [];
  pairs.forEach(([, second], at) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < second) low = middle + 1;
      else high = middle;
    }
    under[at] = tops[low - 1] ?? -1;
    tops[low] = at;
  });
  const series: (readonly [number, number])[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = under[at] ?? -1) {
    const pair = pairs[at];
    if (pair) series.push(pair);
  }
  return series.reverse();
}

/** Items by which what lies between two anchors may differ; beyond, it is compared without regard to order. */
const MOST_EDITS = 300;

function leastDifferences<Item extends Keyed>(before: readonly Item[], after: readonly Item[]): Difference<Item>[] {
  if (before.length === 0 || after.length === 0) return before.length + after.length > 0 ? [{ before, after }] : [];
  const keys = (items: readonly Item[]): string[] => items.map(({ key }) => key);
  const parts = diffArrays(keys(before), keys(after), { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [{ before: without(before, after), after: without(after, before) }];
  const found: Difference<Item>[] = [];
  let [atBefore, atAfter] = [0, 0];
  let open: { before: readonly Item[]; after: readonly Item[] } | undefined;
  for (const { added, removed, count } of parts) {
    if (!added && !removed) {
      open = undefined;
      atBefore += count;
      atAfter += count;
      continue;
    }
    if (!open) found.push((open = { before: [], after: [] }));
    if (removed) open.before = [...open.before, ...before.slice(atBefore, (atBefore += count))];
    else open.after = [...open.after, ...after.slice(atAfter, (atAfter += count))];
  }
  return found;
}
