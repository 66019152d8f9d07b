import { HYPHEN, labelPattern, labelledValues, LOOSE_GAP, valuePattern } from '../labelled-values.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const LABEL = labelPattern(
  [
    String.raw`d\.?o\.?b\.?`,
    String.raw`date\s{1,2}of\s{1,2}birth`,
    String.raw`birth\s{0,2}date`,
    String.raw`birthday`,
    String.raw`data\s{1,2}d[eo]\s{1,2}nasc(?:imento|\.)?`,
    String.raw`nascid[oa]\s{1,2}(?:em|a)`,
    String.raw`fecha\s{1,2}de\s{1,2}nac(?:imiento|\.)?`,
  ],
  LOOSE_GAP,
);
const PATIENT_BORN = labelPattern(
  [String.raw`(?:patient|pt\.?)\s{1,2}(?:was\s{1,2}|is\s{1,2})?born\s{1,2}(?:on\s{1,2})?`],
  '',
);
/** Also how biographies of scientists begin; `children born on 1 January` are a cohort and not meant. */
const PERSON_BORN = labelPattern([String.raw`(?:he|she|i)\s{1,2}was\s{1,2}born\s{1,2}on\s{1,2}(?:the\s{1,2})?`], '');

const MONTH =
  'jan(?:uary|eiro)?|feb(?:ruary)?|fev(?:ereiro)?|mar(?:ch|ço)?|apr(?:il)?|abr(?:il)?|may|maio?|june?|junho|july?|julho|' +
  'aug(?:ust)?|ago(?:sto)?|sep(?:t|tember)?|set(?:embro)?|oct(?:ober)?|out(?:ubro)?|nov(?:ember|embro)?|dec(?:ember)?|dez(?:embro)?';
const SEPARATOR = String.raw`(?:\s?(?:[./]|${HYPHEN})\s?|\s)`;
const YEAR = String.raw`(?:(?:18|19|20)\d{2}|\d{2})`;
const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const MONTH_NUMBER = String.raw`(?:0?[1-9]|1[0-2])`;

/** A whole date, day and month in either order; a year alone is no date of birth (45 CFR 164.514 lets it pass). */
const DATE = valuePattern(
  String.raw`(?:` +
    [
      String.raw`(?:18|19|20)\d{2}${SEPARATOR}${MONTH_NUMBER}${SEPARATOR}${DAY}`,
      String.raw`${DAY}${SEPARATOR}${MONTH_NUMBER}${SEPARATOR}${YEAR}`,
      String.raw`${MONTH_NUMBER}${SEPARATOR}${DAY}${SEPARATOR}${YEAR}`,
      String.raw`${DAY}(?:st|nd|rd|th)?${SEPARATOR}(?:de\s|of\s)?(?:${MONTH})\.?,?${SEPARATOR}(?:de\s)?${YEAR}`,
      String.raw`(?:${MONTH})\.?\s?${DAY}(?:st|nd|rd|th)?,?${SEPARATOR}${YEAR}`,
      String.raw`(?:18|19|20)\d{2}${SEPARATOR}(?:${MONTH})\.?${SEPARATOR}${DAY}`,
    ].join('|') +
    ')',
  'iu',
);

/** Dates of birth: a label and a whole date. */
export const dateOfBirth: Recogniser = {
  category: 'date_of_birth',
  *find(text): Generator<Candidate> {
    for (const { start, end } of labelledValues(text, LABEL, DATE)) {
      yield { start, end, score: SCORES.certain, evidence: 'label' };
    }
    for (const { start, end } of labelledValues(text, PATIENT_BORN, DATE)) {
      yield { start, end, score: SCORES.strong, evidence: 'patient-born' };
    }
    for (const { start, end } of labelledValues(text, PERSON_BORN, DATE)) {
      yield { start, end, score: SCORES.weak, evidence: 'person-born' };
    }
  },
};
