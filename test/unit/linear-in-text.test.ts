import { describe, expect, it } from 'vitest';
import { chunkReading } from '../../core/chunking/chunk-reading.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { CHUNKING_STRATEGIES } from '../../core/contract/chunk.js';
import type { Reading } from '../../core/contract/reading.js';
import { changedWords } from '../../core/comparing/changed-words.js';
import { alignStatements } from '../../core/comparing/align-statements.js';
import { pairStatements } from '../../core/comparing/pair-statements.js';
import { valuesIn } from '../../core/comparing/values.js';
import { isBoilerplate } from '../../core/chunking/boilerplate.js';
import { statedDay } from '../../core/reading/facts/calendar-day.js';
import { gradesIn } from '../../core/reading/facts/recommendation/grades-in.js';
import { isLegendHeading } from '../../core/reading/facts/recommendation/legend.js';
import { niceGrade } from '../../core/reading/facts/recommendation/nice-wording.js';
import { gradeColumns } from '../../core/reading/facts/recommendation/table-columns.js';
import { inlineWarningLabel, isWarning, isWarningLabel } from '../../core/reading/facts/warning-label.js';
import { isPlaceholderTitle } from '../../core/reading/facts/placeholder-title.js';
import { collectWords, joinLines } from '../../core/reading/layout/line-joining.js';
import { listMarkerLength } from '../../core/reading/layout/list-marker.js';
import { isAllCapitals, isCaption, sectionDepth } from '../../core/reading/layout/section-number.js';
import { isContinuedCaption } from '../../core/reading/layout/table-over-pages.js';
import { hasFlatPower, isMisread } from '../../core/reading/recognition/doubtful-quantity.js';
import { guidelineFacts } from '../../core/reading/facts/guideline-facts.js';
import { languageOf, languageOfText, lettersIn } from '../../core/reading/facts/language.js';
import { canonicalCode, canonicalText } from '../../core/reading/layout/unicode-text.js';
import { accountFor } from '../../core/reading/witness/account-for.js';
import { innerWords } from '../../core/retrieval/inner-words.js';
import { wordingsOf } from '../../core/retrieval/wordings.js';
import { screenByRules } from '../../core/screening/screen-reading.js';
import { csvForm, isCommentedTable } from '../../infra/readers/csv/csv-evidence.js';
import { asHtml } from '../../infra/readers/html/xhtml.js';
import { witnessHtml } from '../../infra/readers/witness/html-witness.js';
import { witnessMarkdown } from '../../infra/readers/witness/markdown-witness.js';
import { styleRules } from '../../infra/readers/html/style-rules.js';
import { withoutNumbers } from '../../infra/readers/text/numbered-lines.js';
import { blankTable } from '../../infra/readers/text/blank-table.js';
import { readingOf } from './chunking/random-reading.js';

/** What hostile files are made of, and what extraction makes of honest ones. */
const UNITS = [
  'Dr. ', 'e.g. ', 'a ', 'a. ', 'A.B.', '1', '1 ', '1.', '12/', '-', '- ', '.', '. ', '...', '(', ')(', '[', '](', '|', ' | ', '| a ', '\n',
  'a\n', '- a\n', '  - a\n', '1. a\n', '# ', '\t', ' ', '\u00a0', 'e\u0301', '\u0301', 'DOB ', 'MRN: ', 'Patient: ', 'Name: A ',
  'Tel. ', 'SSN 1-', 'a@', 'mg/kg, ', '10⁹/L ', '発熱', '👩‍⚕️', '\ud83d', 'x', 'Effective 2024-', 'ISBN ',
]; // prettier-ignore
/** What grades and warnings are made of. Each is looked at by itself wherever it stands, so one way to cut a text is enough. */
const GRADED_UNITS = [
  'We suggest it (2C). ',
  'strong recommendation, ',
  'Class I ',
  'level of evidence ',
  '⊕',
  'WARNING: a. ',
];
const NOT_FOR_GRADES = /^chunkReading (?!section of a (?:paragraph|table))/;

/** Enough to tell the square from proportion; a megabyte would take thirty times as long to say the same. */
const SMALL = 8_000;
const LARGE = 4 * SMALL;
/** In proportion is 4; a function whose time grows with the square takes 16. Start-up, warm-up and rests of neighbours lie between. */
const MAX_GROWTH = 9;
/** Below it the clock of the processor says more of the machine than of the function. */
const FLOOR_MS = 25;
/** The least of so many counts: collecting garbage and compiling fall into one of them, growth into all. */
const MEASUREMENTS = 3;

