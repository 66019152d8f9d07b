import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { DAY_AND_MONTH, WHOLE_DATE } from '../dates.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const ANY_DATE = boundedPattern(String.raw`(?<![\p{L}\p{N}./-])${WHOLE_DATE}(?![\p{L}\p{N}]|[/-]\d|\.\d)`, 'giu');
const SHORT_DATE = boundedPattern(
  String.raw`(?<![\p{L}\p{N}./-])${DAY_AND_MONTH}(?![\p{L}\p{N}]|[/-]\d|\.\d|,?\s(?:19|20)\d\d)`,
  'giu',
);

/** What happens to a patient on a day. */
const EVENT = boundedPattern(
  String.raw`(?<![\p{L}])(?:admitted|admission|readmitted|discharged|discharge|seen|visit(?:ed)?|presented|presents|evaluated|examined|consult(?:ed|ation)?|surgery|operation|operated|underwent|procedure|biopsy|delivered|delivery|transferred|died|death|expired|deceased|passed away|pronounced|diagnosed|hospitali[sz]ed|follow-?\s?up|appointment|scheduled|returned?|last seen|dictated|signed|collected|drawn|performed|dos|service|fell|injury|accident|started|stopped|dated|vaccinated|immunized|` +
    String.raw`internad[oa]|internação|admitid[oa]|alta|consulta|atendid[oa]|cirurgia|operad[oa]|óbito|faleceu|retorno|exame|realizad[oa]|compareceu|coleta)(?![\p{L}])`,
  'iu',
);
/** Cohorts, trials and papers have days as well. */
const OF_MANY = boundedPattern(
  String.raw`(?<![\p{L}])(?:patients|participants|subjects|cases|children|adults|women|men|records|enrol\p{L}{0,8}|recruit\p{L}{0,8}|between|study|trial|search(?:ed)?|database|published|publication|updated|protocol|amendment|eudract|edition|manual|form|revised|review(?:ed)?|issued|effective|approved|approval|accessed|retrieved|received|accepted|version|pacientes|estudo|publicad[oa]|announced|meeting|conference|deadline|comments?|since|prior to)(?![\p{L}])`,
  'iu',
);

/** Days of a person's care. A year alone identifies nobody, and publications have dates of their own. */
export const eventDate: Recogniser = {
  category: 'date',
  *find(text: string, context: ScreeningContext): Generator<Candidate> {
    for (const [form, isWhole] of [
      [ANY_DATE, true],
      [SHORT_DATE, false],
    ] as const) {
      for (const match of text.matchAll(form)) {
        const start = match.index;
        const end = start + match[0].length;
        if (isMixed(match[0])) continue;
        const score = scoreOf(context, start, end, isWhole);
        if (score !== null) yield { start, end, score, evidence: isWhole ? 'event' : 'day-of-event' };
      }
    }
  },
};

/** `8.9 09` of two lines: the parts of one date stand apart by the same sign. */
function isMixed(date: string): boolean {
  const signs = /^\d{1,4}(\D{1,3})\d{1,2}(\D{1,3})\d{1,4}$/u.exec(date);
  return signs !== null && signs[1]?.trim() !== signs[2]?.trim();
}

/** Directly before a day without a year: `3/5` is a strength, `6/10` a pain. */
const DAY_OF = boundedPattern(
  String.raw`(?<![\p{L}])(?:on|for|since|from|until|to|of|em|no dia|dia|desde|até)\s$`,
  'iu',
);

function scoreOf(context: ScreeningContext, start: number, end: number, isWhole: boolean): number | null {
  if (context.isQuiet(start, end)) return null;
  const before = context.before(start, 60);
  const after = context.after(end, 40);
  const isEvent = EVENT.test(before) || EVENT.test(after);
  const isNear = context.isClinical || context.speaksOfPatient(start, end);
  const isOfMany = OF_MANY.test(context.before(start, 90)) || OF_MANY.test(after);
  if (context.isNote) {
    if (isWhole) return isOfMany ? SCORES.faint : isEvent || isNear ? SCORES.strong : SCORES.likely;
    if (!DAY_OF.test(before)) return null;
    return isEvent && isNear ? SCORES.likely : SCORES.faint;
  }
  if (!isNear || !isWhole || isOfMany || context.tellsLifeStory(start, end)) return null;
  // Of no event that is known: a name nearby may still make it one (`neighbourhood.ts`).
  return isEvent ? SCORES.likely : context.kind === 'open' ? SCORES.faint : null;
}
