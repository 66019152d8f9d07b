/** A number with what it is a number of, as it stands in a statement. */
export interface Value {
  /** Offsets into the statement. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Equal for values that are written in two ways: `1,000 mcg` and `1000 µg`. */
  readonly key: string;
}

const COMPARISON = '(?:[≤≥<>≈~±]=?\\s?)';
const NUMBER = '(?:\\d+(?:[.,:\\u202F]\\d+)*[⁺⁻⁰¹²³⁴-⁹]*|(?<![\\d\\p{L}])[.]\\d+|[½¼¾⅓⅔])';
const RANGE = `(?:\\s?(?:[-–—]|to|and|a|até|bis)\\s?${COMPARISON}?${NUMBER})`;
const POWER = '(?:\\s?[×x]\\s?10(?:\\^?[-−]?\\d+|[⁻⁰¹²³⁴-⁹]+)?)';
const SIMPLE_UNIT =
  '(?:%|‰|°\\s?[CF]|(?:mc|[µμmkcdn])?g|(?:m|µ|μ|mc|k)?(?:IU|UI|U)|[mµμn]?mol|mEq|[mµμd]?[lL]|mmHg|kPa|cm|mm|[µμ]m|' +
  'seconds?|segundos?|minutes?|minutos?|mins?|hours?|horas?|hrs?|h|days?|dias?|weeks?|semanas?|months?|meses|mês|years?|anos?|' +
  'times|vezes|units?|unidades?|tablets?|comprimidos?|capsules?|doses?|puffs?|drops?|gotas?)';
const ONE_UNIT = `${SIMPLE_UNIT}(?![\\p{L}\\d])`;
const PER = `\\s?(?:/|per|por)\\s?(?:(?:\\d+(?:[.,]\\d+)?\\s?)?m[²2](?![\\p{L}\\d])|(?:\\d+\\s?)?${ONE_UNIT})`;
const UNIT = `(?:\\s?-?${ONE_UNIT}(?:${PER})*|(?:${PER})+)`;
const WORD_NUMBER =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|um|uma|dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|doze|meio|meia)';
const SPOKEN = `(?:${WORD_NUMBER}\\s(?:to\\s${WORD_NUMBER}\\s)?${SIMPLE_UNIT})`;
const HOW_OFTEN =
  '(?:(?:once|twice|thrice|every other|alternate|every second)(?:\\s(?:daily|weekly|monthly|yearly|a day|a week|a month|day|week|month))?|' +
  '(?:daily|weekly|fortnightly|monthly|yearly|annually|hourly|nightly)|diariamente|semanalmente|mensalmente|(?:uma|duas) vez(?:es)?|' +
  '[bBtTqQ]\\.?[iI]?\\.?[dD]\\.?)';

const VALUE = new RegExp(
  `${COMPARISON}?${NUMBER}${POWER}?${RANGE}?${UNIT}?|(?<![\\p{L}])(?:${SPOKEN}|${HOW_OFTEN})(?![\\p{L}\\d])`,
  'gu',
);

/** Numbers of references, which every edition counts anew: `[12, 14-16]`, `(Table 3)`, `Figure 2`, `section 1.4`. */
const POINTER =
  /\[\d+(?:\s?[,–-]\s?\d+)*\]|\b(?:tables?|figures?|figs?\.?|sections?|chapters?|appendix|annex|pages?|refs?\.?|tabelas?|figuras?|seções|seção|capítulos?|anexos?|páginas?)\s\d+(?:\.\d+)*/giu;

/** The values of a statement in order. A name that ends in digits (`HbA1c`, `COVID-19`, `CYP2D6`) is none. */
export function valuesIn(statement: string): Value[] {
  const values: Value[] = [];
  const withoutPointers = statement.replace(POINTER, (pointer) => ' '.repeat(pointer.length));
  for (const { 0: text, index: start } of withoutPointers.matchAll(VALUE)) {
    const end = start + text.length;
    if (!isOfName(statement, start, end)) values.push({ start, end, text, key: valueKey(text) });
  }
  return values;
}

function isOfName(statement: string, start: number, end: number): boolean {
  const before = statement.slice(Math.max(0, start - 2), start);
  if (/\p{L}-?$/u.test(before)) return true;
  // `5HT`, `5-HT3`, `25OHD`: capitals that are no unit stand right behind the digit.
  return /\d$/u.test(statement.slice(start, end)) && /^-?\p{Lu}/u.test(statement.slice(end, end + 2));
}

function valueKey(value: string): string {
  return value
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(\d)[,\u202F](?=\d{3}(?!\d))/gu, '$1')
    .replace(/(?<!\d)\.(?=\d)/gu, '0.')
    .replace(/(\.\d*?)0+(?!\d)/gu, '$1')
    .replace(/\.(?!\d)/gu, '')
    .replace(/[–—−]|(?<=\d)\s?\bto\b\s?(?=\d)/gu, '-')
    .replace(/mcg|μg|ug/gu, 'µg')
    .replace(/(?<=\d)\s?(?:percent|per cent)/gu, '%')
    .replace(/\b(hour|day|week|month|year|tablet|unit|dose|minute)s\b/gu, '$1')
    .replace(/\s+/gu, '');
}
