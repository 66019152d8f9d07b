import { HYPHEN, labelPattern, labelledValues, LOOSE_GAP, valuePattern } from '../labelled-values.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const NUMBER_WORD = String.raw`(?:number|num\.?|no\.?|nbr\.?|id|#|n[º°o]\.?)`;

const RECORD_LABEL = labelPattern(
  [
    String.raw`m\.?r\.?n\.?(?:\s{1,2}${NUMBER_WORD})?`,
    String.raw`med(?:ical|\.)?\s{0,2}rec(?:ord|\.)?s?\s{0,2}${NUMBER_WORD}`,
    String.raw`(?:health|hospital|chart|clinic)\s{1,2}(?:record\s{1,2})?${NUMBER_WORD}`,
    String.raw`(?:número\s{1,2}d[eo]\s{1,2}|n[º°o]\.?\s{0,2}d[eo]\s{1,2})?prontuário(?:\s{1,2}${NUMBER_WORD})?`,
  ],
  LOOSE_GAP,
);
/** Also used for participants of trials (`patient no. 12`), so it needs a longer number. */
const PATIENT_LABEL = labelPattern(
  [
    String.raw`(?:patient|pt\.?)(?:[’']s)?\s{0,2}(?:identification\s{1,2})?${NUMBER_WORD}`,
    String.raw`(?:registro|código|id)\s{1,2}d[eo]\s{1,2}paciente`,
  ],
  LOOSE_GAP,
);
const NHS_LABEL = labelPattern([String.raw`nhs\s{0,2}${NUMBER_WORD}`], LOOSE_GAP);

/** 4–14 digits, perhaps behind a few letters of the hospital. */
const RECORD_VALUE = valuePattern(String.raw`(?:\p{Lu}{1,4}${HYPHEN}?)?\d(?:[-. ]?\d){3,13}`);
const PATIENT_VALUE = valuePattern(String.raw`(?:\p{Lu}{1,4}${HYPHEN}?)?\d(?:[-.]?\d){4,13}`);
const NHS_VALUE = valuePattern(String.raw`\d{3}[-\s]?\d{3}[-\s]?\d{4}`);

/** Numbers of medical records: a label and a number. They have no common form, so never a number alone. */
export const mrn: Recogniser = {
  category: 'mrn',
  *find(text): Generator<Candidate> {
    for (const { start, end, value } of labelledValues(text, RECORD_LABEL, RECORD_VALUE)) {
      if (isYear(value)) continue;
      yield { start, end, score: SCORES.certain, evidence: 'label' };
    }
    for (const { start, end } of labelledValues(text, PATIENT_LABEL, PATIENT_VALUE)) {
      yield { start, end, score: SCORES.strong, evidence: 'patient-number' };
    }
    for (const { start, end, value } of labelledValues(text, NHS_LABEL, NHS_VALUE)) {
      yield hasNhsCheckDigit(value)
        ? { start, end, score: SCORES.certain, evidence: 'nhs-checksum' }
        : { start, end, score: SCORES.likely, evidence: 'nhs-label' };
    }
  },
};

/** `MRN` is also magnetic resonance neurography: `MRN 2015` is a citation. */
function isYear(value: string): boolean {
  return /^(?:19|20)\d\d$/.test(value);
}

/**
 * Modulus 11 of the NHS number: digits weighted 10 down to 2, 11 minus the remainder is the tenth digit, 11 counts as 0 and
 * 10 is never issued (NHS Data Dictionary, "NHS NUMBER").
 */
function hasNhsCheckDigit(value: string): boolean {
  const digits = [...value.replace(/\D/g, '')].map(Number);
  const sum = digits.slice(0, 9).reduce((total, digit, index) => total + digit * (10 - index), 0);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === digits[9];
}
