import type { RecommendationGrade } from '../../../contract/recommendation.js';

/** A document of NICE's names it in its title, as its issuer or on its first pages; others cite it much later. */
const FIRST_PAGES = 3_000;
const NICE =
  /\bNICE\s+(?:guideline|technology|clinical\s+guideline)|National\s+Institute\s+for\s+(?:Health|Clinical)\s+(?:and|Excellence)|©\s?NICE\b|www\.nice\.org\.uk\/guidance/u;

/** Its recommendations are numbered by section: `1.2.14 Offer …`. */
const NUMBERED = /^\s{0,4}(\d{1,2}\.\d{1,2}\.\d{1,3})\s+/u;
/** "the offer of treatment" offers nothing, "consider people to be at risk" is no choice of treatment. */
const WORDS =
  /(?<!\p{L})(do\s+not\s+(?:routinely\s+)?(?:offer|use)|(?<!(?:the|an|this|any|to|may|might)\s)offer(?!\s+of(?!\p{L}))|(?<!(?:to|may|might)\s)consider(?!\s(?:[\p{L}\p{N}-]+\s){1,8}to\s+be(?!\p{L})))(?!\p{L})/iu;

/** Whether a guideline is NICE's, whose wording says how firm a recommendation is. */
export function isOfNice({
  text,
  title = '',
  issuer = '',
}: {
  text: string;
  title?: string | undefined;
  issuer?: string | undefined;
}): boolean {
  return (
    /\bNICE\b|National Institute for (?:Health|Clinical)/.test(`${title} ${issuer}`) ||
    NICE.test(text.slice(0, FIRST_PAGES))
  );
}

/**
 * The strength of a numbered recommendation by its verb. NICE, "Making decisions using NICE guidelines": "offer" (and "do not
 * offer") where there is clear evidence of benefit (or of none), "consider" where it is less certain. Its other verbs ("advise",
 * "refer") are strong by its manual, and too common to be told from description. `null` without either verb, or with both.
 */
export function niceGrade(item: string): RecommendationGrade | null {
  if (!NUMBERED.test(item)) return null;
  const head = item.slice(0, 1_200);
  const verbs = [...head.matchAll(new RegExp(WORDS, 'giu'))].map(([word]) => word.replace(/\s+/g, ' '));
  const strengths = new Set(
    verbs.map((verb) => (/consider/i.test(verb) ? ('conditional' as const) : ('strong' as const))),
  );
  const against = new Set(verbs.map((verb) => /^do not/i.test(verb)));
  const [strength] = strengths;
  if (strength === undefined || strengths.size > 1) return null;
  return {
    strength,
    certainty: null,
    ...(against.size === 1 ? { direction: against.has(true) ? 'against' : 'for' } : {}),
    system: 'nice',
    asWritten: verbs[0] ?? '',
  };
}
