import type { RecommendationGrade } from '../../../contract/recommendation.js';
import { ACC_CLASSES, ACC_LEVELS, type GradePart, gradePartsIn } from './grade-parts.js';
import { isLegend } from './legend.js';
import { recommends } from './recommending.js';

/** A grade in a text: where it stands, brackets included, and how it stands there. */
export interface FoundGrade {
  readonly start: number;
  readonly end: number;
  readonly grade: RecommendationGrade;
  /**
   * `whole`: it is all that its sentence says. `label`: its sentence begins with it and goes on with what is recommended.
   * `within`: it stands in brackets, behind a dash, or in the words of its sentence.
   */
  readonly place: 'whole' | 'label' | 'within';
  /** What it grades must be something that recommends: `(1B)` and `moderate-quality evidence` stand beside much else. */
  readonly needsRecommending: boolean;
}

export interface SentenceSpan {
  readonly start: number;
  readonly end: number;
}

/** Between two pieces of one grade. */
const JOINED =
  /^[\s,;:|/–—-]{0,4}(?:[)\]][\s,;]{0,3})?[([]?(?:(?:and|with|based|on|the|basis|of|from|an?|e|com|y|con|baseada|basada|em|en|GRADE|grade|level|overall|supported|by)\s{1,3}){0,5}[\s(:[]{0,3}$/u;
/** The Task Force is named in the same paragraph. */
const NEARBY = 1_500;
const NEW_SENTENCE = /^\.[\s\u00ad]{1,3}$/;
/** Longer than any of these. */
const MAX_JOIN = 48;
/** A grade in brackets is shorter. */
const MAX_BRACKET = 240;

/** Words beside which a number, letter or class is something else: of what stands in front, and of what follows. */
const OTHER_BEFORE =
  /(?:\b(?:NYHA|HLA|MHC|WHO|ASA|CCS|ISN|RPS|Killip|Forrester|Angle|Child|Pugh|Fontaine|Rutherford|FIGO|FDA|EU|CDC|ACMG|stages?|tables?|tabela|tabla|fig(?:ure|ura)?s?|sections?|se[çc][ãa]o|secci[óo]n|parts?|panels?|box|factors?|genotypes?|types?|groups?|appendix|annex|chapters?|phase|CYP|grade|graded?|tumou?rs?|level|tier|item|question|step|biosafety|polymerase|isoform|protein|schedule|category|version|model|arm|cohort|ligand|receptor|device|antigen|molecule|functional)\.?\s{0,2}[([]?\s?)$/iu;
const OTHER_AFTER =
  /^\s{0,2}(?:anti-?arrhythm|obes|malocclus|device|drug|agent|medic|molecul|antigen|heart|HF\b|symptom|lupus|nephrit|tumou?r|carcinoma|cancer|lesion|evidence\s+(?:of|that)|trauma|hospital|cent(?:re|er)|hyperten|bleed|toxic|neuropath|status|or\s+(?:higher|above|more|greater|worse)|biosafety|histocompat|function|integron|shock|h[ae]morrhage|pharyng|angina)/iu;
const MADE =
  /(?:issue[sd]?|ma[dk]es?|giv(?:es|en)|gave|warrants?|faz(?:em)?|emite[mn]?)\s+(?:this\s+as\s+)?(?:a|an|uma|una)\s+$/iu;

/**
 * The grades in one block, line or cell whose sentences are given, in order. A word such as "strong" counts only where grades
 * are set: in brackets, as a sentence or line of its own, in front of a colon, or behind a dash; in running words only where it
 * names itself. What explains a scheme ("1A = strong recommendation") is no grade.
 */
export function gradesIn(text: string, sentences: (text: string) => readonly SentenceSpan[]): FoundGrade[] {
  const parts = gradePartsIn(text);
  if (parts.length === 0) return [];
  const spans = sentences(text);
  const grades: FoundGrade[] = [];
  let at = 0;
  for (const joined of expressionsOf(text, parts)) {
    const start = joined[0]?.start ?? 0;
    while (at < spans.length - 1 && (spans[at]?.end ?? 0) <= start) at += 1;
    const sentence = spans[at] ?? { start: 0, end: text.length };
    const found = gradeOf(text, joined, sentence);
    if (found) grades.push(found);
  }
  return grades;
}

/** Pieces that stand together, as "strong recommendation, moderate-quality evidence". */
function expressionsOf(text: string, parts: readonly GradePart[]): GradePart[][] {
  const expressions: GradePart[][] = [];
  for (const part of parts) {
    const open = expressions.at(-1);
    const last = open?.at(-1);
    if (open && last && belongsTo(text, open, last, part)) open.push(part);
    else expressions.push([part]);
  }
  return expressions;
}

function belongsTo(text: string, open: readonly GradePart[], last: GradePart, part: GradePart): boolean {
  if (part.start - last.end > MAX_JOIN || open.length > 5) return false;
  // A second grade of the same kind is another one: "(1A) … (1B)", "Class I or IIa".
  if (open.some(({ kind }) => kind === part.kind)) return false;
  if (isFirm(part) && open.some(isFirm) && ![part, ...open].some(({ kind }) => kind === 'strength')) return false;
  const between = text.slice(last.end, part.start);
  if (JOINED.test(between)) return true;
  return (
    NEW_SENTENCE.test(between) &&
    !isFirm(part) &&
    /^\s*(?:[.;)\]]{1,3}(?:\s|$)|$)/u.test(text.slice(part.end, part.end + 5))
  );
}

function isFirm({ kind }: GradePart): boolean {
  return kind === 'strength' || kind === 'class' || kind === 'code' || kind === 'practice' || kind === 'letter';
}

function gradeOf(text: string, parts: readonly GradePart[], sentence: SentenceSpan): FoundGrade | null {
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return null;
  const { start, end, rest } = bracketed(text, first.start, last.end);
  const before = text.slice(Math.max(0, Math.min(sentence.start, start), start - 200), start);
  const after = text.slice(end, Math.min(Math.max(sentence.end, end), end + 200));
  const isBracketed = rest !== null;
  if (isBracketed && !isQuiet(rest)) return null;
  const place = placeOf({ before, after, isBracketed, parts });
  const kinds = new Set(parts.map(({ kind }) => kind));
  const isNumbered = kinds.has('code') || kinds.has('class') || kinds.has('letter') || kinds.has('level');
  const isBeside = (at: number): boolean => OTHER_BEFORE.test(text.slice(Math.max(0, at - 40), at));
  if (isNumbered && (isBeside(start) || isBeside(first.start) || OTHER_AFTER.test(text.slice(last.end, last.end + 30)))) return null; // prettier-ignore
  if (isLegend({ text, start, end, parts, isBracketed, sentence })) return null;
  const isFirmly = parts.some(isFirm);
  const isJoined = isFirmly && parts.length > 1;
  const isPut = place !== null || MADE.test(before);
  const grade = readGrade(text, parts);
  const found = (needsRecommending: boolean): FoundGrade => ({ start, end, grade, place: place ?? 'within', needsRecommending }); // prettier-ignore
  if (kinds.has('class')) {
    const own = parts.find(({ kind }) => kind === 'class');
    const speaks = isJoined || own?.labelled === true;
    if (speaks) return found(false);
    return isPut && (/^(?:II|2)[ab]$/.test(own?.value ?? '') || own?.strength !== undefined) ? found(false) : null;
  }
  if (kinds.has('code') && !isJoined) {
    const isBare = !/gra[du]/i.test(text.slice(first.start, first.end)) && !first.labelled;
    return (isBare ? isBracketed : isPut) ? found(!first.labelled) : null;
  }
  if (kinds.has('letter') && !isJoined) {
    if (first.labelled) return found(false);
    return place === 'whole' || isBracketed ? found(true) : null;
  }
  if (isFirmly) {
    const speaks = parts.some((part) => isFirm(part) && part.labelled);
    return isPut || speaks ? found(kinds.has('letter') || (kinds.has('code') && !speaks)) : null;
  }
  if (parts.every(({ kind, labelled, system }) => kind === 'level' && !labelled && system === undefined)) return null;
  const isNamed = parts.some(({ labelled, kind }) => labelled || kind === 'symbol');
  return place !== null && place !== 'label' && (isNamed || isBracketed || place === 'whole') ? found(true) : null;
}

/** Between brackets the grade may have a word or two beside it: "(GRADE: strong recommendation; see remarks)". */
function isQuiet(rest: string): boolean {
  const words = rest.match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    words.length <= 8 && !/\b(?:was|were|is|are|has|had|made|issued|given|by|no|not|than|versus|vs)\b/iu.test(rest)
  );
}

function placeOf(input: {
  before: string;
  after: string;
  isBracketed: boolean;
  parts: readonly GradePart[];
}): FoundGrade['place'] | null {
  const { before, after, isBracketed, parts } = input;
  const opens =
    /^[\s\p{P}\p{S}]*(?:(?:GRADE|Grade|Grading|Recommendations?|Recomenda[çc][ãa]o|Recomendaci[óo]n|Evidence|Overall|Rating|Statement)?[\s\d.:–—-]*)$/u.test(
      before,
    );
  const ends = /^[\s\p{P}\p{S}]*(?:evidence|GRADE|grading)?[\s\p{P}\p{S}]*$/u.test(after);
  if (opens && ends) return 'whole';
  if (opens && parts.some(isFirm)) {
    const [first] = parts;
    const goesOn =
      first?.direction !== undefined || /^\s*(?:for|against|in favou?r|to|that|contra|a favor)\b/iu.test(after);
    if (isBracketed || /^\s{0,2}[:.–—-]/u.test(after) || (goesOn && parts.length === 1)) return 'label';
  }
  if (isBracketed) return 'within';
  return ends && /[;:,.–—|-]\s{0,3}$/u.test(before) ? 'within' : null;
}

/** The brackets around a grade, and what else stands between them; `rest` null: it stands in none. */
function bracketed(text: string, start: number, end: number): { start: number; end: number; rest: string | null } {
  const from = Math.max(0, start - MAX_BRACKET);
  const front = text.slice(from, start);
  const open = Math.max(front.lastIndexOf('('), front.lastIndexOf('['));
  if (open >= 0 && !/[)\]]/.test(front.slice(open))) {
    const closing = /[)\]]/.exec(text.slice(end, end + MAX_BRACKET));
    if (closing) {
      const last = end + closing.index;
      return { start: from + open, end: last + 1, rest: `${front.slice(open + 1)} ${text.slice(end, last)}` };
    }
  }
  return { start, end, rest: null };
}

