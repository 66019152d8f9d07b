/**
 * Words that stand inside of what a search index takes for one: `trimethoprim` in `sulfamethoxazole/trimethoprim`, `875` in `875mg`,
 * `60` in `40-60`, `coli` in `E.coli`, `1000` in `1,000`, `Meniere` in `Ménière`. They are indexed and asked for beside what is written, so that nothing that was found
 * before is lost.
 */

/** What only few words have; of the others nothing stands inside. */
const COMPOUND = /[/\-\u2010\u2011]|\d\p{L}|\p{L}\.\p{L}|\d,\d|[\u00C0-\u024F\u1E00-\u1EFF]|\p{M}/u;
const ADDRESS = /:\/\/|@|^www\.|^\/|^(?:doi:)?10\.\d{4,9}\/|\.\p{L}{2,6}\//iu;
const NUMBER = /^[\d.,]+$/;
/** Directions of use: more parts than a combination has are a list of codes or a path. */
const MOST_PARTS = 6;
/** Where a blank is missing, as in `E.coli` and `once daily.Children`. */
const DOT_OF_WORDS = /(?<=\p{L})\.(?=\p{L})/u;
const LONGER_THAN_INITIAL = 2;
const THOUSANDS = /(?<![\d.,])\d{1,3}(?:,\d{3}){1,4}(?![\d.,])/gu;
/** A number that its unit follows without a space; the units are those of doses, concentrations, sizes and times. */
const NUMBER_AND_UNIT =
  /(?<![\p{L}\d.,])(\d{1,9}(?:[.,]\d{1,6})?)(mg|MG|g|kg|µg|μg|mcg|ng|m[lL]|d[lL]|[lL]|µ[lL]|mmol|µmol|nmol|mol|IU|iu|UI|ui|[Uu]nits?|mm|cm|m|mm[Hh]g|kPa|kcal|k[Jj]|mV|Hz|bpm|h|hrs?|min|s|d|days?|weeks?|wks?|years?|yrs?|mo)(?![\p{L}\d])/gu;
/** A number behind a hyphen, which is read as a negative one: `IL-6`, `40-60`. */
const HYPHEN_AND_NUMBER = /(?<=[\p{L}\d])[-\u2010\u2011](\d{1,9}(?:[.,]\d{1,6})?)(?![\p{L}\d])/gu;
const LATIN_WITH_MARKS = /\p{Script=Latin}[\p{Script=Latin}\p{M}]*/gu;
const AROUND = /^[^\p{L}\d]+|[^\p{L}\d]+$/gu;
/** A word longer than this is none. */
const LONGEST = 200;

/** The words, separated by spaces; empty where nothing stands inside of anything. Linear in the length of the text. */
export function innerWords(text: string): string {
  const found: string[] = [];
  for (const [written] of text.matchAll(/\S+/gu)) {
    if (written.length > LONGEST || !COMPOUND.test(written) || ADDRESS.test(written)) continue;
    const word = written.replace(AROUND, '');
    const parts = word.split('/').filter((part) => part !== '');
    const isCombination = parts.length > 1 && parts.length <= MOST_PARTS && !parts.every((part) => NUMBER.test(part));
    if (isCombination) found.push(...parts);
    for (const part of isCombination ? parts : [word]) found.push(...insideOf(part));
  }
  return found.join(' ');
}

function insideOf(word: string): string[] {
  const found: string[] = [];
  const sentences = word.split(DOT_OF_WORDS);
  if (sentences.length > 1) found.push(...sentences.filter(({ length }) => length >= LONGER_THAN_INITIAL));
  for (const [number] of word.matchAll(THOUSANDS)) found.push(number.replaceAll(',', ''));
  for (const [, number = '', unit = ''] of word.matchAll(NUMBER_AND_UNIT)) found.push(number, unit);
  for (const [, number = ''] of word.matchAll(HYPHEN_AND_NUMBER)) found.push(number);
  for (const [letters] of word.matchAll(LATIN_WITH_MARKS)) {
    const plain = letters.normalize('NFD').replace(/\p{M}/gu, '');
    if (plain !== letters) found.push(plain);
  }
  return found;
}
