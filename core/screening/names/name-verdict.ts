import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { PATIENT_VERBS } from '../person-cues.js';
import { SCORES } from '../scores.js';
import type { NameForm } from './name-forms.js';

const KIN =
  'wife|husband|spouse|partner|son|daughter|mother|father|mom|dad|brother|sister|uncle|aunt|niece|nephew|grandson|granddaughter|grandmother|grandfather|guardian|caregiver|neighbou?r|friend|roommate|fianc[ée]e?|' +
  'esposa|esposo|marido|filh[oa]|mãe|pai|irmã|irmão|av[óô]|net[oa]|ti[oa]|responsável|companheir[oa]|acompanhante|cuidador[a]?';

/** What stands directly before the name of somebody in care, or of kin. */
const LEADS_TO_PATIENT = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:patient|pt|paciente|client|resident|participant|subject|volunteer|woman|man|boy|girl|named?|name(?:d)? (?:is|was|of)|called|nome (?:é|d[oa])|chamad[oa]|` +
    String.raw`re|regarding|dear|prezad[oa]|caro|cara|on behalf of|signed by the patient|care of|behalf of|baby (?:boy|girl)|newborn|infant|decedent|claimant|insured|subscriber|member|beneficiary|guarantor|` +
    String.raw`(?:discharge|visit|appointment|instructions|results?|report|prescription|certificate|letter|summary|consent|note|chart|record|referral)s? (?:for|of)|saw|seen|met with|spoke (?:with|to)|called|interviewed|examined|evaluated|` +
    String.raw`(?:${KIN}))(?:\.|['’]s name is|,|:|\s\(| is| was)?[\s"“(]{1,3}(?:mr\.?|mrs\.?|ms\.?|miss|sra?\.?)?\s?$`,
  'iu',
);
/** What stands directly behind it: an age, a sex, a number of a record, or what a patient does. */
const FOLLOWS_PATIENT = boundedPattern(
  String.raw`^(?:['’]s (?:mother|father|wife|husband|son|daughter|family|blood|labs?|condition|symptoms|medications?|chart|record|history|appointment|results?))|` +
    String.raw`^[\s,"”(]{1,3}(?:(?:is|was|who is|a|an|aged?|age:?|de|com)\s){0,3}\d{1,3}[\s-]?(?:y|yr|yrs|year|years|yo|anos|a\b|month|months|week|weeks|m|f)(?:[\s/-]|\b)|` +
    String.raw`^[\s,(]{1,3}(?:aged? \d|dob|d\.o\.b|mrn|ssn|born|nascid[oa]|date of birth|cpf|rg|prontuário|\d{1,3}[,)]|[mf][,)\s]|male|female)|` +
    String.raw`^,?\s(?:(?:is|was|has been|had been|who|also|then|today|has|had|foi|está|que)\s){0,2}(?:${PATIENT_VERBS})(?![\p{L}])`,
  'iu',
);
/** A title of learning makes a name that of who treats or writes. */
const TREATS = boundedPattern(
  String.raw`(?<![\p{L}])(?:dr|dra|doctor|prof|professor|nurse|sir|dame|lord|rev|attending|physician|surgeon|cardiologist|consultant|provider|enfermeir[oa]|médic[oa]|by|por)\.?:?[\s]{1,3}$`,
  'iu',
);
const TREATS_AFTER = boundedPattern(
  String.raw`^[\s,(]{1,3}(?:m\.?d|d\.?o|ph\.?d|r\.?n|n\.?p|p\.?a(?:-c)?|mbbs|frcp|facc|lcsw|pharm\.?d|dds|crm|coren|msn|aprn|dnp|lpn|cna|rrt|pt|ot|et al)(?![\p{L}])`,
  'iu',
);

/** What the rules make of a name-like span, and what the model's word would make of it. */
export interface NameVerdict extends NameForm {
  /** Score by rules alone; `null`: none. */
  readonly alone: number | null;
  /** Score if the model takes it for a name; `null`: the model need not be asked. */
  readonly ifModelAgrees: number | null;
  /** Score if the model was asked and takes it for something else. */
  readonly ifModelDenies: number | null;
  readonly evidence: string;
}

/** Whose name it is, by what stands around it; `null`: nobody's in care. */
export function judgeForm(form: NameForm, context: ScreeningContext): NameVerdict | null {
  const { start, end } = form;
  const before = context.before(start, 48);
  const after = context.after(end, 60);
  if (TREATS.test(before) || TREATS_AFTER.test(after)) return null;
  if (context.isQuiet(start, end)) return null;
  const leads = LEADS_TO_PATIENT.test(before);
  const follows = FOLLOWS_PATIENT.test(after);
  const isDirect = leads || follows;
  const isProfessional = context.speaksOfProfession(start, end);
  const names = (alone: number | null, agrees: number | null, denies: number | null, evidence: string) =>
    ({ ...form, alone, ifModelAgrees: agrees, ifModelDenies: denies, evidence }) satisfies NameVerdict;

  if (form.form === 'kin') {
    const score = context.isNote ? (form.sure > 0 ? SCORES.strong : SCORES.likely) : SCORES.weak;
    return names(score, null, null, 'kin');
  }
  if (form.form === 'titled' || form.form === 'lower') {
    if (isProfessional && !context.isNote) return names(SCORES.weak, null, null, 'titled');
    if (form.sure >= 1) return names(SCORES.strong, null, null, form.form);
    return names(SCORES.likely, SCORES.strong, SCORES.likely, form.form);
  }
  if (isDirect && !isProfessional) {
    if (form.sure >= 1 && form.possible >= 2) return names(SCORES.strong, null, null, 'direct');
    return names(form.possible >= 2 ? SCORES.likely : SCORES.weak, SCORES.strong, SCORES.weak, 'direct');
  }
  if (form.possible < 2 && !(form.possible === 1 && form.sure === 1)) return null;
  if (context.isNote) {
    const known = form.sure >= 1 && form.possible >= 2;
    if (isProfessional) return null;
    return names(known ? SCORES.strong : SCORES.weak, SCORES.strong, known ? SCORES.weak : null, 'in-note');
  }
  if (isProfessional || form.possible < 2 || !context.speaksOfPatient(start, end)) return null;
  const known = form.sure >= 2;
  return names(known ? SCORES.likely : SCORES.weak, SCORES.strong, SCORES.weak, 'near-patient');
}
