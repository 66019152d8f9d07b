import type { PhiCategory } from '../contract/finding.js';
import { boundedPattern } from './bounded-pattern.js';
import { WHOLE_DATE } from './dates.js';
import { SCORES } from './scores.js';

/** A kind of entry on forms and face sheets: its labels and what may stand there. Pattern sources, flags `iu`. */
export interface Field {
  readonly category: PhiCategory;
  readonly evidence: string;
  readonly labels: readonly string[];
  readonly value: string;
  /** Labels that are also ordinary words need a colon, a bar or a line of their own. */
  readonly needsColon: boolean;
  readonly score: number;
  /** In a note, letter or form about one patient, where an ambiguous label has one meaning. */
  readonly scoreInNote: number;
  /** The score of a value by its check digits; `null` refuses it. */
  readonly check?: (value: string, score: number) => number | null;
}

export const NO = String.raw`(?:\s{0,2}(?:number|numbers|num\.?|no\.?|nbr\.?|id|#|n[º°o]\.?|código|code))`;
export const OF_PATIENT = String.raw`(?:(?:patient|pt\.?)(?:[’']s)?\s{1,2})`;

/** Digits as text recognition leaves them; what passes must hold three real ones. */
export const NOISY = String.raw`[\dOoIlSB]`;
export const IDENTIFIER = String.raw`(?=[\p{L}\d./-]{0,24}\d[\p{L}\d./-]{0,24}\d)[\p{Lu}\dlo](?:[./-]?[\p{Lu}\p{Ll}\d]){3,23}`;
const CODE_GROUP = String.raw`(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|\d{4}-\d{2}-\d{2})(?=[\p{L}\d]{0,9}\d)[\p{L}\d]{1,20}`;
/** Groups of letters and digits as numbers of records are printed: `K 61 40 82`, `BHX 882 10447 01`, `URG/23/117088`, `70-B-387`. */
export const CODE = String.raw`(?:\p{L}{1,8}(?:[-./:]| ?- ?| (?=\d))){0,2}${CODE_GROUP}(?:(?:[-./:+]| ?[-/] ?|[ ]{1,2})(?:${CODE_GROUP}|\p{L}{1,2}(?=[-./:]\d)|\p{Lu}(?![\p{L}\d]))){0,6}`;
export const LONG_NUMBER = String.raw`(?=[^\n]{0,8}\d)(?:\p{L}{1,4}[-\s]?)?${NOISY}(?:[-.\s/]?${NOISY}){4,19}(?:-?[\dXx])?`;
export const SHORT_NUMBER = String.raw`(?=[^\n]{0,8}\d)(?:\p{L}{1,4}-?)?${NOISY}(?:[-.]?${NOISY}){3,15}`;
const IS_DATE = boundedPattern(`^${WHOLE_DATE}`, 'iu');
export const NAME = String.raw`\p{L}(?:\.|[\p{L}\p{M}’'-]{1,29})(?:,?[ \u00a0]{1,2}(?:\p{L}\.?|\p{L}[\p{L}\p{M}’'-]{1,29})){0,5}`;
export const PHONE = String.raw`(?:\+\s?)?[(]?${NOISY}(?:[-. /)(\u00a0]{0,2}${NOISY}){6,14}(?:\s?(?:x|ext\.?)\s?\d{1,6})?`;
export const ANYTHING = String.raw`[\p{L}\d][^\n|\t]{3,80}`;

export function field(
  category: PhiCategory,
  evidence: string,
  score: number,
  labels: readonly string[],
  value: string,
  options: Partial<Pick<Field, 'needsColon' | 'check' | 'scoreInNote'>> = {},
): Field {
  return { category, evidence, score, labels, value, needsColon: false, scoreInNote: score, ...options };
}

export const holding =
  (isValid: (value: string) => boolean) =>
  (value: string, score: number): number =>
    isValid(value) ? SCORES.certain : score;

/** A number with room for a misread sign is one only with enough true digits. */
const isNumberEnough = (value: string, score: number) => ((value.match(/\d/gu)?.length ?? 0) >= 3 ? score : null);
/** A date with a misread sign; one of digits only has to be a date. */
export const isDateEnough = (value: string, score: number) =>
  IS_DATE.test(value) ? score : /[OoIlSB]/u.test(value) ? isNumberEnough(value, score) : null;

/** Toll-free and premium numbers of North America belong to organisations. */
export const isOwnNumber = (value: string, score: number) =>
  /^(?:\+?1)?(?:8(?:00|22|33|44|55|66|77|88)|900)\d{7}$/u.test(value.replace(/(?:x|ext).*$/iu, '').replace(/\D/gu, ''))
    ? null
    : needsDigits(6)(value, score);

/** Capitals and digits, both; `plate 3 shows` is a figure. */
export const isPlate = (value: string, score: number) =>
  /^[A-Z\d][A-Z\d\s·-]{3,9}$/u.test(value) && /\d/u.test(value) && /[A-Z]/u.test(value) ? score : null;

export const needsDigits =
  (least: number) =>
  (value: string, score: number): number | null =>
    (value.match(/\d/gu)?.length ?? 0) >= least && !/^(?:19|20)\d\d$/u.test(value) ? score : null;
