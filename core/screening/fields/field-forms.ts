import { boundedPattern } from '../bounded-pattern.js';
import { WHOLE_DATE } from '../dates.js';
import { SCORES } from '../scores.js';
import type { ValueCheck } from './field.js';

/** What turns a word into the label of a number: `account no.`, `MRN#`. */
export const NO = String.raw`(?:\s{0,2}(?:number|numbers|num\.?|no\.?|nbr\.?|id|#|n[º°o]\.?|código|code))`;
export const OF_PATIENT = String.raw`(?:(?:patient|pt\.?)(?:[’']s)?\s{1,2})`;

/** Digits as text recognition leaves them; what passes must hold three real ones. */
export const NOISY = String.raw`[\dOoIlSB]`;
export const IDENTIFIER = String.raw`(?=[\p{L}\d./-]{0,24}\d[\p{L}\d./-]{0,24}\d)[\p{Lu}\dlo](?:[./-]?[\p{Lu}\p{Ll}\d]){3,23}`;
export const LONG_NUMBER = String.raw`(?=[^\n]{0,8}\d)(?:\p{L}{1,4}[-\s]?)?${NOISY}(?:[-.\s/]?${NOISY}){4,19}(?:-?[\dXx])?`;
export const SHORT_NUMBER = String.raw`(?=[^\n]{0,8}\d)(?:\p{L}{1,4}-?)?${NOISY}(?:[-.]?${NOISY}){3,15}`;

/** Letters and digits with a digit near their beginning, and no date. */
const CODE_GROUP = String.raw`(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|\d{4}-\d{2}-\d{2})(?=[\p{L}\d]{0,9}\d)[\p{L}\d]{1,20}`;
/** Groups of letters and digits as numbers of records are printed: `K 61 40 82`, `URG/23/117088`, `70-B-387`. */
export const CODE = String.raw`(?:\p{L}{1,8}(?:[-./:]| ?- ?| (?=\d))){0,2}${CODE_GROUP}(?:(?:[-./:+]| ?[-/] ?|[ ]{1,2})(?:${CODE_GROUP}|\p{L}{1,2}(?=[-./:]\d)|\p{Lu}(?![\p{L}\d]))){0,6}`;

export const NAME = String.raw`\p{L}(?:\.|[\p{L}\p{M}’'-]{1,29})(?:,?[ \u00a0]{1,2}(?:\p{L}\.?|\p{L}[\p{L}\p{M}’'-]{1,29})){0,5}`;
export const PHONE = String.raw`(?:\+\s?)?[(]?${NOISY}(?:[-. /)(\u00a0]{0,2}${NOISY}){6,14}(?:\s?(?:x|ext\.?)\s?\d{1,6})?`;
export const ANYTHING = String.raw`[\p{L}\d][^\n|\t]{3,80}`;

const digitsIn = (value: string) => value.match(/\d/gu)?.length ?? 0;

/** A year alone is no number of anybody. */
export const needsDigits =
  (least: number): ValueCheck =>
  (value) =>
    digitsIn(value) >= least && !/^(?:19|20)\d\d$/u.test(value) ? 0 : null;

/** Certain with valid check digits; without them the label decides. */
export const holding =
  (isValid: (value: string) => boolean): ValueCheck =>
  (value) =>
    isValid(value) ? SCORES.certain : 0;

const IS_DATE = boundedPattern(`^${WHOLE_DATE}`, 'iu');
/** Digits have to make a date; where a letter was read for one of them, three true digits are enough. */
export const isDateEnough: ValueCheck = (value) =>
  IS_DATE.test(value) || (/[OoIlSB]/u.test(value) && digitsIn(value) >= 3) ? 0 : null;

/** Toll-free and premium numbers of North America belong to organisations. */
export const isOwnNumber: ValueCheck = (value) =>
  /^(?:\+?1)?(?:8(?:00|22|33|44|55|66|77|88)|900)\d{7}$/u.test(value.replace(/(?:x|ext).*$/iu, '').replace(/\D/gu, ''))
    ? null
    : needsDigits(6)(value);

/** Capitals and digits, both; `plate 3 shows` is a figure. */
export const isPlate: ValueCheck = (value) =>
  /^[A-Z\d][A-Z\d\s·-]{3,9}$/u.test(value) && /\d/u.test(value) && /[A-Z]/u.test(value) ? 0 : null;
