import { UNDETERMINED_LANGUAGE } from '../../../core/contract/reading.js';

/** MEDLINE's bibliographic codes that `Intl` does not know as aliases. */
const BIBLIOGRAPHIC: Readonly<Record<string, string>> = {
  alb: 'sq', arm: 'hy', baq: 'eu', bur: 'my', chi: 'zh', cze: 'cs', dut: 'nl', fre: 'fr', geo: 'ka', ger: 'de',
  gre: 'el', ice: 'is', mac: 'mk', may: 'ms', per: 'fa', rum: 'ro', slo: 'sk', wel: 'cy',
}; // prettier-ignore
/** Asking `Intl` took longer than the rest of a record. */
const known = new Map<string, string>();

/** BCP 47 primary tag for a code of ISO 639-1 or 639-2/B (`en`, `eng`, `fre`); `und` and `mul` are undetermined. */
export function languageTag(written: string): string {
  const code = /^([a-z]{2,3})(?:[-_]|$)/.exec(written.toLowerCase())?.[1];
  if (code === undefined || code === 'und' || code === 'mul') return UNDETERMINED_LANGUAGE;
  const tag = known.get(code) ?? BIBLIOGRAPHIC[code] ?? new Intl.Locale(code).language;
  known.set(code, tag);
  return tag;
}

const names = new Intl.DisplayNames(['en'], { type: 'language' });

/** `French` for `fr`. */
export function languageName(tag: string): string {
  return names.of(tag) ?? tag;
}
