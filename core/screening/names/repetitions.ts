import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import type { Candidate } from '../recogniser.js';
import { SCORES } from '../scores.js';
import { nameLikeness } from './name-words.js';

const WORD = boundedPattern(String.raw`(?<![\p{L}\p{N}])\p{L}[\p{L}\p{M}’'-]{1,29}(?![\p{L}\p{N}])`, 'gu');
const TREATS = boundedPattern(String.raw`(?<![\p{L}])(?:dr|dra|prof|nurse)\.?\s$`, 'iu');

/**
 * Other places of names that were found somewhere: once a label or a title gave a name away, all its occurrences are
 * patient data. Words that are also ordinary ones count beside another word of the same name only.
 */
export function* repetitions(names: readonly Candidate[], context: ScreeningContext): Generator<Candidate | null> {
  const { text, words } = context;
  const parts = new Map<string, 'alone' | 'together'>();
  for (const { start, end } of names) {
    for (const [word] of text.slice(start, end).matchAll(WORD)) {
      if (word.length < 3 || /^(?:da|de|do|dos|das|van|von|der|den|del|bin|ibn|mrs?|ms)$/iu.test(word)) continue;
      const likeness = nameLikeness(word, words);
      const isAlone = likeness === 2 || (likeness === 1 && !words.isOrdinary(word));
      const key = word.toLowerCase();
      if (isAlone) parts.set(key, 'alone');
      else if (!parts.has(key)) parts.set(key, 'together');
    }
  }
  if (parts.size === 0) return;
  const taken = [...names].sort((a, b) => a.start - b.start);
  let next = 0;
  let run: { start: number; end: number; isKnown: boolean } | null = null;
  let looked = 0;
  for (const match of text.matchAll(WORD)) {
    looked += 1;
    if (looked % 4096 === 0) yield null;
    const known = parts.get(match[0].replace(/[’']s$/u, '').toLowerCase());
    const start = match.index;
    const end = start + match[0].replace(/[’']s$/u, '').length;
    if (known === undefined || !/^\p{Lu}/u.test(match[0])) continue;
    while ((taken[next]?.end ?? Infinity) <= start) next += 1;
    if ((taken[next]?.start ?? Infinity) < end) continue;
    const isBeside: boolean = run !== null && /^(?:,?\s|\s\p{Lu}\.?\s)$/u.test(text.slice(run.end, start));
    if (run && isBeside) run = { start: run.start, end, isKnown: true };
    else {
      if (run?.isKnown) yield repeated(run);
      run = { start, end, isKnown: known === 'alone' && !TREATS.test(context.before(start, 8)) };
    }
  }
  if (run?.isKnown) yield repeated(run);
}

function repeated({ start, end }: { start: number; end: number }): Candidate {
  return { start, end, score: SCORES.strong, evidence: 'repeated' };
}