type Blocks = Parameters<typeof readingOf>;
const FUNCTIONS: Readonly<Record<string, (text: string) => unknown>> = {
  screenByRules: (text) => screenByRules({ text, blocks: [] }),
  canonicalText: (text) => canonicalText(text),
  canonicalCode: (text) => canonicalCode(text),
  languageOf: (text) => languageOf(paragraph(text), { usual: 'en', claimed: 'und' }),
  languageOfText: (text) => languageOfText(text, ['en', 'pt']),
  valuesIn: (text) => valuesIn(text),
  changedWords: (text) => changedWords(text, `${text} and another`),
  alignStatements: (text) =>
    pairStatements(
      alignStatements({ text, language: 'en' }, { text: `Before.\n${text.replaceAll('a', 'b')}`, language: 'en' }),
    ),
  accountFor: (text) =>
    accountFor({ seen: [{ text, place: { part: 'text' } }], read: `Before. ${text.replaceAll('a', 'b')}` }),
  witnessHtml: (text) => witnessHtml(text),
  witnessMarkdown: (text) => witnessMarkdown(text),
  innerWords: (text) => innerWords(text),
  wordingsOf: (text) => wordingsOf(text),
  lettersIn: (text) => lettersIn(text),
  guidelineFacts: (text) =>
    guidelineFacts([
      ['description', [text]],
      ['title', [text]],
      ['date', [text]],
    ]),
  gradesIn: (text) => gradesIn(text, (part) => [{ start: 0, end: part.length }]),
  gradeColumns: (text) => gradeColumns(text),
  niceGrade: (text) => niceGrade(`1.1.1 ${text}`),
  isLegendHeading: (text) => isLegendHeading(text),
  isWarning: (text) => [isWarning(text), isWarningLabel(text), inlineWarningLabel(text)],
  statedDay: (text) => statedDay(text),
  isPlaceholderTitle: (text) => isPlaceholderTitle(text),
  sectionDepth: (text) => sectionDepth(text),
  isAllCapitals: (text) => isAllCapitals(text),
  isCaption: (text) => isCaption(text),
  isContinuedCaption: (text) => isContinuedCaption({ kind: 'caption', text, boxes: [] }),
  listMarkerLength: (text) => listMarkerLength(text),
  'joinLines of one line': (text) => joinLines([text], collectWords([text])),
  'joinLines of short lines': (text) => joinLines(lines(text), collectWords(lines(text))),
  hasFlatPower: (text) => hasFlatPower([{ kind: 'paragraph', text, boxes: [] }]),
  isMisread: (text) => isMisread(text),
  asHtml: (text) => asHtml(text),
  blankTable: (text) => blankTable(lines(text)),
  csvForm: (text) => csvForm(text),
  isCommentedTable: (text) => isCommentedTable(text),
  styleRules: (text) => styleRules([text]),
  withoutNumbers: (text) => withoutNumbers(text),
  isBoilerplate: (text) => isBoilerplate(text),
  'readingOf lists': (text) => readingOf({ kind: 'list', text }),
  ...Object.fromEntries(
    CHUNKING_STRATEGIES.flatMap((strategy) =>
      (['paragraph', 'list', 'table'] as const).map((kind) => [
        `chunkReading ${strategy} of a ${kind}`,
        (text: string) => chunk([{ kind, text }], strategy),
      ]),
    ),
  ),
  'chunkReading of headings': (text) =>
    chunk(lines(text).map((part) => ({ kind: 'heading' as const, text: part, headingLevel: 2 }))),
  'chunkReading of short paragraphs': (text) =>
    chunk(
      lines(text).map((part) => ({ kind: 'paragraph' as const, text: part })),
      'recursive',
    ),
};

function lines(text: string): string[] {
  return text.match(/[^]{1,40}/g) ?? [];
}

function paragraph(text: string): Reading {
  return readingOf({ kind: 'paragraph', text });
}

function chunk(blocks: Blocks, strategy: (typeof CHUNKING_STRATEGIES)[number] = 'section'): Promise<unknown> {
  return chunkReading(readingOf(...blocks), { strategy, maxTokens: 256, tokenizer: new EstimatingTokenizer() });
}

/** Milliseconds of the processor, of which a busy machine takes hardly more than an idle one. */
async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('time in proportion to the text', () => {
  it.each(Object.keys(FUNCTIONS))('%s', async (name) => {
    const work = FUNCTIONS[name] ?? expect.fail();
    const slow: string[] = [];
    for (const unit of NOT_FOR_GRADES.test(name) ? UNITS : [...UNITS, ...GRADED_UNITS]) {
      const large = unit.repeat(Math.ceil(LARGE / unit.length));
      const largeMs = await cpuMs(() => work(large));
      if (largeMs <= FLOOR_MS) continue;
      const small = large.slice(0, SMALL);
      let growth = largeMs / Math.max(await cpuMs(() => work(small)), FLOOR_MS / MAX_GROWTH);
      for (let n = 1; n < MEASUREMENTS && growth > MAX_GROWTH; n++) {
        const smallMs = await cpuMs(() => work(small));
        growth = Math.min(growth, (await cpuMs(() => work(large))) / Math.max(smallMs, FLOOR_MS / MAX_GROWTH));
      }
      if (growth > MAX_GROWTH) {
        slow.push(`${JSON.stringify(unit)}: ${Math.round(largeMs)} ms, ${growth.toFixed(1)} times that of a quarter`);
      }
    }
    expect(slow).toEqual([]);
  });
});
