import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import type { JudgedSpan } from '../judge/care-features.js';
import { CareJudge, IN_CARE } from '../judge/care-judge.js';
import { isPublicWord } from '../names/name-words.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const SUFFIX =
  'street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|way|place|pl|terrace|ter|trail|trl|parkway|pkwy|highway|hwy|square|sq|loop|crescent|cres|close|grove|gardens|mews|row|alley|plaza|ridge|run|path|pike|turnpike|crossing|route';
const WORD = String.raw`(?:\p{Lu}[\p{L}’'.-]{0,24}|\d{1,3}(?:st|nd|rd|th)|[NSEW]{1,2}\.?|of|the|de|la)`;
const UNIT = String.raw`(?:,?\s(?:apt|apartment|unit|suite|ste|flat|room|rm|lot|floor|fl|#)\.?\s?#?[\p{L}\d-]{1,6})?`;
const STATE =
  'AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|' +
  'Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming';
const CITY = String.raw`(?:St\.\s)?\p{Lu}[\p{L}’'-]{1,24}(?:\s(?:(?:of|de|do|da)\s)?\p{Lu}[\p{L}’'-]{1,24}){0,3}`;
const ZIP = String.raw`\d{5}(?:-\d{4})?`;
const UK_POSTCODE = String.raw`[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}`;
const TAIL = String.raw`(?:[,\s]{1,4}${CITY})?(?:[,\s]{1,3}(?:${STATE}))?(?:[,\s]{1,3}(?:${ZIP}|${UK_POSTCODE}))?`;

