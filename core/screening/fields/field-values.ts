import type { PhiCategory } from '../../contract/finding.js';
import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { SCORES } from '../scores.js';
import type { Field } from './field.js';
import { nameIn } from './name-in-field.js';

export interface FieldValue {
  readonly category: PhiCategory;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly evidence: string;
}

/** Values of words, which end where the next label of the line begins. */
const WORDED: ReadonlySet<PhiCategory> = new Set<PhiCategory>(['patient_name', 'address', 'employer']);

/** Words that begin the next label of a line. */
const NEXT_LABEL = boundedPattern(
  String.raw`[\s,;]{0,3}(?<![\p{L}\p{N}.])(?:SSN|MRN|DOB|D\.O\.B|NHS|ID|Age|Sex|Gender|Date|Birth|Phone|Tel|Mobile|Cell|Fax|E-?mail|Address|Room|Ward|Bed|Unit|Admit|Admitted|Physician|Provider|Acct|Account|Relationship|Insurance|Idade|Sexo|Data|Telefone|CPF|RG|CNS|Prontuário|Endereço|Leito)(?![\p{L}\p{N}])`,
  'iu',
);

/** What stands behind a field's label, as a finding with its score; `null` where it is no value of that field. */
export function fieldValue(
  field: Field,
  { start, end }: { readonly start: number; readonly end: number },
  context: ScreeningContext,
): FieldValue | null {
  const { category, evidence } = field;
  const to = WORDED.has(category) ? endOfWords(context.text, start, end) : end;
  if (to - start < 2) return null;
  const value = context.text.slice(start, to);
  // Before the surroundings are asked, which takes longer.
  const earned = field.check ? field.check(value) : 0;
  if (earned === null) return null;
  const score = scoreOfLabel(field, start, end, context);
  if (category === 'patient_name') {
    const name = nameIn(value, field, context);
    if (!name) return null;
    const from = start + name.offset;
    const sure = name.isDoubtful ? Math.min(score, SCORES.weak) : score;
    return { category, start: from, end: from + name.length, score: sure, evidence };
  }
  if (score < SCORES.certain && context.isQuiet(start, to)) return null;
  return { category, start, end: to, score: Math.max(score, earned), evidence };
}

function endOfWords(text: string, start: number, end: number): number {
  const next = NEXT_LABEL.exec(text.slice(start, end));
  let to = next ? start + next.index : end;
  while (to > start && /[\s,;.]/u.test(text[to - 1] ?? '')) to -= 1;
  return to;
}

function scoreOfLabel(field: Field, start: number, end: number, context: ScreeningContext): number {
  const score = context.isNote ? Math.max(field.score, field.scoreInNote) : field.score;
  if (score >= SCORES.likely || !isOfSomebody(field, start, end, context)) return score;
  return Math.max(score, Math.min(field.scoreInNote, SCORES.likely));
}

/** What people are numbered by, and hardly anything else. */
const NUMBERS_OF_PEOPLE: ReadonlySet<PhiCategory> = new Set<PhiCategory>([
  'mrn',
  'health_plan',
  'national_id',
  'account',
]);
/** Numbers that companies and projects have as well; beside somebody in care they are that person's. */
const NUMBERS: ReadonlySet<PhiCategory> = new Set<PhiCategory>([
  ...NUMBERS_OF_PEOPLE,
  'licence',
  'device',
  'other_id',
  'vehicle',
]);

/** A number that is weak by its label belongs to a person: somebody in care is spoken of, or it stands in a short text that is no publication. */
function isOfSomebody(
  { category, isOfCare, isOfCompanies }: Field,
  start: number,
  end: number,
  context: ScreeningContext,
): boolean {
  if (!NUMBERS.has(category) || context.kind === 'published') return false;
  if (NUMBERS_OF_PEOPLE.has(category) && !isOfCompanies && context.isShort) return true;
  if (context.speaksOfPatient(start, end)) return true;
  return isOfCare && context.isClinical && context.isAboutSomebody(start, end);
}
