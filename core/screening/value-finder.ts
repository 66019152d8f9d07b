import type { PhiCategory } from '../contract/finding.js';
import { spanWords } from './span-identity.js';

/** A value that stands, or stood, in a text, and the placeholder that takes its place. */
export interface FoundValue {
  readonly start: number;
  readonly end: number;
  readonly placeholder: string;
}

/** Shorter values (`Li`, `12`) stand in every text; elsewhere than where they were found they are let stand. */
const SHORTEST_VALUE = 4;
/** What may stand between two words of one value: a space, a line break, punctuation; not a paragraph's end. */
const LONGEST_GAP = 3;

/** Names of persons: each of their words alone is theirs, too. */
const NAMES: ReadonlySet<PhiCategory> = new Set<PhiCategory>(['patient_name']);

const LABELS: Partial<Record<PhiCategory, string>> = { patient_name: 'NAME' };

interface KnownValue {
  readonly words: readonly string[];
  readonly placeholder: string;
  /** A word of a name: only where it is written with a capital. */
  readonly capitalised: boolean;
}

/**
 * Knows the values that are to go and gives each its placeholder: of one category the first is number 1, and the same value
 * always has the same number. Finds all places of them in a text; linear in the text's length.
 */
export class ValueFinder {
  readonly #placeholders = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** First word → values, the longest first. */
  readonly #values = new Map<string, KnownValue[]>();

  /** The placeholder of a value, which is looked for from now on. */
  add(category: PhiCategory, text: string): string {
    const label = LABELS[category] ?? category.toUpperCase();
    const words = spanWords(text);
    const known = this.#placeholders.get(`${label}:${words.join(' ')}`) ?? this.#partOfKnown(category, label, words);
    if (known) return known;
    const number = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, number);
    const placeholder = `[${label}_${number}]`;
    this.#placeholders.set(`${label}:${words.join(' ')}`, placeholder);
    this.#learn({ words, placeholder, capitalised: false });
    if (NAMES.has(category) && words.length > 1) {
      for (const word of words) {
        this.#placeholders.set(`${label}:${word}`, this.#placeholders.get(`${label}:${word}`) ?? placeholder);
        this.#learn({ words: [word], placeholder, capitalised: true });
      }
    }
    return placeholder;
  }

  /** All places of known values, ascending, without overlaps; the longest value at a place counts. */
  find(text: string): FoundValue[] {
    const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      written: match[0],
      word: match[0].normalize('NFKC').toLowerCase(),
    }));
    const found: FoundValue[] = [];
    for (let at = 0; at < words.length; at += 1) {
      const first = words[at];
      const value = first && this.#values.get(first.word)?.find((known) => matches(known, words, at));
      if (!first || !value) continue;
      const last = words[at + value.words.length - 1] ?? first;
      found.push({ start: first.start, end: last.end, placeholder: value.placeholder });
      at += value.words.length - 1;
    }
    return found;
  }

  /** The text with every known value replaced. */
  replace(text: string): string {
    return replaceSpans(text, this.find(text));
  }

  /** `Mrs Smith` after `Mary Smith` is the same person. */
  #partOfKnown(category: PhiCategory, label: string, words: readonly string[]): string | undefined {
    if (!NAMES.has(category) || words.length > 2) return undefined;
    const known = words.map((word) => this.#placeholders.get(`${label}:${word}`));
    return known.at(-1);
  }

  #learn(value: KnownValue): void {
    const [first = ''] = value.words;
    if (value.words.join('').length < SHORTEST_VALUE) return;
    const values = this.#values.get(first) ?? [];
    if (values.some((known) => known.words.join(' ') === value.words.join(' '))) return;
    values.push(value);
    values.sort((a, b) => b.words.length - a.words.length);
    this.#values.set(first, values);
  }
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly written: string;
  readonly word: string;
}

function matches({ words: wanted, capitalised }: KnownValue, words: readonly Word[], at: number): boolean {
  return wanted.every((word, step) => {
    const here = words[at + step];
    if (here?.word !== word) return false;
    if (capitalised && !/^\p{Lu}/u.test(here.written)) return false;
    const before = step === 0 ? undefined : words[at + step - 1];
    return before === undefined || here.start - before.end <= LONGEST_GAP;
  });
}

export function replaceSpans(text: string, spans: readonly FoundValue[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, placeholder } of spans) {
    parts.push(text.slice(from, start), placeholder);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
