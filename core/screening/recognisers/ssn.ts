import { boundedPattern } from '../bounded-pattern.js';
import { HYPHEN, labelPattern, labelledValues, LOOSE_GAP, valuePattern } from '../labelled-values.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const LABELS = [
  String.raw`s\.?s\.?n\.?`,
  String.raw`s\.?s\.?\s{0,2}#`,
  String.raw`social\s{1,3}security(?:\s{1,3}(?:number|num|no|nbr|card))?`,
  String.raw`número\s{1,3}d[eo]\s{1,3}segur(?:o|idade)\s{1,3}social`,
];
const LABEL = labelPattern(LABELS, LOOSE_GAP);
const LABELLED_VALUE = valuePattern(String.raw`\d{3}(?:${HYPHEN}|\s|\.)?\d{2}(?:${HYPHEN}|\s|\.)?\d{4}`);

/** Without a label only the hyphenated form counts: nine digits in a row are grant numbers, PMCIDs and counts. */
const HYPHENATED = boundedPattern(
  String.raw`(?<![\p{L}\p{N}./]|\d${HYPHEN}|\p{L}${HYPHEN})\d{3}(${HYPHEN})\d{2}\1\d{4}(?![\p{L}\p{N}]|${HYPHEN}\d|/\d)`,
  'gu',
);
/** Contracts of the US health agencies are numbered just so: `Contract No. 290-02-0016`. */
const REFERENCE_LABEL = boundedPattern(
  String.raw`(?:contract|grant|award|publication|report|order|catalog(?:ue)?|cat|docket|protocol|sample|lot|batch|item|part|model|ref|reference|code|product|sku|version|study|trial|kit|form|no|nos|number|#)\.?[\s:(]{0,3}$`,
  'iu',
);
const REFERENCE_LABEL_LENGTH = 20;

/** Social security numbers of the United States: labelled in any form, or hyphenated and issuable. */
export const ssn: Recogniser = {
  category: 'ssn',
  *find(text): Generator<Candidate> {
    for (const { start, end, value } of labelledValues(text, LABEL, LABELLED_VALUE)) {
      // A labelled number that was never issued is a typing error or a made-up one; somebody still meant a person by it.
      yield isIssuable(value)
        ? { start, end, score: SCORES.certain, evidence: 'label-and-valid' }
        : { start, end, score: SCORES.likely, evidence: 'label-and-invalid' };
    }
    for (const match of text.matchAll(HYPHENATED)) {
      if (!isIssuable(match[0])) continue;
      const start = match.index;
      const end = start + match[0].length;
      yield REFERENCE_LABEL.test(text.slice(Math.max(0, start - REFERENCE_LABEL_LENGTH), start))
        ? { start, end, score: SCORES.weak, evidence: 'valid-form-of-a-reference' }
        : { start, end, score: SCORES.likely, evidence: 'valid-form' };
    }
  },
};

/**
 * The Social Security Administration never issues area 000, 666 or 900–999, group 00 or serial 0000
 * (ssa.gov/employer/randomization.html), and retired numbers that were printed in advertisements.
 */
function isIssuable(value: string): boolean {
  const digits = value.replace(/\D/g, '');
  const area = Number(digits.slice(0, 3));
  if (area === 0 || area === 666 || area >= 900) return false;
  if (digits.slice(3, 5) === '00' || digits.slice(5) === '0000') return false;
  return !RETIRED.has(digits);
}

/** Printed on a specimen card in 1938 (078-05-1120) and on a leaflet in 1940 (219-09-9999). */
const RETIRED: ReadonlySet<string> = new Set(['078051120', '219099999']);
