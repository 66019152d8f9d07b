import type { ScreeningContext } from '../context.js';
import { isOrdinaryWord } from '../recognisers/ordinary-words.js';
import { SCORES } from '../scores.js';
import type { Field } from './field.js';

/** Who signs and who treats. */
const DOCTOR_AHEAD = /^dra?\.?\s/iu;
const TITLE_AHEAD = /^(?:(?:mr|mrs|ms|miss|dr|sr|sra|srta|dra)\.?\s+)/iu;
const PARTICLE = /^(?:d[aeio]s?|del|della|van|von|der|den|ter|la|le|al|el|bin|ibn|e|y)$/iu;

/** The name in a name's field: stops before words that are none; `null` where the first one is. */
export function nameIn(
  value: string,
  field: Field,
  { words, isNote }: ScreeningContext,
): { readonly offset: number; readonly length: number; readonly isDoubtful: boolean } | null {
  if (DOCTOR_AHEAD.test(value)) return null;
  const offset = TITLE_AHEAD.exec(value)?.[0].length ?? 0;
  let length = 0;
  let likely = 0;
  let known = 0;
  for (const match of value.slice(offset).matchAll(/[\p{L}\p{M}’'.-]+/gu)) {
    const word = match[0].replace(/[.’']+$/u, '');
    const isInitial = word.length <= 1;
    if (!isInitial && !PARTICLE.test(word)) {
      if (isOrdinaryWord(word)) break;
      const isKnown = words.isName(word);
      if (!isKnown && (words.isOrdinary(word) || /^\p{Ll}/u.test(word))) break;
      if (isKnown) known += 1;
      likely += 1;
    }
    length = match.index + match[0].length;
  }
  if (likely === 0) return null;
  // One word, or words that no list knows, behind a label that also stands in tables of things.
  const isUnsure = isNote ? likely < 2 && known === 0 : likely < 2 || known === 0;
  return { offset, length, isDoubtful: field.needsColon && field.score < SCORES.strong && isUnsure };
}
