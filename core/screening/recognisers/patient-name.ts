import { boundedPattern } from '../bounded-pattern.js';
import { COLON_GAP, labelPattern } from '../labelled-values.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';
import { isOrdinaryWord } from './ordinary-words.js';

/** Labels that can only mean a patient's name. */
const NAME_OF_PATIENT = labelPattern(
  [
    String.raw`(?:patient|pt\.?)(?:[’']s)?\s{1,2}(?:full\s{1,2}|legal\s{1,2}|last\s{1,2}|first\s{1,2})?name`,
    String.raw`name\s{1,2}of\s{1,2}(?:the\s{1,2})?patient`,
    String.raw`nome\s{1,2}d[oa](?:\(a\))?\s{1,2}paciente`,
    String.raw`nombre\s{1,2}del\s{1,2}paciente`,
  ],
  COLON_GAP,
);
/** Also how tables and dialogues begin (`Patient: adults with asthma`). */
const PATIENT = labelPattern([String.raw`patient`, String.raw`pt\.?`, String.raw`paciente`], COLON_GAP);
/** Anybody's name. `Brand name:` and `File name:` are names of things: a word before the label rules it out. */
const ANY_NAME = labelPattern(
  [
    String.raw`(?<!\p{L}[ -])(?:full\s{1,2}|legal\s{1,2}|first\s{1,2}|last\s{1,2}|family\s{1,2})?name`,
    String.raw`(?<!\p{L}[ -])surname`,
    String.raw`(?<!\p{L}[ -])nome(?:\s{1,2}completo)?`,
  ],
  COLON_GAP,
);

const WORD = String.raw`\p{Lu}(?:\.|[\p{L}’'-]{0,29})`;
const PARTICLE = String.raw`(?:d[aeio]s?|del|della|van|von|der|den|ter|la|le|al|el|bin|ibn|e|y)`;
/** `John Q. Sample`, `SAMPLE, John`, `Maria da Silva`; stops at anything that is not a capitalised word. */
const NAME = boundedPattern(
  String.raw`(?:(?:[Mm]rs?|[Mm]s|[Mm]iss|[Dd]ra?|[Ss]ra?|MRS?|MS|DR|SRA?)\.?\s{1,2})?` +
    String.raw`(?<name>${WORD}(?:,[ \u00a0]${WORD})?(?:[ \u00a0]{1,2}(?:${PARTICLE}[ \u00a0]{1,2}){0,2}${WORD}){0,4})(?![\p{L}\p{N}])`,
  'uyd',
);

/** Names behind a label; without one a name is a drug, an author or a place as easily as a patient. */
export const patientName: Recogniser = {
  category: 'patient_name',
  *find(text): Generator<Candidate> {
    for (const span of labelledNames(text, NAME_OF_PATIENT)) {
      yield { ...span.at, score: span.words > 1 ? SCORES.certain : SCORES.strong, evidence: 'name-of-patient' };
    }
    for (const span of labelledNames(text, PATIENT)) {
      yield { ...span.at, score: span.words > 1 ? SCORES.strong : SCORES.weak, evidence: 'patient' };
    }
    for (const span of labelledNames(text, ANY_NAME)) {
      yield { ...span.at, score: SCORES.weak, evidence: 'name' };
    }
  },
};

function* labelledNames(text: string, label: RegExp): Generator<{ at: { start: number; end: number }; words: number }> {
  for (const match of text.matchAll(label)) {
    NAME.lastIndex = match.index + match[0].length;
    const indices = NAME.exec(text)?.indices?.groups?.['name'];
    if (!indices) continue;
    const [start, end] = endBeforeNextLabel(text, indices);
    const words = text.slice(start, end).split(/[\s,]{1,4}/u);
    // One word of ordinary language is enough: `Patient: Adults With Asthma` is a heading.
    if (start === end || words.some(isOrdinaryWord)) continue;
    yield { at: { start, end }, words: words.length };
  }
}

const NEXT_LABEL = boundedPattern(
  String.raw`[\s,]{0,3}(?<![\p{L}\p{N}.])(?:SSN|MRN|DOB|NHS|ID|Age|Sex|Gender|Date|Birth|Phone|Tel|Mobile|Fax|E-?mail|Address|Idade|Sexo|Data|Telefone|Born|Diet|Room|Bed|Ward|Problem|Diagnosis|Allergies|Status|Leito|Quarto|Dieta)(?![\p{L}\p{N}])`,
  'iu',
);

/** `Sample, John DOB 3 Feb` ends before `DOB`. */
function endBeforeNextLabel(text: string, [start, end]: readonly [number, number]): readonly [number, number] {
  const label = NEXT_LABEL.exec(text.slice(start, end));
  return [start, label ? start + label.index : end];
}
