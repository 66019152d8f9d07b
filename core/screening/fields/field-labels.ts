import type { PhiCategory } from '../../contract/finding.js';
import { boundedPattern } from '../bounded-pattern.js';
import { COLON_GAP, LABEL_END, LOOSE_GAP, WORD_END, WORD_START } from '../labelled-values.js';
import type { Field } from './field.js';
import { FIELDS } from './fields.js';

/** A field with its patterns. */
export interface KnownField {
  readonly field: Field;
  /** Its value, at a place. */
  readonly value: RegExp;
  /** Label and gap, anywhere in a line. */
  readonly inline: RegExp;
  /** A whole line or cell that is this label. */
  readonly alone: RegExp;
  /** What follows each of its labels. */
  readonly before: 'digit' | 'colon' | 'anything';
}

/** What forms add to a label: `(last, first)`, and in those of newborns whose it is (`SSN mother`). */
const ADDED = String.raw`(?:\s\([\p{L}/, ]{1,20}\)|\s(?:mother|father|baby|child|m[ãa]e|pai))?`;
const aloneSource = (labels: string) =>
  String.raw`^[\s*_#•(\[-]{0,4}(?:\d{1,2}\s?[-.)]\s{1,2})?${labels}${ADDED}[\s:.*_?)\]-]{0,4}$`;
/** Their values have no digit, or not at the beginning. */
const WORDED: ReadonlySet<PhiCategory> = new Set<PhiCategory>(['patient_name', 'employer', 'address', 'email', 'url']);

export const KNOWN_FIELDS: readonly KnownField[] = FIELDS.map((field) => {
  const labels = `(?:${field.labels.join('|')})`;
  return {
    field,
    value: boundedPattern(`${field.value}${WORD_END}`, 'iuy'),
    inline: boundedPattern(
      `${WORD_START}${labels}${LABEL_END}${ADDED}${field.needsColon ? COLON_GAP : LOOSE_GAP}`,
      'giu',
    ),
    alone: boundedPattern(aloneSource(labels), 'iu'),
    before: !WORDED.has(field.category) ? 'digit' : field.needsColon ? 'colon' : 'anything',
  };
});

/** One look that most lines do not pass, before one for every field. */
const ANY_ALONE = boundedPattern(aloneSource(`(?:${FIELDS.flatMap(({ labels }) => labels).join('|')})`), 'iu');

/** Longest line that can be a label. */
const LONGEST_LABEL = 48;

/** What a line or cell may be the label of, several fields at times: `Member` of a name as of a number. */
export function fieldsLabelled(text: string, start = 0, end = text.length): readonly KnownField[] {
  if (end - start > LONGEST_LABEL) return [];
  const shown = text.slice(start, end);
  if (!ANY_ALONE.test(shown)) return [];
  return KNOWN_FIELDS.filter(({ alone }) => alone.test(shown));
}

/** Part of a text in which labels are looked for. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * How far ahead of a colon, or of the first digit of a value, its label may begin, in characters: the longest label (60), a
 * row of dots (70), and the letters that a value may begin with (30).
 */
const LABEL_REACH = 160;
const DIGIT = /\d/g;
/** And rows of dots, which stand for one. */
const COLON = /[:=|]|\.\.|\. \./g;
/** Blanks and marks behind a colon that belong to the gap. */
const BEHIND_COLON = 8;

/**
 * Where labels of each kind may stand. Prose has few digits and colons: of health topics they leave a tenth of the text for
 * fifty patterns to pass over.
 */
export function labelPlaces(text: string): Readonly<Record<KnownField['before'], readonly Place[]>> {
  return {
    digit: placesBefore(text, DIGIT, 0),
    colon: placesBefore(text, COLON, BEHIND_COLON),
    anything: [{ start: 0, end: text.length }],
  };
}

/** The stretches that end with a match, ascending, apart from each other. */
function placesBefore(text: string, pattern: RegExp, behind: number): Place[] {
  const places: { start: number; end: number }[] = [];
  for (const match of text.matchAll(pattern)) {
    const start = Math.max(0, match.index - LABEL_REACH);
    const end = match.index + match[0].length + behind;
    const last = places.at(-1);
    if (last && start <= last.end) last.end = end;
    else places.push({ start, end });
  }
  return places;
}

/** The labels of a field in these places, with the gaps behind them. */
export function labelsIn(text: string, places: readonly Place[], { inline }: KnownField): Place[] {
  const labels: Place[] = [];
  for (const { start, end } of places) {
    // The character ahead comes along, so that the rest of a word that is cut passes for no label.
    const from = Math.max(0, start - 1);
    const shown = text.slice(from, end);
    inline.lastIndex = start - from;
    for (let match = inline.exec(shown); match; match = inline.exec(shown)) {
      labels.push({ start: from + match.index, end: from + match.index + match[0].length });
    }
  }
  return labels;
}
