import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import type { Bench, Say } from '../bench.js';
import { Medindex } from '../setting/medindex.js';
import { MissingForBench } from '../setting/missing.js';
import { NativeServer } from '../setting/native-server.js';
import { round, tableLines } from '../setting/statistics.js';
import { fewerPassages, type Judgements, loadBeir } from './retrieval/beir.js';
import {
  type Evaluated,
  evaluateQuestions,
  MEASURES,
  type Mode,
  MODES,
  type Scores,
} from './retrieval/evaluate-questions.js';
import { reliability } from './retrieval/reliability.js';
import { readReleased, type Released, writeReleased } from './retrieval/released.js';
import { confidenceInterval, mean, pairedRandomisation } from './retrieval/significance.js';

/** Where the figures of the last release lie, for corpora that come with the samples. */
const RELEASED = join(PROJECT_ROOT, 'bench', 'eval', 'retrieval', 'released');
const COLLECTION = 'judged_corpus';
const KEPT_DIGITS = 4;

/** A judged corpus through everything that a user's document and question go through: sync, workflows, search by the API. */
export const retrievalBench: Bench = {
  name: 'retrieval',
  summary:
    '<folder in BEIR form> [--split test] [--passages 1000] [--database native|embedded] [--against file] [--save file]  nDCG, MRR and recall by mode, through pipeline and API',
  async run(args, say) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        split: { type: 'string', default: 'test' },
        passages: { type: 'string' },
        database: { type: 'string', default: 'native' },
        against: { type: 'string' },
        save: { type: 'string' },
      },
    });
    const [folder] = positionals;
    if (folder === undefined) {
      throw new MissingForBench('Name a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv, as BEIR has them.');
    }
    const whole = loadBeir(resolve(folder), values.split);
    const judgements = values.passages === undefined ? whole : fewerPassages(whole, toCount(values.passages));
    const corpus = basename(resolve(folder));
    const kept = join(RELEASED, `${corpus}.json`);
    const against = values.against ?? (existsSync(kept) ? kept : null);
    const released = against === null ? null : comparable(readReleased(resolve(against)), corpus, judgements);

    const evaluated = await evaluate(judgements, values.database === 'native', say);
    const scores = { text: evaluated.text.scores, vector: evaluated.vector.scores, hybrid: evaluated.hybrid.scores };
    const compared = released === null ? null : compare(judgements, scores, released);
    for (const line of tableLines([
      ['', ...MEASURES, ...(released === null ? [] : [`nDCG@10 of ${released.version}`, 'p'])],
      ...MODES.map((mode) => [
        mode,
        ...MEASURES.map((measure) => shown(scores[mode][measure])),
        ...(compared === null ? [] : [compared[mode].released, compared[mode].p]),
      ]),
    ])) {
      say(line);
    }
    const bins = reliability(evaluated.hybrid.judgedHits);
    for (const line of tableLines([
      ['relevance of hybrid hits', 'judged hits', 'said', 'answer'],
      ...bins.map(({ from, to, hits, said, answers }) => [
        `${from}–${to}`,
        hits,
        round(said).toFixed(2),
        round(answers).toFixed(2),
      ]),
    ])) {
      say(line);
    }
    if (values.save !== undefined) writeReleased(resolve(values.save), toReleased(corpus, judgements, scores));
    return {
      figures: {
        corpus,
        passages: judgements.passages.length,
        questions: judgements.questions.length,
        ...Object.fromEntries(MODES.map((mode) => [mode, figuresOf(scores[mode])])),
        reliability: bins,
        ...(compared === null ? {} : { released: compared }),
      },
      short: MODES.filter((mode) => compared !== null && isWorse(compared[mode])).map((mode) => `${mode} got worse`),
    };
  },
};

