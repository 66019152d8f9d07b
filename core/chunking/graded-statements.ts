import type { Block } from '../contract/block.js';
import type { Recommendation, RecommendationGrade } from '../contract/recommendation.js';
import { type FoundGrade, fits, gradesIn } from '../reading/facts/recommendation/grades-in.js';
import { isLegendHeading } from '../reading/facts/recommendation/legend.js';
import { niceGrade } from '../reading/facts/recommendation/nice-wording.js';
import { recommends } from '../reading/facts/recommendation/recommending.js';
import { gradeColumns, gradeOfRow, isLegendTable } from '../reading/facts/recommendation/table-columns.js';
import { sentencesOf } from './section-pieces.js';
import type { Section } from './sections.js';
import type { SentenceCutter } from './sentences.js';
import { firstEndingBehind, type Span, trimmed } from './span.js';

export interface GradedSection {
  /** In order. Each with its grade, from the statement's beginning to the grade's end or the other way round. */
  readonly recommendations: readonly Recommendation[];
  /** How far each of them reaches, or one before it: a statement in front of which a grade stands may hold others. */
  readonly reaches: readonly Span[];
  /** What must stay together for them; of a row with a grade in one of its sentences that sentence, as a row may be too long. */
  readonly bonds: readonly Span[];
  /** The grade of a heading: of all in the section that has none of its own. */
  readonly ofHeading: readonly RecommendationGrade[];
}

interface Input {
  readonly text: string;
  readonly section: Section;
  readonly sentences: SentenceCutter;
  /** Whether verbs say the strength of numbered recommendations, as NICE's do. */
  readonly isOfNice: boolean;
}

/** A paragraph, a line of a list or a row of a table: what a grade may stand in, or beside. */
interface Unit extends Span {
  readonly block: Block;
  readonly found: readonly FoundGrade[];
  /** Sentences as offsets into the reading's text. */
  readonly sentences: readonly Span[];
  /** It says nothing but its grade. */
  readonly isGrade: boolean;
  /** By the columns of its table, or by its verb. */
  readonly own: RecommendationGrade | null;
}

/** Strength, certainty and a remark are set on lines of their own. */
const MAX_LINES = 3;

const NOTHING: GradedSection = { recommendations: [], reaches: [], bonds: [], ofHeading: [] };

