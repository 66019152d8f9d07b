import type { Hunk } from './align-statements.js';
import type { Statement } from './statements.js';

/** What became of a statement: said otherwise, taken out (no `after`), or new (no `before`). */
export interface Pair {
  readonly before?: Statement;
  readonly after?: Statement;
}

/** Share of the words that two statements must have in common to be one that was changed. Numbers count as one and the same. */
const ALIKE = 0.5;

/** Comparisons of two statements in one place; a place with more is paired by equal words alone. */
const MOST_COMPARISONS = 40_000;

/**
 * Tells which of the statements taken out and put in are one that was changed; those that only moved are left out. A
 * statement is looked for where it stood first, and then anywhere, by its words without their numbers.
 */
export function pairStatements(hunks: readonly Hunk[]): { pairs: Pair[]; moved: number } {
  const near = hunks.map(pairNear);
  const moved = takeEqual(
    near.flatMap(({ gone }) => gone),
    near.flatMap(({ come }) => come),
    ({ key }) => key,
  );
  const changed = takeEqual(moved.gone, moved.come, ({ key }) => masked(key));
  const pairs: Pair[] = [
    ...near.flatMap((hunk) => hunk.pairs),
    ...changed.pairs,
    ...changed.gone.map((before) => ({ before })),
    ...changed.come.map((after) => ({ after })),
  ];
  return { pairs, moved: moved.pairs.length };
}

interface Paired {
  readonly pairs: { before: Statement; after: Statement }[];
  readonly gone: Statement[];
  readonly come: Statement[];
}

/** The most alike first, each once. Rows of tables only if they are about the same: a dose of another medicine is no changed dose. */
function pairNear({ before, after }: Hunk): Paired {
  if (before.length * after.length > MOST_COMPARISONS) return takeEqual(before, after, ({ key }) => masked(key));
  const wordsBefore = before.map(({ key }) => wordsOf(key));
  const wordsAfter = after.map(({ key }) => wordsOf(key));
  const likenesses: { from: number; to: number; alike: number }[] = [];
  wordsBefore.forEach((words, from) =>
    wordsAfter.forEach((others, to) => {
      const alike = before[from]?.about === after[to]?.about ? likeness(words, others) : 0;
      if (alike >= ALIKE) likenesses.push({ from, to, alike });
    }),
  );
  likenesses.sort((a, b) => b.alike - a.alike || Math.abs(a.from - a.to) - Math.abs(b.from - b.to));
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  for (const { from, to } of likenesses) {
    if (partner.has(from) || taken.has(to)) continue;
    partner.set(from, to);
    taken.add(to);
  }
  return {
    pairs: [...partner].map(([from, to]) => ({ before: before[from] as Statement, after: after[to] as Statement })),
    gone: before.filter((_, at) => !partner.has(at)),
    come: after.filter((_, at) => !taken.has(at)),
  };
}

/** Pairs statements of equal `by`, in their order. */
function takeEqual(before: readonly Statement[], after: readonly Statement[], by: (one: Statement) => string): Paired {
  const waiting = new Map<string, Statement[]>();
  for (const statement of after.toReversed()) {
    const key = by(statement);
    const those = waiting.get(key);
    if (those) those.push(statement);
    else waiting.set(key, [statement]);
  }
  const pairs: { before: Statement; after: Statement }[] = [];
  const gone: Statement[] = [];
  for (const statement of before) {
    const found = waiting.get(by(statement))?.pop();
    if (found) pairs.push({ before: statement, after: found });
    else gone.push(statement);
  }
  const paired = new Set(pairs.map((pair) => pair.after));
  return { pairs, gone, come: after.filter((statement) => !paired.has(statement)) };
}

const WORDS = /[\p{L}\p{M}]+|\d+(?:[.,]\d+)*|[%≤≥<>]/gu;

function masked(key: string): string {
  return wordsOf(key).join(' ');
}

function wordsOf(key: string): string[] {
  return (key.toLowerCase().match(WORDS) ?? []).map((word) => (/^\d/.test(word) ? '#' : word));
}

/** Sørensen–Dice of two bags of words, 0–1. */
function likeness(words: readonly string[], others: readonly string[]): number {
  if (words.length === 0 || others.length === 0) return 0;
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  return (2 * common) / (words.length + others.length);
}