/** `45 Elm Street, Apt 3, Springfield, IL 62704`. */
const STREET = boundedPattern(
  String.raw`(?<![\p{L}\p{N}.,/-])\d{1,5}[A-Za-z]?(?:-\d{1,4})?\s(?:${WORD}\s){1,4}(?:${caseForms(SUFFIX)})\.?(?![\p{L}\p{N}])(?:\s[NSEW]{1,2}(?![\p{L}]))?${UNIT}${TAIL}`,
  'gu',
);
/** `elm street 45`, in small letters. */
const LOWER_STREET = boundedPattern(
  String.raw`(?<![\p{L}\p{N}.,/-])\d{1,5}\s(?:[a-z]{2,15}\s){1,3}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|court|ct|circle|terrace|parkway)(?![\p{L}\p{N}])`,
  'gu',
);
const PO_BOX = boundedPattern(String.raw`(?<![\p{L}\p{N}])P\.?\s?O\.?\s?Box\s\d{1,6}${TAIL}`, 'giu');
/** `Rua das Flores, 123, apto 4, Centro, São Paulo - SP, 01310-100`; `Calle Mayor 5`. */
const RUA = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:rua|avenida|av\.|travessa|alameda|praça|rodovia|estrada|largo|calle|avda\.)\s(?:(?:[\p{L}][\p{L}’'.-]{0,24}|\d{1,2}(?=\sde))\s){0,6}?[\p{L}\d][\p{L}\d’'.-]{0,24},?\s(?:n[º°o.]{1,2}\s?)?\d{1,5}[A-Za-z]?` +
    String.raw`(?:\s?[,-]\s?(?:apto?\.?|apartamento|bloco|bl\.?|casa|sala|andar|piso)\s?[\p{L}\d]{1,5}){0,2}(?:\s?[,-]\s?${CITY}){0,3}(?:\s?[-/,]\s?[A-Z]{2})?(?:[,\s-]{1,4}(?:CEP:?\s?)?\d{5}-?\d{3})?`,
  'giu',
);
const CITY_STATE_ZIP = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])${CITY},?\s(?:${STATE})\.?,?\s${ZIP}(?![\p{N}-])`,
  'gu',
);
const CEP = boundedPattern(String.raw`(?<![\p{L}\p{N}.-])\d{5}-\d{3}(?![\p{N}-])`, 'gu');
/** `lives in Dayton, Ohio`; `from Springfield`. */
const LIVES_IN = boundedPattern(
  String.raw`(?<![\p{L}])(?:lives|living|lived|resides|residing|resident|residente|domiciliad[oa]|reside|mora|moradora?|natural|raised|moved|procedente)\s(?:alone\s|with\s(?:his|her)\s\p{L}{2,12}\s)?(?:in|at|near|of|on|em|no|na|de|d[oa]|e domiciliad[oa] em)\s(?:the\s(?:city|town|village)\sof\s)?(?<place>${CITY}(?:,\s${CITY}){0,2})`,
  'gud',
);

function caseForms(words: string): string {
  return words
    .split('|')
    .flatMap((word) => [word[0]?.toUpperCase() + word.slice(1), word.toUpperCase(), ...(word.length > 3 ? [word] : [])])
    .join('|');
}

const OF_MANY = boundedPattern(
  String.raw`(?<![\p{L}])(?:people|patients|those|women|men|children|families|persons|adults|individuals|populations?|participants|pacientes|pessoas|who)(?:\s[\p{L}]{1,14}){0,2}\s{0,2}$`,
  'iu',
);
/** Biographies. */
const PUBLIC_PERSON = boundedPattern(
  String.raw`(?<![\p{L}])(?:professor|described|surgeon|physician|author|born (?:on|in)|1[0-8]\d\d|historian|discovered|famous)(?![\p{L}])`,
  'iu',
);
const AT_HOME = boundedPattern(
  String.raw`(?<![\p{L}])(?:lives?|living|lived|resides?|residing|residence|home|house|apartment|address|moved|stays?|staying|mail(?:ed)? to|sent to|picked up (?:at|from)|found (?:at|in)|reside|mora|moradora?|residente|endereço|domicílio|residência|domiciliad[oa])(?![\p{L}])`,
  'iu',
);
/** Words of offices: their addresses are printed for everybody. */
const OFFICE = boundedPattern(
  String.raw`(?<![\p{L}])(?:inc|ltd|llc|corp|gmbh|company|institutes?|university|universidade|department|dept|division|office|agency|administration|center|centre|hospital|clinic|clínica|ministério|secretaria|ministry|foundation|fundação|society|association|council|college|school|faculty|laborator(?:y|ies)|pharma\p{L}{0,10}|headquarters|manufactured|distributed|marketed|publisher|publications|press|write to|contact us|mail(?:ing)? address|suite|correspondence|author|e-?mail|www|https?|tel|phone|fax|website|library|branch|bureau|service|services|program|registered|attention|attn|p\.?\s?o\.? box)(?![\p{L}])`,
  'iu',
);

/**
 * Streets, places and postal codes. Offices print theirs; whether one is a home is told by who lives there, and by the judge
 * over what stands around.
 */
export const address: Recogniser = {
  category: 'address',
  *find(text: string, context: ScreeningContext): Generator<Candidate> {
    const found = [...byForm(text, context), ...byDwelling(text, context)];
    if (found.length === 0) return;
    const spans = found.map(asSpan);
    const judge = CareJudge.ofAddresses(context, spans);
    for (const [at, candidate] of found.entries()) {
      const { start, end, score } = candidate;
      const span = spans[at];
      if (!span || context.isQuiet(start, end)) yield candidate;
      else {
        // On sets that were left out of the fit the judge alone held more than with a second opinion of the rules, which
        // helped the first set only.
        const likelihood = judge.likelihood(span);
        if (likelihood === null) yield candidate;
        else
          yield {
            ...candidate,
            score: likelihood >= IN_CARE ? Math.max(score, SCORES.likely) : Math.min(score, SCORES.weak),
          };
      }
    }
  },
};

/** An address as the judge is asked about it. */
export function asSpan({ start, end }: Pick<Candidate, 'start' | 'end'>): JudgedSpan {
  return { start, end, form: 'address', sure: 0, possible: 0 };
}

/** By rules alone. */
export function* byForm(text: string, context: ScreeningContext): Generator<Candidate> {
  for (const [form, evidence] of [
    [STREET, 'street'],
    [LOWER_STREET, 'street'],
    [RUA, 'street'],
    [PO_BOX, 'po-box'],
    [CITY_STATE_ZIP, 'city-and-zip'],
    [CEP, 'cep'],
  ] as const) {
    for (const match of text.matchAll(form)) {
      const start = match.index;
      const end = start + match[0].trimEnd().length;
      yield { start, end, score: scoreOf(context, start, end, evidence), evidence };
    }
  }
}

/** `lives in …`, by rules alone. */
export function* byDwelling(text: string, context: ScreeningContext): Generator<Candidate> {
  for (const match of text.matchAll(LIVES_IN)) {
    const [start, end] = match.indices?.groups?.['place'] ?? [0, 0];
    if (context.isQuiet(start, end) || OF_MANY.test(context.before(match.index, 40))) continue;
    if (context.tellsLifeStory(start, end)) continue;
    // A country or a state alone may be told (45 CFR 164.514(b)(2)(i)(B)).
    if (
      text
        .slice(start, end)
        .split(/[\s,]{1,3}/u)
        .every(isPublicWord)
    )
      continue;
    const isOne =
      context.isNote ||
      (context.speaksOfPatient(match.index, end) &&
        !context.speaksOfProfession(match.index, end) &&
        !PUBLIC_PERSON.test(context.before(match.index, 200)));
    yield { start, end, score: isOne ? SCORES.likely : SCORES.faint, evidence: 'lives-in' };
  }
}

function scoreOf(context: ScreeningContext, start: number, end: number, evidence: string): number {
  if (context.isQuiet(start, end)) return SCORES.faint;
  const before = context.before(start, 70);
  const isHome = AT_HOME.test(before);
  const isOffice =
    OFFICE.test(context.before(start, 120)) ||
    OFFICE.test(context.after(end, 80)) ||
    OFFICE.test(context.text.slice(start, end));
  const isNear = context.isClinical || context.speaksOfPatient(start, end);
  const isWhole = evidence === 'street';
  if (isHome && isNear && !isOffice) return isWhole ? SCORES.strong : SCORES.likely;
  if (isHome && isWhole && !isOffice) return SCORES.likely;
  if (isHome && isNear && isWhole) return SCORES.likely;
  if (context.isNote && !isOffice) return isWhole ? SCORES.likely : SCORES.weak;
  return isNear && isWhole && !isOffice ? SCORES.likely : SCORES.faint;
}