/** Which statements of a section are graded, and how. */
export function gradedStatements(input: Input): GradedSection {
  const { section } = input;
  if (section.path.some(isLegendHeading)) return NOTHING;
  const units = section.body.flatMap((block) => unitsOf(input, block));
  const within = units.flatMap((unit) => (unit.isGrade ? [] : withinUnit(input, unit)));
  const beside = besideUnits(input, units);
  const recommendations = [...within.map(({ recommendation }) => recommendation), ...beside].sort(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  let end = 0;
  return {
    recommendations,
    reaches: recommendations.map((one) => ({ start: one.start, end: (end = Math.max(end, one.end)) })),
    bonds: [...within.map(({ bond }) => bond), ...beside],
    ofHeading: headingGrades(input),
  };
}

function unitsOf(input: Input, block: Block): Unit[] {
  const { text } = input;
  if (block.kind === 'code' || block.kind === 'heading') return [];
  const lines = block.kind === 'list' || block.kind === 'table' ? linesOf(text, block) : [trimmed(text, block)];
  const [header] = lines;
  const headerText = block.kind === 'table' && header ? text.slice(header.start, header.end) : '';
  if (block.kind === 'table' && isLegendTable(headerText)) return [];
  const columns = block.kind === 'table' ? gradeColumns(headerText) : null;
  return lines.map((line, at) => {
    const own = text.slice(line.start, line.end);
    if (columns) return unitOf(input, block, line, { found: [], own: at === 0 ? null : gradeOfRow(own, columns) });
    const found = gradesIn(own, (part) => relative(sentencesOf(input, line), line.start, part.length));
    return unitOf(input, block, line, { found, own: input.isOfNice && found.length === 0 ? niceGrade(own) : null });
  });
}

function unitOf(input: Input, block: Block, span: Span, rest: Pick<Unit, 'found' | 'own'>): Unit {
  const { found } = rest;
  const isGrade = found.length > 0 && isNothingElse(input.text.slice(span.start, span.end), found);
  const isSplit = found.length > 0 || rest.own !== null;
  return { ...span, block, ...rest, isGrade, sentences: isSplit ? sentencesOf(input, span) : [] };
}

/** What may stand beside a grade on its line: "GRADE: …", "3. …". */
const BESIDE_GRADE =
  /^(?:(?:GRADE|grading|recommendations?|recomenda[çc][ãa]o|recomendaci[óo]n|evidence|overall|rating|statement|level|of|the)|[\s\d\p{P}\p{S}])*$/iu;
const MAX_BESIDE_GRADE = 60;

function isNothingElse(text: string, found: readonly FoundGrade[]): boolean {
  let rest = '';
  let at = 0;
  for (const { start, end } of found) {
    rest += ` ${text.slice(at, Math.max(at, start))}`;
    at = Math.max(at, end);
  }
  rest += ` ${text.slice(at)}`;
  return rest.length <= MAX_BESIDE_GRADE && BESIDE_GRADE.test(rest);
}

function linesOf(text: string, block: Block): Span[] {
  const lines: Span[] = [];
  let start = block.start;
  for (const line of text.slice(block.start, block.end).split('\n')) {
    const span = trimmed(text, { start, end: start + line.length });
    if (span.end > span.start) lines.push(span);
    start += line.length + 1;
  }
  return lines;
}

const relative = (spans: readonly Span[], from: number, length: number): Span[] =>
  spans.length === 0 ? [{ start: 0, end: length }] : spans.map(({ start, end }) => ({ start: start - from, end: end - from })); // prettier-ignore

/** Grades that stand in the same paragraph, line or row as what they grade. */
function withinUnit({ text }: Input, unit: Unit): { recommendation: Recommendation; bond: Span }[] {
  if (unit.own) return [{ recommendation: { ...unit.own, start: unit.start, end: unit.end }, bond: unit }];
  const { found, sentences, block } = unit;
  if (found.length === 0) return [];
  // Where the first sentence is a grade, each stands in front of what it grades.
  const isInFront = found[0]?.place === 'whole' && found[0].start + unit.start <= (sentences[0]?.end ?? unit.start);
  return found.flatMap((one) => {
    const grade = { start: one.start + unit.start, end: one.end + unit.start };
    const isCell = block.kind === 'table' && one.place === 'whole';
    const sentence = isCell ? unit : statementBeside({ grade, one, sentences, isInFront });
    const bond = { start: Math.min(sentence.start, grade.start), end: Math.max(sentence.end, grade.end) };
    const { start, end } = block.kind === 'table' ? unit : bond;
    return fits(one, text.slice(start, end)) ? [{ recommendation: { ...one.grade, start, end }, bond }] : [];
  });
}

function statementBeside(input: {
  grade: Span;
  one: FoundGrade;
  sentences: readonly Span[];
  isInFront: boolean;
}): Span {
  const { grade, one, sentences, isInFront } = input;
  const first = firstEndingBehind(sentences, grade.start);
  const own = sentences[first] ?? grade;
  if (one.place !== 'whole') return own;
  const behind = firstEndingBehind(sentences, grade.end);
  const next =
    sentences[behind]?.start === undefined || (sentences[behind]?.start ?? 0) < grade.end ? behind + 1 : behind;
  return sentences[isInFront ? next : first - 1] ?? own;
}

/** Units that say nothing but a grade, with the statement above or below. */
function besideUnits(input: Input, units: readonly Unit[]): Recommendation[] {
  const groups: { from: number; to: number }[] = [];
  units.forEach((unit, at) => {
    const open = groups.at(-1);
    if (!unit.isGrade) return;
    if (open && open.to === at && at - open.from < MAX_LINES && isOneMore(units.slice(open.from, at), unit))
      open.to = at + 1;
    else groups.push({ from: at, to: at + 1 });
  });
  if (groups.length === 0) return [];
  const areAbove = standAbove(input, units, groups);
  return groups.flatMap(({ from, to }) => {
    const own = units.slice(from, to);
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) return [];
    const isAbove = areAbove || input.text.slice(last.start, last.end).endsWith(':');
    const neighbour = isAbove ? units[to] : units[from - 1];
    if (!neighbour || neighbour.isGrade) return [];
    const statement = nearestStatement(input, neighbour, isAbove);
    const grades = own.flatMap(({ found }) => found);
    if (!grades.every((one) => fits(one, input.text.slice(neighbour.start, neighbour.end)))) return [];
    const [start, end] = isAbove ? [first.start, statement.end] : [statement.start, last.end];
    return [{ ...joined(grades.map(({ grade }) => grade)), start, end }];
  });
}

