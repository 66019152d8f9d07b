import { boundedPattern } from '../bounded-pattern.js';
import { COLON_GAP, HYPHEN, labelPattern, labelledValues, LOOSE_GAP, valuePattern } from '../labelled-values.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

/** Neither a longer number, a DOI, a grant number nor a range may continue on either side, and no unit may follow. */
const NO_DIGITS_BEFORE = String.raw`(?<![\p{L}\p{N}/.+]|[\p{L}\p{N}](?:${HYPHEN}|[,(]))`;
const NO_DIGITS_AFTER = String.raw`(?!\p{N}|(?:[./,]|${HYPHEN})\p{N}|\s?(?:[mkµμ]?g|mcg|m[lL]|IU|UI|units?|mmol)(?!\p{L}))`;
const EXTENSION = String.raw`(?:\s?(?:x|ext\.?)\s?\d{1,6})?`;

/**
 * Ten digits written as a telephone number: `(212) 555-0147`, `212-555-0147`, `+1.212.555.0147`. Spaces alone are not
 * enough, tables are full of them. Area and exchange start with 2–9 (North American Numbering Plan).
 */
const NANP = boundedPattern(
  String.raw`${NO_DIGITS_BEFORE}(?:\+?1(?:${HYPHEN}|[. ]))?(?:\([2-9]\d{2}\)(?:${HYPHEN}|[. ])?|[2-9]\d{2}(?:${HYPHEN}|[./]))` +
    String.raw`[2-9]\d{2}(?:${HYPHEN}|[. ])\d{4}${EXTENSION}${NO_DIGITS_AFTER}`,
  'gu',
);
/** `+`, country code and subscriber number: E.164 has at most 15 digits; fewer than ten are counts with a sign. */
const INTERNATIONAL = boundedPattern(
  String.raw`(?<![\p{L}\p{N}+)\]])\+[1-9](?:[-. /\u00a0\u2010-\u2013]?[(]?\d[)]?){9,14}${EXTENSION}${NO_DIGITS_AFTER}`,
  'gu',
);

/** As countries write numbers for themselves: a nought, an area code and groups, nine to eleven digits (`07700 900 263`, `(0)61 555 40 19`). */
const NATIONAL = boundedPattern(
  String.raw`${NO_DIGITS_BEFORE}(?:\(0\d{1,5}\)|0\d{1,4})(?:[ ]\d{2,4}){2,4}${NO_DIGITS_AFTER}|${NO_DIGITS_BEFORE}0\d{4}[ ]\d{6}${NO_DIGITS_AFTER}`,
  'gu',
);

const PHONE_WORD = String.raw`(?:tele)?phone|tel\.?|mobile|cell(?:ular)?|fax|telefone|telemóvel|celular|fone|whatsapp`;
const LABEL = labelPattern(
  [
    String.raw`(?:home|work|office|contact|day|evening|mobile|cell)?\s{0,2}(?:${PHONE_WORD})(?:\s{1,2}(?:number|no\.?|n[º°]\.?|#))?`,
  ],
  LOOSE_GAP,
);
const PATIENT_LABEL = labelPattern(
  [
    String.raw`(?:patient|pt\.?)(?:[’']s)?\s{1,2}(?:(?:home|work|contact|mobile|cell)\s{1,2})?(?:${PHONE_WORD}|contact)(?:\s{1,2}(?:number|no\.?))?`,
    String.raw`(?:${PHONE_WORD})\s{1,2}d[oa]\s{1,2}paciente`,
  ],
  COLON_GAP,
);
/** Behind a label any grouping counts: 7–15 digits, which also holds local numbers. */
const LABELLED_VALUE = valuePattern(
  String.raw`\+?[(]?\d(?:[-. /\u00a0\u2010-\u2013]{0,2}[(]?\d[)]?){6,14}${EXTENSION}`,
);

/**
 * Telephone numbers. Agencies and hotlines print theirs in every public guideline, so a number alone is `faint` and a
 * labelled one `weak`; it counts behind a patient's label, or near a patient's identity or name (`neighbourhood.ts`).
 */
export const phone: Recogniser = {
  category: 'phone',
  *find(text, context): Generator<Candidate> {
    for (const { start, end, value } of labelledValues(text, PATIENT_LABEL, LABELLED_VALUE)) {
      if (!isHotline(value)) yield { start, end, score: SCORES.strong, evidence: 'patient-label' };
    }
    for (const { start, end, value } of labelledValues(text, LABEL, LABELLED_VALUE)) {
      if (!isHotline(value) && !isDate(value)) yield { start, end, score: SCORES.weak, evidence: 'label' };
    }
    for (const match of text.matchAll(NATIONAL)) {
      const digits = match[0].replace(/\D/gu, '').length;
      if (digits < 9 || digits > 11 || /^0[38]00/u.test(match[0])) continue;
      const score = context.isNote ? SCORES.weak : SCORES.faint;
      yield { start: match.index, end: match.index + match[0].length, score, evidence: 'national-form' };
    }
    for (const form of [NANP, INTERNATIONAL]) {
      for (const match of text.matchAll(form)) {
        if (isHotline(match[0]) || (form === NANP && !isAssignable(match[0]))) continue;
        const evidence = form === NANP ? 'nanp-form' : 'international-form';
        yield { start: match.index, end: match.index + match[0].length, score: SCORES.faint, evidence };
      }
    }
  },
};

/** Toll-free and premium codes of the North American Numbering Plan belong to organisations, never to a patient. */
const HOTLINE_CODES: ReadonlySet<string> = new Set(['800', '822', '833', '844', '855', '866', '877', '888', '900']);

function isHotline(value: string): boolean {
  const digits = subscriberDigits(value);
  return digits.length === 10 && HOTLINE_CODES.has(digits.slice(0, 3));
}

/** `N11` is never an area code or an exchange (911, 411). */
function isAssignable(value: string): boolean {
  const digits = subscriberDigits(value);
  return digits.slice(1, 3) !== '11' && digits.slice(4, 6) !== '11';
}

/** The ten digits without country code 1 and extension. */
function subscriberDigits(value: string): string {
  const digits = value.replace(/(?:x|ext).*$/u, '').replace(/\D/gu, '');
  return digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
}

function isDate(value: string): boolean {
  return /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})$/u.test(value);
}
