import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PhiDetector } from '../../core/ports/phi-detector.js';
import { screenReading } from '../../core/screening/screen-reading.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { openPhiDetector } from '../../infra/screening/open-phi-detector.js';
import { wordLists } from '../../infra/screening/word-lists.js';
import type { Bench, Say } from '../bench.js';
import { round, tableLines } from '../setting/statistics.js';
import { MissingForBench } from '../setting/missing.js';
import { fitJudge, leftOutFigures, rowsOfSets, writeJudge } from './phi/fit-judge.js';
import { readLabelledSet } from './phi/labelled-set.js';
import { phiFigures, ratesOf, type PhiFigures } from './phi/phi-figures.js';

const FIXTURES = join(PROJECT_ROOT, 'test', 'fixtures', 'phi');
const FIRST_SET = join(FIXTURES, 'first-set.jsonl');
const ALL_SETS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].map((name) =>
  join(FIXTURES, `${name}-set.jsonl`),
);

/** How well patient data is found in a labelled set: spans by category, documents by kind, and the speed. */
export const phiBench: Bench = {
  name: 'phi',
  summary:
    '[set.jsonl …] [--rules] [--show] [--fit] [--left-out]  patient data in labelled texts: precision, recall, F2 by category and document',
  async run(args, say) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rules: { type: 'boolean', default: false },
        show: { type: 'boolean', default: false },
        fit: { type: 'boolean', default: false },
        'left-out': { type: 'boolean', default: false },
      },
    });
    const detector = values.rules ? null : await openPhiDetector(process.env);
    const figures: Record<string, unknown> = { model: detector?.model.name ?? 'none' };
    say(detector ? `with the model ${detector.model.name}` : 'by rules alone');
    try {
      if (values.fit || values['left-out']) {
        if (!detector)
          throw new MissingForBench('The judge is fitted to what the model takes for names; there is no model.');
        const paths = positionals.length > 0 ? positionals : ALL_SETS;
        const leftOut = await judgeFigures(paths, detector, values.fit, say);
        return { figures: { leftOut }, short: [] };
      }
      const tools = { words: wordLists, detector };
      for (const path of positionals.length > 0 ? positionals : [FIRST_SET]) {
        const documents = readLabelledSet(path);
        const characters = documents.reduce((sum, { text }) => sum + text.length, 0);
        await screenReading({ text: 'warm up', blocks: [] }, tools);
        const began = performance.now();
        const made = await phiFigures(documents, tools);
        const seconds = (performance.now() - began) / 1000;
        say(`\n${path}: ${documents.length} texts of ${characters} characters`);
        figures[path.replace(/^.*\//, '')] = {
          ...report(made, say),
          charactersASecond: Math.round(characters / seconds),
        };
        if (values.show) show(made, say);
      }
      return { figures, short: [] };
    } finally {
      await detector?.close();
    }
  },
};

/** How the judge does on each set when fitted to the others; with `isFit` its weights are written for all. */
async function judgeFigures(paths: readonly string[], detector: PhiDetector, isFit: boolean, say: Say) {
  const sets = await rowsOfSets(paths, { words: wordLists, detector });
  const rows: (string | number)[][] = [
    ['left out', 'held', 'of', 'name or address only', 'of', 'wrongly held', 'of', 'spans'],
  ];
  const leftOut = await leftOutFigures(sets, { words: wordLists, detector });
  for (const { set, held, only, wrong, spans } of leftOut)
    rows.push([set, held.held, held.of, only.held, only.of, wrong.held, wrong.of, round(spans, 3)]);
  for (const line of tableLines(rows)) say(line);
  if (isFit) writeJudge(fitJudge(sets));
  return leftOut;
}

function report(made: PhiFigures, say: Say): Record<string, number> {
  const rows: (string | number)[][] = [['category', 'spans', 'precision', 'recall', 'F2']];
  for (const [category, counts] of [...made.byCategory].sort(([a], [b]) => a.localeCompare(b))) {
    const { precision, recall, f2 } = ratesOf(counts);
    rows.push([category, counts.labelled, round(precision, 3), round(recall, 3), round(f2, 3)]);
  }
  for (const [name, counts] of [
    ['all spans', made.spans],
    ['documents', made.documents],
  ] as const) {
    const { precision, recall, f2 } = ratesOf(counts);
    rows.push([name, counts.labelled, round(precision, 3), round(recall, 3), round(f2, 3)]);
  }
  for (const line of tableLines(rows)) say(line);
  say();
  const kinds: (string | number)[][] = [['kind', 'held', 'of']];
  for (const [kind, { held, of }] of [...made.byKind].sort(([a], [b]) => a.localeCompare(b)))
    kinds.push([kind, held, of]);
  for (const line of tableLines(kinds)) say(line);
  const clean = made.outcomes.filter(({ document }) => document.spans.length === 0);
  const [spans, documents] = [ratesOf(made.spans), ratesOf(made.documents)];
  return {
    spanPrecision: round(spans.precision, 4),
    spanRecall: round(spans.recall, 4),
    spanF2: round(spans.f2, 4),
    documentsHeld: round(documents.recall, 4),
    documentF2: round(documents.f2, 4),
    wronglyHeld: clean.length === 0 ? 0 : round(clean.filter(({ held }) => held).length / clean.length, 4),
  };
}

/** The texts of a labelled set are made up: what was missed and what was wrong may be shown. */
function show({ outcomes }: PhiFigures, say: Say): void {
  for (const { document, missed, false: wrong } of outcomes) {
    for (const { start, end, category } of missed) {
      say(`${document.id}  missed ${category}: …${around(document.text, start, end)}…`);
    }
    for (const { start, end, recogniser } of wrong)
      say(`${document.id}  wrong ${recogniser}: …${around(document.text, start, end)}…`);
  }
}

function around(text: string, start: number, end: number): string {
  const shown = `${text.slice(Math.max(0, start - 30), start)}[${text.slice(start, end)}]${text.slice(end, end + 20)}`;
  return shown.replaceAll('\n', '⏎');
}
