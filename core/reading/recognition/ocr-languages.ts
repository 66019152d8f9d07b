import { languageOfText, lettersIn, MIN_LETTERS_TO_TELL } from '../facts/language.js';

/** Tesseract's names (ISO 639-2) of the languages that it has good data for, by BCP 47 primary tag. */
const TESSERACT_CODES: Readonly<Record<string, string>> = {
  ar: 'ara', bg: 'bul', cs: 'ces', da: 'dan', de: 'deu', el: 'ell', en: 'eng', es: 'spa', fa: 'fas', fi: 'fin', fr: 'fra',
  he: 'heb', hi: 'hin', hu: 'hun', it: 'ita', ja: 'jpn', ko: 'kor',
  nl: 'nld', no: 'nor', pl: 'pol', pt: 'por', ro: 'ron', ru: 'rus', sv: 'swe',
  th: 'tha', tr: 'tur', uk: 'ukr', zh: 'chi_sim',
}; // prettier-ignore

/**
 * What pages of a collection are read in: its own language where the engine was set up for it, which is quicker and surer
 * than several at once; all of the engine's languages otherwise.
 */
export function ocrLanguagesFor(language: string, available: readonly string[]): readonly string[] {
  const code = TESSERACT_CODES[language.toLowerCase().split('-')[0] ?? ''];
  return code !== undefined && available.includes(code) ? [code] : available;
}

/** Of other scripts than Latin: data for Latin letters make nothing of such a page that could be told from noise. */
const OTHER_SCRIPTS = new Set(['ara', 'bul', 'ell', 'fas', 'heb', 'hin', 'jpn', 'kor', 'rus', 'tha', 'ukr', 'chi_sim', 'chi_tra']); // prettier-ignore

/**
 * What a page should be read in after it was read in other languages: its own, as the text shows it, where the engine has
 * that. A Portuguese page read in English loses its accents and is still seen to be Portuguese. `null`: the reading stands.
 */
export function ocrLanguagesOfText(
  text: string,
  { languages, available }: { languages: readonly string[]; available: readonly string[] },
): readonly string[] | null {
  if (lettersIn(text) < MIN_LETTERS_TO_TELL) return null;
  const tags = Object.keys(TESSERACT_CODES).filter((tag) => languages.includes(TESSERACT_CODES[tag] ?? ''));
  const code = TESSERACT_CODES[languageOfText(text, tags) ?? ''];
  return code !== undefined && available.includes(code) && !languages.includes(code) ? [code] : null;
}

/** What else a page that cannot be read may be written in: available languages of other scripts than those tried. */
export function ocrLanguagesOfOtherScripts(
  languages: readonly string[],
  available: readonly string[],
): readonly string[] {
  return available.filter((code) => OTHER_SCRIPTS.has(code) && !languages.includes(code));
}
