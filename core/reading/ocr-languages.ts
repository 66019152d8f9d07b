/** Tesseract's names (ISO 639-2) of the languages that it has good data for, by BCP 47 primary tag. */
const TESSERACT_CODES: Readonly<Record<string, string>> = {
  cs: 'ces', da: 'dan', de: 'deu', el: 'ell', en: 'eng', es: 'spa', fi: 'fin', fr: 'fra', hu: 'hun', it: 'ita',
  nl: 'nld', no: 'nor', pl: 'pol', pt: 'por', ro: 'ron', sv: 'swe', tr: 'tur',
}; // prettier-ignore

/**
 * What pages of a collection are read in: its own language where the engine was set up for it, which is quicker and surer
 * than several at once; all of the engine's languages otherwise.
 */
export function ocrLanguagesFor(language: string, available: readonly string[]): readonly string[] {
  const code = TESSERACT_CODES[language.toLowerCase().split('-')[0] ?? ''];
  return code !== undefined && available.includes(code) ? [code] : available;
}
