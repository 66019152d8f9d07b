import type { PhiCategory } from '../contract/finding.js';
import { boundedPattern } from './bounded-pattern.js';
import type { ScreeningContext } from './context.js';
import type { Field } from './field-forms.js';
import { FIELDS } from './fields.js';
import { COLON_GAP, LOOSE_GAP, WORD_END, WORD_START } from './labelled-values.js';
import { isOrdinaryWord } from './recognisers/ordinary-words.js';
import { SCORES } from './scores.js';

export interface FieldValue {
  readonly category: PhiCategory;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly evidence: string;
}

interface Compiled {
  readonly field: Field;
  /** Label and gap, anywhere in a line. */
  readonly inline: RegExp;
  /** A whole line or cell that is this label. */
  readonly alone: RegExp;
  /** At a place; and as the whole of a line or cell. */
  readonly value: RegExp;
}

const COMPILED: readonly Compiled[] = FIELDS.map((field) => {
  const labels = `(?:${field.labels.join('|')})`;
  const gap = field.needsColon ? COLON_GAP : LOOSE_GAP;
  return {
    field,
    inline: boundedPattern(
      String.raw`${WORD_START}${labels}(?!(?<=\p{L})\p{L})(?:\s\([\p{L}/, ]{1,20}\))?${gap}`,
      'giu',
    ),
    alone: boundedPattern(
      String.raw`^[\s*_#•(\[-]{0,4}(?:\d{1,2}\s?[-.)]\s{1,2})?${labels}(?:\s\([\p{L}/, ]{1,20}\))?[\s:.*_?)\]-]{0,4}$`,
      'iu',
    ),
    value: boundedPattern(`${field.value}${WORD_END}`, 'iuy'),
  };
});

/** `Date: 3 May` is a date's label in a form and a word in prose; behind words of prose a weak label says nothing. */
const SENTENCE_BEFORE = /\p{Ll}{2,} {1,2}$/u;

/** Whose numbers are printed in publications: of products, documents, studies and laws. */
const OF_THINGS = boundedPattern(
  String.raw`(?<![\p{L}])(?:tax(?:payer)?|vendor|lot|batch|cat(?:alogue|\.)?|model|part|product|grant|award|fund(?:ing)?|ethics|irb|rec|board|protocol|trial|study|version|document|doc|procedure|guideline|policy|patent|marketing|charity|company|vat|registered|portaria|decreto|lei|edital|caae|tender|standard|form|item|stock|ndc|article|abstract|poster|prospero|clinical\s?trials?)\W{1,3}$`,
  'iu',
);

/** Values that follow their label in the same line, or in the next one. */
export function* inlineValues(text: string, context: ScreeningContext): Generator<FieldValue | null> {
  for (const { field, inline, value } of COMPILED) {
    for (const match of text.matchAll(inline)) {
      const at = match.index + match[0].length;
      if (
        !context.isNote &&
        field.needsColon &&
        field.score < SCORES.likely &&
        SENTENCE_BEFORE.test(context.before(match.index, 12))
      )
        continue;
      if (field.score < SCORES.likely && OF_THINGS.test(context.before(match.index, 24))) continue;
      value.lastIndex = at;
      const found = value.exec(text);
      // The heads of two columns beside each other: `Patient | Born`.
      if (found && field.category === 'patient_name' && COMPILED.some(({ alone }) => alone.test(found[0]))) continue;
      const made = found && valueOf(field, text, at, at + found[0].length, context);
      if (made) yield made;
    }
    yield null;
  }
}

interface Cell {
  readonly start: number;
  readonly end: number;
}

/** Longest line that can be a label, or a row of labels. */
const LONGEST_LABEL = 48;
const LONGEST_VALUE = 90;
/** A block of labels over the block of their values: more of them than a form has would be a list of words. */
const MOST_LABELS = 24;

/**
 * Values whose labels stand apart from them: the line above, the column's head, the cell to the left, or a block of labels
 * beside a block of values, as the text layers of face sheets are read.
 */
