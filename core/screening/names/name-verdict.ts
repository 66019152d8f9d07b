import { boundedPattern } from '../bounded-pattern.js';
import type { ScreeningContext } from '../context.js';
import { type CareJudge, IN_CARE, IN_CARE_BY_ONE_WORD, NOT_IN_CARE } from '../judge/care-judge.js';
import { PATIENT_VERBS } from '../person-cues.js';
import { HOLD_SCORE, SCORES } from '../scores.js';
import type { NameForm } from './name-forms.js';

const KIN =
  'wife|husband|spouse|partner|son|daughter|mother|father|mom|dad|brother|sister|uncle|aunt|niece|nephew|grandson|granddaughter|grandmother|grandfather|guardian|caregiver|neighbou?r|friend|roommate|fianc[ée]e?|' +
  'esposa|esposo|marido|filh[oa]|mãe|pai|irmã|irmão|av[óô]|net[oa]|ti[oa]|responsável|companheir[oa]|acompanhante|cuidador[a]?';

/** What stands directly before the name of somebody in care, or of kin. */
const LEADS_TO_PATIENT = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:patient|pt|paciente|client|resident|participant|subject|volunteer|woman|man|boy|girl|named?|name(?:d)? (?:is|was|of)|called|nome (?:é|d[oa])|chamad[oa]|` +
    String.raw`re|regarding|dear|prezad[oa]|caro|cara|on behalf of|signed by the patient|care of|behalf of|baby (?:boy|girl)|newborn|infant|decedent|claimant|applicant|veteran|insured|subscriber|member|beneficiary|guarantor|caller|witness|signature|excuse|parents? of|guardian of|` +
    String.raw`(?:discharge|visit|appointment|instructions|results?|report|prescription|certificate|letter|summary|consent|note|chart|record|referral)s? (?:for|of)|saw|seen|met|met with|spoke (?:with|to)|spoke w/|called|interviewed|examined|evaluated|certif(?:y|ies) that|sending along|looking after|encaminho|atendi|avaliei|devidos fins que|atesto que|declaro que|acompanhante|ligou|asked to see|catch(?:ing)? up with|consult(?:ed)? (?:for|on)|it[’']?s|its|this is|my name is|her name is|his name is|aqui é [ao]|sou [ao]|reports? that|says that|leito \d{1,3} -|` +
    String.raw`(?:${KIN}))(?:\.|['’]s name is|,|:|\s\(| is| was)?[\s"“(]{1,3}(?:mr\.?|mrs\.?|ms\.?|miss|sra?\.?)?\s?$`,
  'iu',
);
/** Nobody else is called so. */
const IS_PATIENT = boundedPattern(
  String.raw`(?<![\p{L}])(?:patient|participant|subject|client|resident|pt|paciente|utente|volunteer)(?:,|:|\snamed)?\s$`,
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
  String.raw`(?<![\p{L}])(?:dr|dra|doctor|prof|professor|nurse|sir|dame|lord|rev|attending|physician|surgeon|cardiologist|consultant|provider|enfermeir[oa]|médic[oa]|(?<!accompanied |brought |brought in |driven |signed |visited )by|por|doutora?|interpreter|chaplain|therapist|counsell?or|pharmacist|midwife|social worker|scribe|witnessed by dr|cc)\.?:?[\s]{1,3}$`,
  'iu',
);
const TREATS_AFTER = boundedPattern(
  String.raw`^[\s,(]{1,3}(?:m\.?d|d\.?o|ph\.?d|r\.?n|n\.?p|p\.?a(?:-c)?|mbbs|frcp|facc|lcsw|pharm\.?d|dds|crm|coren|msn|aprn|dnp|lpn|cna|rrt|pt|ot|et al)(?![\p{L}])`,
  'iu',
);

/** Whom an office names: `Director: …`, `Attn: …`, `Senator …`, `study led by …`. */
const ROLE_BEFORE = boundedPattern(
  String.raw`(?<![\p{L}])(?:director|directora?|diretora?|coordenadora?|secretári[oa]|ministr[oa]|(?:press|media|admin|technical|policy|site)\scontact|contact|attn|attention|(?:medical\s)?monitor|chair(?:man|woman|person)?|chaired by|(?:led|headed|founded|written|edited|translated|described|reported|presented)\sby|lead|manager|coordinator|officer|editor|authors?|president|senator|congress(?:man|woman)|representative|minister|mayor|governor|baroness|baron|lord|spokes(?:man|woman|person)|ask for|prepared by|reviewed by|approved by|investigator|sponsor|inventor|king|queen|pope|saint|st)(?:,\s[\p{L} ]{1,24})?[.:,]?\s{1,3}$`,
  'iu',
);
/** `… , policy lead`, `Jane Doe, medical monitor`. */
const ROLE_AFTER = boundedPattern(
  String.raw`^,\s(?:\p{L}{2,14}\s){0,2}(?:director|lead|manager|coordinator|officer|editor|president|chair|secretary|spokes(?:man|woman|person)|ext\.?|management|department|librarian|counsel)(?![\p{L}])|^,?\sext\.?\s\d`,
  'iu',
);
/** What begins with the name of somebody and is a place or a house. */
const PLACE_AHEAD =
  /^(?:rua|avenida|av|praça|travessa|alameda|hospital|cl[íi]nica|ministério|instituto|universidade|secretaria|unidade|posto|centro|escola|calle|via|rue|san|santa|saint|st|fort|mount|lake|port)(?![\p{L}])/iu;
