import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PhiDetector } from '../../../core/ports/phi-detector.js';
import type { WordLists } from '../../../core/ports/word-lists.js';
import { FEATURE_NAMES } from '../../../core/screening/judge/care-features.js';
import type { JudgeModels, JudgeWeights } from '../../../core/screening/judge/judge-models.js';
import { PROJECT_ROOT } from '../../../infra/entry-point.js';
import { type LabelledDocument, readLabelledSet } from './labelled-set.js';
import { judgedRows, type JudgedRows } from './judged-rows.js';
import { phiFigures, ratesOf } from './phi-figures.js';
import { fitLogisticRegression } from './logistic-regression.js';

const WEIGHTS_FILE = join(PROJECT_ROOT, 'core', 'screening', 'judge', 'judge-weights.ts');
/** Digits that are kept of a weight. */
const DIGITS = 4;

/** Documents of a labelled set with what the judge would be asked about in each. */
export interface RowsOfSet {
  readonly name: string;
  readonly documents: readonly { readonly document: LabelledDocument; readonly rows: JudgedRows }[];
}

export async function rowsOfSets(
  paths: readonly string[],
  tools: { readonly words: WordLists; readonly detector: PhiDetector },
): Promise<RowsOfSet[]> {
  const sets: RowsOfSet[] = [];
  for (const path of paths) {
    const documents = [];
    for (const document of readLabelledSet(path)) documents.push({ document, rows: await judgedRows(document, tools) });
    sets.push({ name: basename(path, '.jsonl'), documents });
  }
  return sets;
}

export function fitJudge(sets: readonly RowsOfSet[]): JudgeModels {
  const documents = sets.flatMap((set) => set.documents);
  return {
    names: rounded(fitLogisticRegression(documents.flatMap(({ rows }) => rows.names))),
    addresses: rounded(fitLogisticRegression(documents.flatMap(({ rows }) => rows.addresses))),
  };
}

interface HeldOf {
  readonly held: number;
  readonly of: number;
}

/** What a whole set comes to when the judge was fitted to all others. */
export interface LeftOut {
  readonly set: string;
  readonly held: HeldOf;
  /** Of those whose only patient data are names and addresses. */
  readonly only: HeldOf;
  readonly wrong: HeldOf;
  /** Recall of spans. */
  readonly spans: number;
}

export async function leftOutFigures(
  sets: readonly RowsOfSet[],
  tools: { readonly words: WordLists; readonly detector: PhiDetector | null },
): Promise<LeftOut[]> {
  const figures: LeftOut[] = [];
  for (const { name, documents } of sets) {
    const judge = fitJudge(sets.filter((set) => set.name !== name));
    const { outcomes, spans } = await phiFigures(
      documents.map(({ document }) => document),
      { ...tools, judge },
    );
    const heldOf = (isCounted: (document: LabelledDocument) => boolean): HeldOf => {
      const counted = outcomes.filter(({ document }) => isCounted(document));
      return { held: counted.filter(({ held }) => held).length, of: counted.length };
    };
    figures.push({
      set: name,
      held: heldOf((document) => document.spans.length > 0),
      only: heldOf(
        ({ spans: labelled }) =>
          labelled.length > 0 &&
          labelled.every(({ category }) => category === 'patient_name' || category === 'address'),
      ),
      wrong: heldOf((document) => document.spans.length === 0),
      spans: ratesOf(spans).recall,
    });
  }
  return figures;
}

/** Makes the file that screening reads its weights from. */
export function writeJudge({ names, addresses }: JudgeModels): void {
  const model = (name: string, { bias, weights }: JudgeWeights) =>
    `  ${name}: {\n    bias: ${bias},\n    // prettier-ignore\n    weights: [\n${lines(weights)}\n    ],\n  },\n`;
  writeFileSync(
    WEIGHTS_FILE,
    `import type { JudgeModels } from './judge-models.js';\n\n` +
      `/** Made by \`npm run eval -- phi --fit\` from the labelled sets: a weight for each of the ${FEATURE_NAMES.length} features, in their order. */\n` +
      `export const JUDGE: JudgeModels = {\n${model('names', names)}${model('addresses', addresses)}};\n`,
  );
}

const A_LINE = 14;

function lines(values: readonly number[]): string {
  const made: string[] = [];
  for (let at = 0; at < values.length; at += A_LINE) made.push(`      ${values.slice(at, at + A_LINE).join(', ')},`);
  return made.join('\n');
}

function rounded({ bias, weights }: JudgeWeights): JudgeWeights {
  const round = (value: number) => Number(value.toFixed(DIGITS));
  return { bias: round(bias), weights: weights.map(round) };
}
