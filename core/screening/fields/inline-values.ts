import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { SCORES } from '../scores.js';
import type { Field } from './field.js';
import { KNOWN_FIELDS, fieldsLabelled, labelPlaces, labelsIn } from './field-labels.js';
import { type FieldValue, fieldValue } from './field-values.js';

/** `Date: 3 May` is a date's label in a form and a word in prose; behind words of prose a weak label says nothing. */
const SENTENCE_BEFORE = /\p{Ll}{2,} {1,2}$/u;

/** Whose numbers are printed in publications: of products, documents, studies and laws. */
const OF_THINGS = boundedPattern(
  String.raw`(?<![\p{L}])(?:tax(?:payer)?|vendor|lot|batch|cat(?:alogue|\.)?|model|part|product|grant|award|fund(?:ing)?|ethics|irb|rec|board|protocol|trial|study|version|document|doc|procedure|guideline|policy|patent|marketing|charity|company|vat|registered|portaria|decreto|lei|edital|caae|tender|standard|form|item|stock|ndc|article|abstract|poster|prospero|clinical\s?trials?)\W{1,3}$`,
  'iu',
);

/** Values that follow their label in the same line, or in the next one. `null` now and then, where a caller may pause. */
export function* inlineValues(text: string, context: ScreeningContext): Generator<FieldValue | null> {
  const places = labelPlaces(text);
  for (const known of KNOWN_FIELDS) {
    const { field, value } = known;
    for (const label of labelsIn(text, places[known.before], known)) {
      value.lastIndex = label.end;
      const found = value.exec(text)?.[0];
      if (found === undefined || isOfProse(field, label.start, context)) continue;
      // The heads of two columns beside each other: `Patient | Born`.
      if (field.category === 'patient_name' && fieldsLabelled(found).length > 0) continue;
      const made = fieldValue(field, { start: label.end, end: label.end + found.length }, context);
      if (made) yield made;
    }
    yield null;
  }
}

/** The words ahead of a weak label say that it is a word of a sentence, or of something that is no person's. */
function isOfProse({ needsColon, score }: Field, labelStart: number, context: ScreeningContext): boolean {
  if (score >= SCORES.likely) return false;
  if (OF_THINGS.test(context.before(labelStart, 24))) return true;
  return needsColon && !context.isNote && SENTENCE_BEFORE.test(context.before(labelStart, 12));
}
