/**
 * The same thing written in several ways, told by rules: `TNF-α`, `TNFα` and `TNF-alpha`; `µg`, `μg` and `mcg`; a DOI alone and
 * as an address. The words of an index stay as documents have them; a question is asked in all of its wordings, and words of
 * them that mean the same count as one (`sameWord`).
 */

const GREEK: Readonly<Record<string, string>> = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', κ: 'kappa', λ: 'lambda', μ: 'mu', σ: 'sigma', ω: 'omega',
}; // prettier-ignore
const LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(GREEK).map(([letter, name]) => [name, letter]),
);
const NAMES = Object.values(GREEK).join('|');

/** One Greek letter that is not a part of a Greek word, nor the μ of a unit. */
const LETTER = /(?<!\p{Script=Greek})([αβγδεκλσω]|μ(?!\p{L}))(?!\p{Script=Greek})/giu;
/** Its name as a word, or at the end of an abbreviation (`TNFalpha`). */
const NAME = new RegExp(`(?<!\\p{Ll})(${NAMES})(?!\\p{L})`, 'gu');
const NAME_OF_SENTENCE = new RegExp(`(?<!\\p{L})(${NAMES})(?!\\p{L})`, 'giu');
const HYPHEN_BEFORE_LETTER = /(?<=[\p{L}\d])-(?=[αβγδεκλμσω](?!\p{Script=Greek}))/giu;
const NO_HYPHEN_BEFORE_LETTER = /(?<=[A-Za-z\d])(?=[αβγδεκλμσω](?!\p{Script=Greek}))/giu;

/** A microgram, after a number or alone; the two signs look alike and are not the same. */
const MICROGRAM = /(?<!\p{L})(?:µg|μg|mcg)(?!\p{L})/giu;
const MICROGRAMS = ['µg', 'μg', 'mcg'];

/** At most 100 characters: the longest DOIs in use have about 60. */
const DOI = /(?:https?:\/\/)?(?:(?:dx\.)?doi\.org\/|doi:\s?)?(10\.\d{4,9}\/[^\s"<>]{1,100})/giu;
/** Registers whose numbers are written with and without a space. */
const SPACED_NUMBER = /(?<![\p{L}\d])(NCT|PMC|ISRCTN|rs)[ :]{1,2}(?=\d{4,12}(?!\d))/giu;
const END_OF_SENTENCE = /[.,;:)\]]{1,4}$/u;

/** How many wordings a question has at most: each is stemmed. */
export const MAX_WORDINGS = 8;

/** The question in its usual spelling, which is the first, and in the others that documents use. */
export function wordingsOf(question: string): string[] {
  const usual = question
    .replace(DOI, (_all, doi: string) => doi.replace(END_OF_SENTENCE, ''))
    .replace(SPACED_NUMBER, '$1');
  const wordings = new Set([usual]);
  const add = (wording: string) => {
    if (wordings.size < MAX_WORDINGS) wordings.add(wording);
  };
  add(usual.replace(DOI, 'https://doi.org/$1'));
  for (const unit of MICROGRAMS) add(usual.replace(MICROGRAM, unit));
  const letters = usual.replace(NAME, toLetter).replace(NAME_OF_SENTENCE, toLetter);
  const hyphened = letters.replace(NO_HYPHEN_BEFORE_LETTER, '-');
  const joined = letters.replace(HYPHEN_BEFORE_LETTER, '');
  for (const wording of [letters, hyphened, joined]) {
    add(wording);
    add(wording.replace(LETTER, toName));
  }
  return [...wordings];
}

const toLetter = (name: string): string => LETTERS[name.toLowerCase()] ?? name;
const toName = (letter: string): string => GREEK[letter.toLowerCase()] ?? letter;

const MICROGRAM_STEM = /^([\d.]*)(?:µg|μg|mcg)$/u;
const DOI_ADDRESS = /^\/10\.\d{4,9}(\/.+)$/u;
const HAS_GREEK = new RegExp(`[αβγδεκλμσω]|^mu$|${NAMES.replace('|mu|', '|')}`, 'iu');
/** What stemmers take off the one spelling and leave on the other (`beta-block`, `β-blocker`). */
const STEM_END = /(?:ers?|ing|s)$/u;

/**
 * The name of what a stem of a wording means: equal for stems that mean the same. `null`: it repeats what another stem of the
 * same wording says, and is left out.
 */
export function sameWord(stem: string): string | null {
  if (stem === 'doi.org' || stem.startsWith('doi.org/')) return null;
  const micrograms = MICROGRAM_STEM.exec(stem);
  if (micrograms) return `${micrograms[1] ?? ''}mcg`;
  const doi = DOI_ADDRESS.exec(stem);
  if (doi) return doi[1] ?? stem;
  if (!HAS_GREEK.test(stem)) return stem;
  return stem.replace(LETTER, toName).replaceAll('-', '').replace(STEM_END, '');
}
