import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const OVER_89 = String.raw`(?<age>9\d|1[01]\d)`;
/** One person: `a 93-year-old woman`, `93 y/o F`, `aged 94,`, `com 93 anos`. `patients over 90` are a cohort. */
const FORMS = [
  String.raw`(?:an?|this|the|our|my|is|was)\s(?:[\p{L}-]{2,20}\s){0,2}${OVER_89}[-\s](?:year|yr)s?[-\s]old`,
  String.raw`${OVER_89}\s?(?:y/?o|y\.o\.|yo|yrs? old|year[-\s]old)\s?(?:[,;]\s?)?(?:[\p{L}-]{2,16}\s){0,2}(?:m|f|male|female|man|woman|gentleman|lady|patient|pt|veteran|widow|widower)(?![\p{L}])`,
  String.raw`(?:he|she|who|patient|pt|mother|father|grandmother|grandfather|aunt|uncle|wife|husband)(?:,\s\p{L}{2,24}(?:\s\p{L}{2,24})?,)?\s(?:is|was|turned|turns)\s(?:now\s)?${OVER_89}(?:\syears?(?:\sold|\sof\sage)?)?(?=[\s.,;)])(?!\s?(?:%|kg|mg|cm|mm|bpm|ml|lb|f|degrees))`,
  String.raw`(?:aged?|age:)\s${OVER_89}(?:\syears)?(?=[\s.,;)])(?!\s?(?:%|years\sand|or|and|to|-))`,
  String.raw`(?:paciente|senhora?|idos[oa]|homem|mulher|sra?\.|ele|ela|feminino|masculino)[\p{L}\s,.]{0,30}?[\s,]${OVER_89}\sanos`,
  String.raw`(?:died|passed away|faleceu|morreu)\s(?:at|aos)\s(?:the\sage\sof\s)?${OVER_89}(?=[\s.,;)])`,
].map((source) => boundedPattern(String.raw`(?<![\p{L}\p{N}.])(?:${source})`, 'giud'));

const OF_MANY = boundedPattern(
  String.raw`(?<![\p{L}])(?:patients|participants|subjects|people|persons|adults|individuals|residents|women|men|cohort|mean|median|range|ranged|between|older than|over|above|at least|pacientes|pessoas|idosos|média|oldest)(?![\p{L}])`,
  'iu',
);

/** Ages over 89 of one person (45 CFR 164.514(b)(2)(i)(C)). */
export const age: Recogniser = {
  category: 'age',
  *find(text: string, context: ScreeningContext): Generator<Candidate> {
    for (const form of FORMS) {
      for (const match of text.matchAll(form)) {
        const [start, end] = match.indices?.groups?.['age'] ?? [0, 0];
        if (context.isQuiet(start, end) || context.tellsLifeStory(start, end)) continue;
        const isOfMany = OF_MANY.test(context.before(match.index, 40)) || OF_MANY.test(match[0]);
        yield {
          start,
          end,
          score: isOfMany
            ? SCORES.faint
            : context.kind === 'published'
              ? SCORES.weak
              : context.isNote
                ? SCORES.strong
                : SCORES.likely,
          evidence: 'over-89',
        };
      }
    }
  },
};