/** A line with the certainty goes on the line with the strength; a second strength is another grade. */
function isOneMore(open: readonly Unit[], unit: Unit): boolean {
  const before = open.flatMap(({ found }) => found.map(({ grade }) => grade));
  return unit.found.every(
    ({ grade }) =>
    before.every((one) => (one.strength === null || grade.strength === null) && (one.certainty === null || grade.certainty === null)), // prettier-ignore
  );
}

function joined(grades: readonly RecommendationGrade[]): RecommendationGrade {
  const of = <Key extends keyof RecommendationGrade>(key: Key) =>
    grades.map((grade) => grade[key]).find((value) => value !== null && value !== undefined);
  const [direction, system] = [of('direction'), of('system')];
  return {
    strength: of('strength') ?? null,
    certainty: of('certainty') ?? null,
    ...(direction ? { direction } : {}),
    ...(system ? { system } : {}),
    asWritten: grades.map(({ asWritten }) => asWritten).join('; '),
  };
}

/** Whether the grades of a section stand in front of what they grade: they do so alike, and more of its statements follow one than precede one. */
function standAbove({ text }: Input, units: readonly Unit[], groups: readonly { from: number; to: number }[]): boolean {
  const isStatement = (unit: Unit | undefined): boolean =>
    unit !== undefined && !unit.isGrade && unit.own === null && recommends(text.slice(unit.start, unit.end));
  const above = groups.filter(({ to }) => isStatement(units[to])).length;
  const below = groups.filter(({ from }) => isStatement(units[from - 1])).length;
  return above > below;
}

/** The sentence of a paragraph next to the grade that recommends something; of a line or row all of it. */
function nearestStatement(input: Input, unit: Unit, isAbove: boolean): Span {
  if (unit.block.kind === 'list' || unit.block.kind === 'table') return unit;
  const sentences = sentencesOf(input, unit);
  const says = ({ start, end }: Span): boolean => recommends(input.text.slice(start, end));
  return (isAbove ? (sentences.find(says) ?? sentences[0]) : (sentences.findLast(says) ?? sentences.at(-1))) ?? unit;
}

function headingGrades(input: Input): RecommendationGrade[] {
  const { path } = input.section;
  const of = (title: string) => gradesIn(title, (part) => [{ start: 0, end: part.length }]);
  const own = of(path.at(-1) ?? '');
  // A heading without a body says what it grades itself, or nothing.
  const isAlone = input.section.body[0]?.kind === 'heading';
  if (isAlone) return own.filter((one) => one.place !== 'whole' && fits(one, path.at(-1) ?? '')).map(({ grade }) => grade); // prettier-ignore
  if (own.length > 0) return own.filter((one) => one.place === 'whole' || fits(one, path.at(-1) ?? '')).map(({ grade }) => grade); // prettier-ignore
  // A heading that is nothing but a grade stands over the sections below it.
  return path
    .slice(0, -1)
    .flatMap((title) => of(title).filter(({ place }) => place === 'whole'))
    .map(({ grade }) => grade)
    .slice(-1);
}
