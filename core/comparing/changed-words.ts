import { diffArrays } from 'diff';

/** Offsets of a part of a statement. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

/** Words that stand in for each other in two forms of a statement; either may be none. */
export interface ChangedWords {
  readonly before: Mark;
  readonly after: Mark;
}

/** Words that may differ; a statement that shares less is marked as a whole. Time grows with its square. */
const MOST_EDITS = 400;

const WORDS = /[\p{L}\p{M}]+|\d+(?:[.,]\d+)*|[^\s\p{L}\p{M}\d]/gu;

/** Where two forms of one statement differ, in order. */
export function changedWords(before: string, after: string): ChangedWords[] {
  const [old, now] = [wordsIn(before), wordsIn(after)];
  const texts = (words: readonly Word[]): string[] => words.map(({ text }) => text.normalize('NFKC'));
  const parts = diffArrays(texts(old), texts(now), { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [{ before: wholeOf(before), after: wholeOf(after) }];
  const changes: ChangedWords[] = [];
  let [atOld, atNow] = [0, 0];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at];
    if (!part) break;
    if (!part.added && !part.removed) {
      atOld += part.count;
      atNow += part.count;
      continue;
    }
    const next = parts[at + 1];
    const goesWith = next && (next.added || next.removed) && next.added !== part.added ? next : undefined;
    const removed = (part.removed ? part.count : 0) + (goesWith?.removed ? goesWith.count : 0);
    const added = (part.added ? part.count : 0) + (goesWith?.added ? goesWith.count : 0);
    changes.push({ before: markOf(old, atOld, removed), after: markOf(now, atNow, added) });
    atOld += removed;
    atNow += added;
    if (goesWith) at += 1;
  }
  return changes;
}

interface Word extends Mark {
  readonly text: string;
}

function wordsIn(statement: string): Word[] {
  return [...statement.matchAll(WORDS)].map(({ 0: text, index: start }) => ({ text, start, end: start + text.length }));
}

function wholeOf(statement: string): Mark {
  return { start: 0, end: statement.length };
}

/** The part from one word to another; without words, the place between its neighbours. */
function markOf(words: readonly Word[], from: number, count: number): Mark {
  const first = words[from];
  if (count === 0 || !first) {
    const place = first?.start ?? words.at(-1)?.end ?? 0;
    return { start: place, end: place };
  }
  return { start: first.start, end: words[from + count - 1]?.end ?? first.end };
}
