import { assembleText } from '../../core/reading/assemble-text.js';
import { lookAlikeTables } from '../../test/fixtures/documents/look-alike-tables.js';
import { type Bench, missed, type Say } from '../bench.js';
import { absentIdentifiers, lookAlikeIdentifiers } from '../setting/look-alikes/identifiers.js';
import { lookAlikeMonographs, type LookAlikeDocument, medicineNames } from '../setting/look-alikes/monographs.js';
import { NativeServer } from '../setting/native-server.js';
import { round, tableLines } from '../setting/statistics.js';
import { type Hit, type IndexedSearch, type Mode, MODES, openIndexedSearch } from './indexed-search.js';

const PER_KIND = 120;
const IDENTIFIERS_PER_KIND = 40;
const ABSENT = 60;
const ABSENT_PER_KIND = 8;
const TARGETS = { first: 0.98, identifierInFive: 0.97, auroc: 0.95 };

interface Asked {
  readonly set: 'tables' | 'monographs' | 'identifiers';
  readonly externalId: string;
  readonly question: string;
  readonly answer: readonly string[];
}

/** Documents that differ in one medicine or one identifier: who asks for one gets its passage, and is told when there is none. */
export const lookAlikesBench: Bench = {
  name: 'look-alikes',
  summary:
    'questions for one medicine, gene, code or device among documents that look alike; and for some that are in none',
  async run(_args, say) {
    const tables = lookAlikeTables(PER_KIND).map(({ question, row, ...document }): LookAlikeDocument => ({
      ...document,
      questions: [{ question, answer: row }],
    }));
    const sets = {
      tables,
      monographs: lookAlikeMonographs(PER_KIND),
      identifiers: lookAlikeIdentifiers(IDENTIFIERS_PER_KIND),
    };
    const asked = Object.entries(sets).flatMap(([set, documents]) =>
      documents.flatMap(({ externalId, questions }) =>
        questions.map((question) => ({ set: set as Asked['set'], externalId, ...question })),
      ),
    );
    const server = await NativeServer.start();
    try {
      const indexed = await openIndexedSearch({
        server,
        modelFile: 'model_quantized.onnx',
        collection: 'guidelines',
        documents: Object.values(sets)
          .flat()
          .map(({ externalId, title, blocks }) => ({
            externalId,
            reading: assembleText(blocks, { title }, { language: 'en' }),
          })),
      });
      try {
        return await evaluate(indexed, asked, say);
      } finally {
        await indexed.close();
      }
    } finally {
      await server.stop();
    }
  },
};

async function evaluate(indexed: IndexedSearch, asked: readonly Asked[], say: Say) {
  const figures: Partial<Record<Mode, Record<string, number>>> = {};
  for (const mode of MODES) {
    const ranks: { set: Asked['set']; rank: number }[] = [];
    for (const one of asked) {
      const hits = await indexed.search(one.question, mode, 5);
      ranks.push({ set: one.set, rank: hits.findIndex((hit) => answers(hit, one)) + 1 });
    }
    const share = (set: Asked['set'], within: number) => {
      const own = ranks.filter((one) => one.set === set);
      return round(own.filter(({ rank }) => rank > 0 && rank <= within).length / own.length, 3);
    };
    figures[mode] = {
      tablesFirst: share('tables', 1),
      monographsFirst: share('monographs', 1),
      identifiersFirst: share('identifiers', 1),
      identifiersInFive: share('identifiers', 5),
    };
  }
  const answerable = await confidences(
    indexed,
    asked.map(({ question }) => question),
  );
  const absent = await confidences(indexed, [
    ...medicineNames(ABSENT, PER_KIND).map((name) => `What is the usual dose of ${name} in adults?`),
    ...absentIdentifiers(ABSENT_PER_KIND),
  ]);
  const auroc = round(areaUnderCurve(answerable, absent), 3);
  const hybrid = figures.hybrid ?? {};
  for (const line of tableLines([
    ['', ...Object.keys(hybrid)],
    ...MODES.map((mode) => [mode, ...Object.values(figures[mode] ?? {})]),
  ])) {
    say(line);
  }
  say(
    `${answerable.length} questions with an answer, ${absent.length} without: confidence tells them apart with AUROC ${auroc}`,
  );
  return {
    figures: { ...figures, auroc },
    short: missed({
      tablesFirst: (hybrid['tablesFirst'] ?? 0) >= TARGETS.first,
      monographsFirst: (hybrid['monographsFirst'] ?? 0) >= TARGETS.first,
      identifiersInFive: (hybrid['identifiersInFive'] ?? 0) >= TARGETS.identifierInFive,
      auroc: auroc >= TARGETS.auroc,
    }),
  };
}

async function confidences(indexed: IndexedSearch, questions: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const question of questions) {
    const hits = await indexed.search(question, 'hybrid', 10);
    found.push(Math.max(0, ...hits.map(({ relevance }) => relevance ?? 0)));
  }
  return found;
}

function answers({ chunk }: Hit, { externalId, answer }: Asked): boolean {
  return (
    chunk.externalId === externalId &&
    chunk.text.split('\n').some((line) => answer.every((part) => line.toLowerCase().includes(part.toLowerCase())))
  );
}

/** How often one of the first is above one of the others, a tie counting half. */
function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const wins = positives.flatMap((one) =>
    negatives.map((other): number => (one > other ? 1 : one === other ? 0.5 : 0)),
  );
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}