/** What is called after its inventor: `Jackson Pratt drain`, `Hickman line`, `Hoehn and Yahr stage`. */
const THING_AFTER = boundedPattern(
  String.raw`^(?:(?:\sand\s|\se\s|-)\p{L}{2,20})?[\s-](?:drain|tear|contraction|catheter|line|tube|sign|syndrome|disease|scale|score|test|criteria|classification|mesh|forceps|suture|fascia|ligament|position|maneuver|manoeuvre|procedure|method|technique|protocol|stent|valve|index|inventory|questionnaire|hospital|center|centre|clinic|pharmacy|street|avenue|road|murmur|pulse|spots?|rings?|retractor|clamp|needle|splint|collar|boot|brace|fracture|lesion|tumou?r|cells?|stain|agar|medium|model|curve|analysis|equation|formula|foundation|institute|university|college|school|library|ulcer|stage|grade|phenomenon|reflex|triad|rule|bypass|limb|loop|node|canal|duct|gland|law|effect|reaction|study|trial|group|award|prize|lecture)s?(?![\p{L}])`,
  'iu',
);
/** `I, Jane Doe, agree`: who consents or declares. */
const DECLARES = boundedPattern(String.raw`(?:^|[.:;\n“"]\s{0,3}|\s\s)(?:I|Eu),?\s$`, 'u');
/** Whoever writes a letter formally is no patient. */
const SIGNS_OFF = boundedPattern(
  String.raw`(?:sincerely(?: yours)?|regards|yours (?:truly|faithfully)|respectfully|atenciosamente|cordialmente),?\s{1,4}$`,
  'iu',
);
/** What a single given name or surname is told by in a record, where no list knows it: who comes, says, is or is spoken to. */
const ALONE_FOLLOWED = boundedPattern(
  String.raw`^(?:,?\s(?:is|was|has|had|came|comes|says|said|seems|slept|ate|feels|felt|wants|will|would|did|does|continues|remains|missed|walked|sat|arrived|liked|likes|asked|needs|lost|you|and (?:his|her)|${PATIENT_VERBS})(?![\p{L}])|,\s(?:age|\d{1,3}|post|awaiting|confused|s/p|who|your|your)|\s(?:re:|at bedside))`,
  'iu',
);
const ALONE_LED = boundedPattern(
  String.raw`(?:^|(?<![\p{L}])(?:spoke w/|spoke (?:with|to)|met with|saw|called|dear|hi|hello|olá|thanks|for|with|and|named?|name is|reports? that|says that|states that|baby (?:girl|boy)|this is|it[’']?s|aqui é [ao]|${KIN}),?)\s?$`,
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

/** Whose name it is, by what stands around it; `null`: nobody's in care by the rules. */
export function judgeForm(form: NameForm, context: ScreeningContext): NameVerdict | null {
  const { start, end } = form;
  if (!isJudged(form, context)) return null;
  const before = context.before(start, 48);
  const after = context.after(end, 60);
  if (ROLE_BEFORE.test(before) || ROLE_AFTER.test(after)) return null;
  const verdict = verdictOf(form, context, before, after);
  return verdict && !context.tellsLifeStory(start, end) ? verdict : null;
}

/** Whether a span may be somebody's in care at all: no title of learning beside it, no thing called after it, no reference. */
export function isJudged(form: NameForm, context: ScreeningContext): boolean {
  const { start, end } = form;
  // A single word is a name where a text is about patients; elsewhere it is anything.
  if ((form.form === 'single' || form.form === 'roster') && !context.isClinical) return false;
  const before = context.before(start, 48);
  const after = context.after(end, 60);
  if (TREATS.test(before) || TREATS_AFTER.test(after) || SIGNS_OFF.test(before) || THING_AFTER.test(after))
    return false;
  return !PLACE_AHEAD.test(context.text.slice(start, end)) && !context.isQuiet(start, end);
}

/** Where the judge may see somebody whom the rules do not: no life or history is told, and a text that is not of care speaks of one in care nearby. */
function mayBeAdded({ start, end, form, sure }: NameForm, context: ScreeningContext): boolean {
  if (form === 'single' && sure < 1 && !context.isNote) return false;
  if (!context.isClinical && !context.speaksOfPatient(start, end)) return false;
  return !context.tellsLifeStory(start, end);
}

/** `Powell, Crossman and Owen` is a list of surnames as easily as a name that is turned. */
const NEEDS_THE_MODEL: ReadonlySet<NameForm['form']> = new Set(['single', 'lower-pair', 'reversed']);

/** The rules' verdict and the judge's together; `null`: neither sees anybody in care. */
export function weighed(form: NameForm, context: ScreeningContext, judge: CareJudge): NameVerdict | null {
  if (!isJudged(form, context)) return null;
  const verdict = judgeForm(form, context);
  if (!verdict && !mayBeAdded(form, context)) return null;
  const likelihood = judge.likelihood(form);
  if (likelihood === null) return verdict;
  const cap = (score: number | null) => (score === null ? null : Math.min(score, SCORES.weak));
  if (likelihood < NOT_IN_CARE) {
    if (!verdict) return null;
    const alone = cap(verdict.alone ?? verdict.ifModelDenies);
    return alone === null ? null : { ...verdict, alone, ifModelAgrees: null, ifModelDenies: null };
  }
  if (likelihood < (form.form === 'single' ? IN_CARE_BY_ONE_WORD : IN_CARE)) return verdict;
  if (verdict && (verdict.alone ?? 0) >= HOLD_SCORE && verdict.ifModelAgrees === null) return verdict;
  // The model hesitates at names of far away: two words of which a list knows one are a name without it, where no profession is near.
  const isKnown =
    !NEEDS_THE_MODEL.has(form.form) &&
    context.isClinical &&
    (context.isNote || !context.speaksOfProfession(form.start, form.end)) &&
    form.sure >= 1 &&
    form.possible >= 2;
  return {
    ...form,
    alone: isKnown ? Math.max(verdict?.alone ?? 0, SCORES.likely) : (verdict?.alone ?? null),
    ifModelAgrees: Math.max(verdict?.ifModelAgrees ?? 0, SCORES.likely),
    ifModelDenies: isKnown ? Math.max(verdict?.ifModelDenies ?? 0, SCORES.likely) : (verdict?.ifModelDenies ?? null),
    evidence: verdict && (verdict.alone ?? verdict.ifModelAgrees ?? 0) >= HOLD_SCORE ? verdict.evidence : 'judged',
  };
}

function verdictOf(form: NameForm, context: ScreeningContext, before: string, after: string): NameVerdict | null {
  const { start, end } = form;
  const { isNote, isClinical } = context;
  const isPatient = IS_PATIENT.test(before);
  const isDirect = isPatient || LEADS_TO_PATIENT.test(before) || FOLLOWS_PATIENT.test(after) || DECLARES.test(before);
  // In a record those who treat stand behind a title; `metabolic panel` and `department of` are everywhere.
  const isProfessional =
    !isNote && !isPatient && (context.speaksOfProfession(start, end) || context.isByline(start, end));
  const names = (alone: number | null, agrees: number | null, denies: number | null, evidence: string) =>
    ({ ...form, alone, ifModelAgrees: agrees, ifModelDenies: denies, evidence }) satisfies NameVerdict;

  switch (form.form) {
    case 'kin': {
      if (!isNote && isClinical) return names(SCORES.weak, SCORES.likely, SCORES.weak, 'kin');
      if (!isClinical) return form.isOwn ? names(SCORES.weak, SCORES.likely, SCORES.weak, 'kin') : null;
      return form.sure > 0 ? names(SCORES.strong, null, null, 'kin') : names(SCORES.likely, SCORES.strong, SCORES.weak, 'kin'); // prettier-ignore
    }
    case 'roster':
      return names(SCORES.strong, null, null, 'roster');
    case 'single': {
      const isSaid = ALONE_FOLLOWED.test(after) || ALONE_LED.test(before);
      return (isNote ? isSaid || form.sure > 0 : isSaid && form.sure > 0)
        ? names(null, SCORES.strong, null, 'alone')
        : null;
    }
    case 'lower-pair':
      return null;
    case 'titled':
    case 'lower': {
      if (isProfessional) return names(SCORES.weak, null, null, 'titled');
      if (form.sure >= 1) return names(SCORES.strong, null, null, form.form);
      return names(SCORES.likely, SCORES.strong, SCORES.likely, form.form);
    }
    case 'in-order':
    case 'reversed':
  }
  if (isDirect && !isProfessional) {
    if (form.sure >= 1 && form.possible >= 2) return names(SCORES.strong, null, null, 'direct');
    const alone = form.possible >= 2 ? SCORES.likely : SCORES.weak;
    // The model knows English: what it denies of Portuguese says little.
    return names(alone, SCORES.strong, context.isPortuguese ? alone : SCORES.weak, 'direct');
  }
  if (form.possible < 2 && !(form.possible === 1 && (form.sure === 1 || isClinical))) return null;
  if (isNote) {
    const known = form.sure >= 1 && form.possible >= 2;
    return names(known ? SCORES.strong : SCORES.weak, SCORES.strong, known ? SCORES.weak : null, 'in-note');
  }
  if (isProfessional) return null;
  if (isClinical) return names(form.sure >= 2 ? SCORES.likely : SCORES.weak, SCORES.strong, SCORES.weak, 'in-care');
  if (form.possible < 2) return null;
  const isNear = context.kind === 'open' ? context.isAboutSomebody(start, end) : context.speaksOfPatient(start, end);
  if (!isNear) return null;
  const known = form.sure >= 2;
  return names(known ? SCORES.likely : SCORES.weak, SCORES.strong, SCORES.weak, 'near-patient');
}
