import { WHOLE_DATE } from '../dates.js';
import { labelPattern, labelledValues, LOOSE_GAP, valuePattern } from '../labelled-values.js';
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

const DATE = valuePattern(WHOLE_DATE, 'iu');

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