function readGrade(text: string, parts: readonly GradePart[]): RecommendationGrade {
  const isAcc = parts.some(({ system }) => system === 'acc_aha');
  const strengthOf = ({ kind, value, strength }: GradePart) =>
    strength ?? (isAcc && kind === 'class' ? ACC_CLASSES[(value ?? '').toLowerCase()] : undefined);
  const certaintyOf = ({ kind, value, certainty }: GradePart) =>
    certainty ?? (isAcc && kind === 'level' ? ACC_LEVELS[(value ?? '').toLowerCase()] : undefined);
  const strength = parts.map(strengthOf).find((one) => one !== undefined) ?? null;
  // Words and symbols say it outright; the letter of a code may be rounded.
  const worded = parts.filter(({ kind }) => kind === 'certainty' || kind === 'symbol').map(certaintyOf);
  const certainty = [...worded, ...parts.map(certaintyOf)].find((one) => one !== undefined) ?? null;
  const direction = parts.map((part) => part.direction).find((one) => one !== undefined);
  const system = isAcc ? 'acc_aha' : parts.map((part) => part.system).find((one) => one !== undefined);
  const from = parts[0]?.start ?? 0;
  const uspstf = ofTaskForce(text.slice(Math.max(0, from - NEARBY), from + NEARBY), parts);
  return {
    strength,
    certainty,
    ...(direction === undefined ? {} : { direction }),
    ...(system === undefined ? {} : { system }),
    ...uspstf,
    asWritten: text.slice(parts[0]?.start, parts.at(-1)?.end).replace(/\s+/gu, ' '),
  };
}

/** USPSTF: A is high certainty of a substantial net benefit, D recommends against; the others it defines by ranges. */
function ofTaskForce(text: string, parts: readonly GradePart[]): Partial<RecommendationGrade> {
  const letter = parts.find(({ kind }) => kind === 'letter')?.value;
  if (letter === undefined || !/USPSTF|Preventive\s+Services\s+Task\s+Force/.test(text)) return {};
  if (letter === 'A') return { system: 'uspstf', certainty: 'high' };
  return letter === 'D' ? { system: 'uspstf', direction: 'against' } : { system: 'uspstf' };
}

/** Whether a grade may belong to this statement. */
export function fits(found: FoundGrade, statement: string): boolean {
  return !found.needsRecommending || recommends(statement);
}