export function* apartValues(text: string, context: ScreeningContext): Generator<FieldValue | null> {
  const lines = linesOf(text);
  let heads: (Label | null)[] | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    if (at % 256 === 0) yield null;
    const cells = lines[at] ?? [];
    if (cells.length > 1) {
      const labels = cells.map((cell) => labelIn(text, cell));
      const known = labels.filter((label) => label !== null).length;
      const paired = pairs(text, cells, labels, context);
      const isFilled = heads?.length === cells.length && heads.some((head, index) => head && cells[index] && wholeValue(text, cells[index], head, context)); // prettier-ignore
      if (known >= 1 && paired.length === 0 && !isFilled) {
        heads = labels;
        continue;
      }
      if (paired.length > 0) yield* paired;
      else if (heads && heads.length === cells.length) {
        for (const [index, cell] of cells.entries()) {
          const head = heads[index];
          const found = head && wholeValue(text, cell, head, context);
          if (found) yield found;
        }
      }
      continue;
    }
    heads = null;
    const cell = cells[0];
    if (!cell) continue;
    if (!labelIn(text, cell)) continue;
    const labels: Label[] = [];
    let next = at;
    for (; next < lines.length && labels.length < MOST_LABELS; next += 1) {
      const [only, more] = lines[next] ?? [];
      const label = only && !more ? labelIn(text, only) : null;
      if (!label) break;
      labels.push(label);
    }
    const values = lines.slice(next, next + labels.length).map(([only]) => only);
    const found = labels.flatMap((label, index) => {
      const value = values[index];
      return (value && wholeValue(text, value, label, context)) ?? [];
    });
    // One label over one value is a form; of many, half have to fit, or the blocks do not belong together.
    if (found.length * 2 >= labels.length) yield* found;
    else if (labels.length > 1) {
      // The last label alone may belong to the line below it.
      const last = labels.at(-1);
      const single = last && values[0] && wholeValue(text, values[0], last, context);
      if (single) yield single;
    }
    at = next - 1;
  }
}

/** Lines that are not blank, each as its cells (`a | b`, tabs, three spaces and more). */
function linesOf(text: string): Cell[][] {
  const lines: Cell[][] = [];
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    // A paragraph is no row of a form; it is not taken apart.
    const cells = end - start > 600 ? [{ start, end }] : cellsOf(text, start, end);
    if (cells.length > 0) lines.push(cells);
    start = end + 1;
  }
  return lines;
}

const BETWEEN_CELLS = /\s{0,4}[|\t]\s{0,4}|\s{3,8}/gu;

function cellsOf(text: string, start: number, end: number): Cell[] {
  const cells: Cell[] = [];
  let from = start;
  const add = (to: number) => {
    let [left, right] = [from, to];
    while (left < right && /\s/u.test(text[left] ?? '')) left += 1;
    while (right > left && /\s/u.test(text[right - 1] ?? '')) right -= 1;
    if (right > left) cells.push({ start: left, end: right });
  };
  for (const match of text.slice(start, end).matchAll(BETWEEN_CELLS)) {
    add(start + match.index);
    from = start + match.index + match[0].length;
  }
  add(end);
  return cells;
}

/** What a cell may be the label of: `Member` of a name as of a number. */
type Label = readonly Compiled[];

function labelIn(text: string, { start, end }: Cell): Label | null {
  if (end - start > LONGEST_LABEL) return null;
  const shown = text.slice(start, end);
  const found = COMPILED.filter(({ alone }) => alone.test(shown));
  return found.length > 0 ? found : null;
}

/** `DOB | 3 May 1950 | MRN | 12345`: a label and the cell to its right. */
function pairs(text: string, cells: readonly Cell[], labels: readonly (Label | null)[], context: ScreeningContext) {
  return labels.flatMap((label, index) => {
    const next = cells[index + 1];
    if (!label || !next || labels[index + 1]) return [];
    return wholeValue(text, next, label, context) ?? [];
  });
}

/** The cell's value, which may be followed by a few words (`03/05/1950 (74 y)`). */
function wholeValue(text: string, cell: Cell, label: Label, context: ScreeningContext): FieldValue | null {
  if (cell.end - cell.start > LONGEST_VALUE) return null;
  let surest: FieldValue | null = null;
  for (const { field, value } of label) {
    value.lastIndex = cell.start;
    const found = value.exec(text);
    if (!found) continue;
    const end = Math.min(cell.end, cell.start + found[0].length);
    if (cell.end - end > 20) continue;
    const made = valueOf(field, text, cell.start, end, context);
    if (made && made.score > (surest?.score ?? 0)) surest = made;
  }
  return surest;
}

/** Words that begin the next label of a line. */
const NEXT_LABEL = boundedPattern(
  String.raw`[\s,;]{0,3}(?<![\p{L}\p{N}.])(?:SSN|MRN|DOB|D\.O\.B|NHS|ID|Age|Sex|Gender|Date|Birth|Phone|Tel|Mobile|Cell|Fax|E-?mail|Address|Room|Ward|Bed|Unit|Admit|Admitted|Physician|Provider|Acct|Account|Relationship|Insurance|Idade|Sexo|Data|Telefone|CPF|RG|CNS|Prontuário|Endereço|Leito)(?![\p{L}\p{N}])`,
  'iu',
);

