import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { COLON_GAP, labelPattern } from '../labelled-values.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

/** RFC 5321: a local part has at most 64 characters; domains of persons have a handful of labels of at most 63. */
const LOCAL_PART = boundedPattern(String.raw`[\p{L}\p{N}._%+'-]{0,63}[\p{L}\p{N}_%+-]$`, 'u');
const DOMAIN = boundedPattern(
  String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?){0,5}\.\p{L}{2,24}(?![\p{L}\p{N}])`,
  'uy',
);
const MOST_LOCAL_CHARACTERS = 64;

const PATIENT_LABEL = labelPattern(
  [
    String.raw`(?:patient|pt\.?)(?:[’']s)?\s{1,2}(?:contact\s{1,2})?e-?mail(?:\s{1,2}address)?`,
    String.raw`e-?mail\s{1,2}(?:do|da)\s{1,2}paciente`,
  ],
  COLON_GAP,
);

/** Local parts of offices. */
const OFFICE = boundedPattern(
  String.raw`^(?:info|contact|help|support|office|press|media|admin|no-?reply|donotreply|customer|service|appointments?|billing|records|scheduling|guidelines?|secretary|feedback|enquir|inquir|editor|permissions|webmaster|clinic|pharmacy|referrals?|intake|contato|atendimento|secretaria|ouvidoria)`,
  'iu',
);

/** In a text about patients, and of nobody's office or paper. */
function isPersonal(local: string, context: ScreeningContext, start: number, end: number): boolean {
  return (
    context.isNote && !OFFICE.test(local) && !context.isQuiet(start, end) && !context.speaksOfProfession(start, end)
  );
}

/**
 * E-mail addresses. Authors, agencies and publishers print theirs, so an address alone is `faint`; it counts behind a
 * patient's label, or near a patient's identity (`neighbourhood.ts`).
 */
export const email: Recogniser = {
  category: 'email',
  *find(text, context: ScreeningContext): Generator<Candidate> {
    const labelEnds = new Set<number>();
    for (const label of text.matchAll(PATIENT_LABEL)) labelEnds.add(label.index + label[0].length);
    // From each `@` outwards: a pattern that starts with the local part looks at every run of letters of the text.
    for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
      const local = LOCAL_PART.exec(text.slice(Math.max(0, at - MOST_LOCAL_CHARACTERS), at));
      DOMAIN.lastIndex = at + 1;
      const domain = DOMAIN.exec(text);
      if (!local || !domain) continue;
      const start = at - local[0].length;
      const end = at + 1 + domain[0].length;
      yield labelEnds.has(start)
        ? { start, end, score: SCORES.strong, evidence: 'patient-label' }
        : isPersonal(local[0], context, start, end)
          ? { start, end, score: SCORES.likely, evidence: 'in-note' }
          : { start, end, score: SCORES.faint, evidence: 'form' };
    }
  },
};
