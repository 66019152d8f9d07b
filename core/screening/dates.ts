import { HYPHEN } from './labelled-values.js';

const MONTH =
  'jan(?:uary|eiro)?|feb(?:ruary)?|fev(?:ereiro)?|mar(?:ch|ço)?|apr(?:il)?|abr(?:il)?|may|maio?|june?|junho|july?|julho|' +
  'aug(?:ust)?|ago(?:sto)?|sep(?:t|tember)?|set(?:embro)?|oct(?:ober)?|out(?:ubro)?|nov(?:ember|embro)?|dec(?:ember)?|dez(?:embro)?';
const SEPARATOR = String.raw`(?:\s?(?:[./]|${HYPHEN})\s?|\s)`;
const YEAR = String.raw`(?:(?:18|19|20)\d{2}|\d{2})`;
const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const MONTH_NUMBER = String.raw`(?:0?[1-9]|1[0-2])`;
/** A weekday before it belongs to no date of ours; a comma may stand where a reader pauses. */
const ORDINAL = String.raw`(?:st|nd|rd|th|º)?`;

/**
 * Source of a pattern for a whole date, day and month in either order, with its year; a year alone identifies nobody
 * (45 CFR 164.514 lets it pass). Flags `iu`.
 */
export const WHOLE_DATE =
  String.raw`(?:` +
  [
    String.raw`(?:18|19|20)\d{2}${SEPARATOR}${MONTH_NUMBER}${SEPARATOR}${DAY}`,
    String.raw`${DAY}${SEPARATOR}${MONTH_NUMBER}${SEPARATOR}${YEAR}`,
    String.raw`${MONTH_NUMBER}${SEPARATOR}${DAY}${SEPARATOR}${YEAR}`,
    String.raw`${DAY}${ORDINAL}${SEPARATOR}(?:de\s|of\s)?(?:${MONTH})\.?,?${SEPARATOR}(?:de\s)?${YEAR}`,
    String.raw`(?:${MONTH})\.?\s?${DAY}${ORDINAL},?${SEPARATOR}${YEAR}`,
    String.raw`(?:18|19|20)\d{2}${SEPARATOR}(?:${MONTH})\.?${SEPARATOR}${DAY}`,
  ].join('|') +
  ')';

/** Day and month without a year: `March 3`, `3 de março`, `03/14`. Only where the words around say whose day it is. */
export const DAY_AND_MONTH = String.raw`(?:(?:${MONTH})\.?\s?${DAY}${ORDINAL}|${DAY}${ORDINAL}\s(?:de\s|of\s)?(?:${MONTH})|${MONTH_NUMBER}/${DAY})`;