function valueOf(field: Field, text: string, start: number, end: number, context: ScreeningContext): FieldValue | null {
  let [from, to] = [start, end];
  if (field.category === 'patient_name' || field.category === 'address' || field.category === 'employer') {
    const next = NEXT_LABEL.exec(text.slice(from, to));
    if (next) to = from + next.index;
    while (to > from && /[\s,;.]/u.test(text[to - 1] ?? '')) to -= 1;
    if (to - from < 2) return null;
  }
  const value = text.slice(from, to);
  let score = context.isNote ? Math.max(field.score, field.scoreInNote) : field.score;
  if (score < SCORES.likely && isOfSomebody(field, start, end, context)) {
    score = Math.max(score, Math.min(field.scoreInNote, SCORES.likely));
  }
  if (field.category === 'patient_name') {
    const person = personIn(value, field, context);
    if (!person) return null;
    from += person.offset;
    to = from + person.length;
    if (person.isDoubtful) score = Math.min(score, SCORES.weak);
  }
  if (field.category !== 'patient_name' && context.isQuiet(from, to) && score < SCORES.certain) return null;
  const checked = field.check ? field.check(value, score) : score;
  if (checked === null) return null;
  return { category: field.category, start: from, end: to, score: checked, evidence: field.evidence };
}

/** What people are numbered by, and hardly anything else. */
const NUMBERS_OF_PEOPLE: ReadonlySet<PhiCategory> = new Set<PhiCategory>([
  'mrn',
  'health_plan',
  'national_id',
  'account',
]);

/** Labels of forms and slips in care. */
const WORDS_OF_CARE: ReadonlySet<string> = new Set(['slip-word', 'serial-word', 'plate-word', 'licence-word']);

/** A number that is weak by its label belongs to a person: somebody in care is spoken of, or it stands in a short text that is no publication. */
function isOfSomebody({ category, evidence }: Field, start: number, end: number, context: ScreeningContext): boolean {
  if (!NUMBERS.has(category) || context.kind === 'published') return false;
  if (context.speaksOfPatient(start, end)) return true;
  if (NUMBERS_OF_PEOPLE.has(category) && evidence !== 'tax-field') return context.isShort;
  return WORDS_OF_CARE.has(evidence) && context.isClinical && context.isAboutSomebody(start, end);
}

/** Numbers that companies and projects have as well; beside somebody in care they are that person's. */
const NUMBERS: ReadonlySet<PhiCategory> = new Set<PhiCategory>([
  'mrn',
  'national_id',
  'licence',
  'device',
  'other_id',
  'health_plan',
  'account',
  'vehicle',
]);

/** Who signs and who treats. */
const DOCTOR_AHEAD = /^dra?\.?\s/iu;
const TITLE_AHEAD = /^(?:(?:mr|mrs|ms|miss|dr|sr|sra|srta|dra)\.?\s+)/iu;

/** The name in a name's field: stops before words that are none; `null` where the first one is. */
function personIn(value: string, field: Field, context: ScreeningContext) {
  const { words } = context;
  if (DOCTOR_AHEAD.test(value)) return null;
  const offset = TITLE_AHEAD.exec(value)?.[0].length ?? 0;
  let length = 0;
  let likely = 0;
  let known = 0;
  let count = 0;
  for (const match of value.slice(offset).matchAll(/[\p{L}\p{M}’'.-]+/gu)) {
    const word = match[0].replace(/[.’']+$/u, '');
    const isInitial = word.length <= 1;
    const isParticle = /^(?:d[aeio]s?|del|della|van|von|der|den|ter|la|le|al|el|bin|ibn|e|y)$/iu.test(word);
    if (!isInitial && !isParticle) {
      if (isOrdinaryWord(word)) break;
      const isLower = /^\p{Ll}/u.test(word);
      const isKnown = words.isName(word);
      if (!isKnown && words.isOrdinary(word)) break;
      if (isLower && !isKnown) break;
      if (isKnown) known += 1;
      likely += 1;
    }
    count += 1;
    length = match.index + match[0].length;
  }
  if (likely === 0 || count === 0) return null;
  // One word, or words that no list knows, behind a label that also stands in tables of things.
  const isUnsure = context.isNote ? likely < 2 && known === 0 : likely < 2 || known === 0;
  const isDoubtful = field.needsColon && field.score < SCORES.strong && isUnsure;
  return { offset, length, isDoubtful };
}
