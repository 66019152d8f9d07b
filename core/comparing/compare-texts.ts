import { alignStatements, type ComparedText } from './align-statements.js';
import { type ChangedWords, changedWords, type Mark } from './changed-words.js';
import { type Pair, pairStatements } from './pair-statements.js';
import type { Statement } from './statements.js';
import { type Value, valuesIn } from './values.js';
import { without } from './without.js';

/**
 * What kind of difference it is, the gravest first. `number`: a dose, a threshold, an interval. `negation`: not, avoid, except.
 * `strength`: how strongly something is advised. `removed`, `added`: a whole statement. `wording`: all else.
 */
export const CHANGE_KINDS = ['number', 'negation', 'strength', 'removed', 'added', 'wording'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A statement in one of the texts. Offsets in UTF-16 code units. */
export interface ChangedStatement {
  readonly text: string;
  /** Offsets into the whole text. */
  readonly start: number;
  readonly end: number;
  /** What differs, as offsets into `text`; empty where only the other one has something more. */
  readonly marks: readonly Mark[];
}

/** A value that was another one before; `null`: there was none, or is none any more. */
export interface ChangedValue {
  readonly before: string | null;
  readonly after: string | null;
}

export interface Change {
  readonly kind: ChangeKind;
  readonly before?: ChangedStatement;
  readonly after?: ChangedStatement;
  /** Numbers with their units that differ; of a statement that is new or gone, all that it names. */
  readonly values: readonly ChangedValue[];
}

export interface Comparison {
  /** In the order of {@link CHANGE_KINDS}; of a kind those that name numbers first, then in the order of the texts. */
  readonly changes: readonly Change[];
  /** Statements that stand elsewhere in the same words. */
  readonly moved: number;
}

/**
 * What differs between two editions of a text, as facts: which statements were changed, and in which numbers. It does not say
 * whether a change matters. A change of layout, of hyphens and quotation marks, of the count in front of an item or of a reference
 * is none.
 */
export async function compareTexts(before: ComparedText, after: ComparedText): Promise<Comparison> {
  const { pairs, moved } = pairStatements(alignStatements(before, after));
  const changes: Change[] = [];
  for (const [at, pair] of pairs.entries()) {
    if (at % PAIRS_AT_ONCE === PAIRS_AT_ONCE - 1) await yieldToOthers();
    const change = toChange(pair);
    if (change) changes.push(change);
  }
  const rank = ({ kind, values }: Change): number => 2 * CHANGE_KINDS.indexOf(kind) + (values.length > 0 ? 0 : 1);
  changes.sort((a, b) => rank(a) - rank(b) || placeOf(a) - placeOf(b));
  return { changes, moved };
}

/** Statements that are compared word by word before other work has its turn. */
const PAIRS_AT_ONCE = 50;

function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function placeOf({ before, after }: Change): number {
  return after?.start ?? before?.start ?? 0;
}

function toChange({ before, after }: Pair): Change | undefined {
  if (before && after) return changed(before, after);
  const only = before ?? after;
  if (!only) return undefined;
  const statement: ChangedStatement = { text: only.text, start: only.start, end: only.end, marks: [] };
  const named = valuesIn(only.text).map(({ text }) => text.trim());
  return before
    ? { kind: 'removed', before: statement, values: named.map((value) => ({ before: value, after: null })) }
    : { kind: 'added', after: statement, values: named.map((value) => ({ before: null, after: value })) };
}

function changed(before: Statement, after: Statement): Change {
  const words = changedWords(before.text, after.text);
  const values = changedValues(before.text, after.text, words);
  return {
    kind: values.length > 0 ? 'number' : kindOfWords(before.text, after.text),
    before: marked(before, words, 'before'),
    after: marked(after, words, 'after'),
    values,
  };
}

function marked(
  { text, start, end }: Statement,
  words: readonly ChangedWords[],
  side: 'before' | 'after',
): ChangedStatement {
  return { text, start, end, marks: words.map((change) => change[side]).filter((mark) => mark.end > mark.start) };
}

/** Values of one form that the other has not, paired by where the words around them changed. */
function changedValues(before: string, after: string, words: readonly ChangedWords[]): ChangedValue[] {
  const old = without(valuesIn(before), valuesIn(after));
  const now = without(valuesIn(after), valuesIn(before));
  const changes: ChangedValue[] = [];
  const [takenOld, takenNow] = [new Set<Value>(), new Set<Value>()];
  for (const change of words) {
    const here = old.filter((value) => !takenOld.has(value) && touches(value, change.before));
    const there = now.filter((value) => !takenNow.has(value) && touches(value, change.after));
    for (const value of here) takenOld.add(value);
    for (const value of there) takenNow.add(value);
    changes.push(...sideBySide(here, there));
  }
  const restOld = old.filter((value) => !takenOld.has(value));
  const restNow = now.filter((value) => !takenNow.has(value));
  return [...changes, ...sideBySide(restOld, restNow)];
}

function sideBySide(before: readonly Value[], after: readonly Value[]): ChangedValue[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, at) => ({
    before: before[at]?.text.trim() ?? null,
    after: after[at]?.text.trim() ?? null,
  }));
}

function touches(value: Value, mark: Mark): boolean {
  return value.start <= mark.end && mark.start <= value.end;
}

const NEGATIONS =
  /(?<!\p{L})(?:not|no|never|nor|neither|without|avoid(?:ed|ing)?|contraindicat\p{L}*|exclud\p{L}*|except|unless|stop|discontinue|cannot|\p{L}+n't|não|nem|nunca|sem|evit\p{L}*|contraindicad\p{L}*|exceto|suspend\p{L}*)(?!\p{L})/giu;
const STRENGTHS =
  /(?<!\p{L})(?:must|shall|should|may|might|can|could|consider(?:ed)?|offer(?:ed)?|recommend\p{L}*|suggest\p{L}*|strong(?:ly)?|weak(?:ly)?|conditional(?:ly)?|moderate|low|high|routinely|always|usually|only|deve\p{L}*|pode\p{L}*|recomenda\p{L}*|sugere\p{L}*|considere|forte|fraca|sempre|apenas)(?!\p{L})/giu;

function kindOfWords(before: string, after: string): ChangeKind {
  if (differIn(NEGATIONS, before, after)) return 'negation';
  return differIn(STRENGTHS, before, after) ? 'strength' : 'wording';
}

function differIn(words: RegExp, before: string, after: string): boolean {
  const named = (text: string): string => (text.toLowerCase().match(words) ?? []).toSorted().join(' ');
  return named(before) !== named(after);
}