async function evaluate(judgements: Judgements, native: boolean, say: Say): Promise<Record<Mode, Evaluated>> {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-beir-'));
  const server = native ? await NativeServer.start() : null;
  let medindex: Medindex | null = null;
  try {
    medindex = await Medindex.start({ databaseUrl: (await server?.createDatabase()) ?? null });
    const { client } = medindex;
    await client.createCollection({
      name: COLLECTION,
      sourceType: 'other',
      // What screening thinks of a public corpus is another question than what is found in it.
      phiPolicy: 'allow',
      phiPolicyReason: 'A public corpus with judgements',
    });
    const begun = performance.now();
    const names = await writePassages(join(folder, 'corpus'), judgements);
    const counts = await medindex.sync(join(folder, 'corpus'), COLLECTION);
    say(`${judgements.passages.length} passages in ${round((performance.now() - begun) / 1000, 0)} s: ${said(counts)}`);
    const passageOf = await documentsOf(medindex, names);
    const evaluated = {} as Record<Mode, Evaluated>;
    for (const mode of MODES) {
      say(`asking ${judgements.questions.length} questions, mode ${mode}`);
      const { questions } = judgements;
      evaluated[mode] = await evaluateQuestions({ client, collection: COLLECTION, questions, mode, passageOf });
    }
    return evaluated;
  } finally {
    await medindex?.stop();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One file a passage. Gives the passage of each file's name, as ids of corpora are no file names. */
async function writePassages(folder: string, { passages }: Judgements): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true });
  const names = new Map<string, string>();
  for (const [index, { id, title, text }] of passages.entries()) {
    const name = `passage-${String(index).padStart(7, '0')}.md`;
    const heading = title.replace(/\s+/g, ' ').trim();
    await writeFile(join(folder, name), `${heading === '' ? '' : `# ${heading}\n\n`}${text.toWellFormed()}\n`);
    names.set(name, id);
  }
  return names;
}

/** The passage of each document. */
async function documentsOf({ client }: Medindex, names: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const passageOf = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page = await client.documents({
      collection: COLLECTION,
      limit: 200,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const { documentId, externalId } of page.documents) {
      const passage = names.get(basename(externalId));
      if (passage !== undefined) passageOf.set(documentId, passage);
    }
    cursor = page.next;
  } while (cursor !== null);
  return passageOf;
}

interface Compared {
  readonly released: number;
  readonly now: number;
  /** Of the paired randomisation test. */
  readonly p: number;
}

function compare(
  { questions }: Judgements,
  scores: Readonly<Record<Mode, Scores>>,
  released: Released,
): Record<Mode, Compared> {
  const compared = {} as Record<Mode, Compared>;
  for (const mode of MODES) {
    // As exact as what is kept, so that what is the same counts as the same.
    const now = scores[mode]['nDCG@10'].map((value) => round(value, KEPT_DIGITS));
    const then = questions.map(({ id }) => released.ndcg[mode][id] ?? 0);
    compared[mode] = {
      released: round(mean(then), 3),
      now: round(mean(now), 3),
      p: round(pairedRandomisation(now, then), 3),
    };
  }
  return compared;
}

/** Worse, and hardly by chance. */
function isWorse({ released, now, p }: Compared): boolean {
  return now < released && p < 0.05;
}

/** Errors: `MissingForBench` where it was measured on something else. */
function comparable(released: Released, corpus: string, { passages, questions }: Judgements): Released {
  const known = Object.keys(released.ndcg.hybrid);
  const same = questions.length === known.length && questions.every(({ id }) => known.includes(id));
  if (released.corpus !== corpus || released.passages !== passages.length || !same) {
    throw new MissingForBench(
      `The figures of ${released.version} are of ${released.corpus} with ${released.passages} passages and ${known.length} questions; these are ${corpus} with ${passages.length} and ${questions.length}.`,
    );
  }
  return released;
}

function toReleased(corpus: string, judgements: Judgements, scores: Readonly<Record<Mode, Scores>>): Released {
  const byQuestion = (mode: Mode) =>
    Object.fromEntries(
      judgements.questions.map(({ id }, at) => [id, round(scores[mode]['nDCG@10'][at] ?? 0, KEPT_DIGITS)]),
    );
  return {
    version: ownVersion(),
    corpus,
    passages: judgements.passages.length,
    ndcg: { text: byQuestion('text'), vector: byQuestion('vector'), hybrid: byQuestion('hybrid') },
  };
}

function figuresOf(scores: Scores) {
  return Object.fromEntries(
    MEASURES.map((measure) => {
      const values = scores[measure];
      const [low, high] = confidenceInterval(values);
      return [measure, { mean: round(mean(values), 3), from: round(low, 3), to: round(high, 3) }];
    }),
  );
}

function shown(values: readonly number[]): string {
  const [low, high] = confidenceInterval(values);
  return `${round(mean(values), 3).toFixed(3)} (${round(low, 3).toFixed(3)}–${round(high, 3).toFixed(3)})`;
}

function said(counts: object): string {
  return Object.entries(counts)
    .flatMap(([name, count]) => (typeof count === 'number' && count > 0 ? [`${count} ${name}`] : []))
    .join(', ');
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new MissingForBench(`--passages ${text} is not a whole number.`);
  return count;
}
