import { readFile } from 'node:fs/promises';
import type { MovePolicy, MoveVerdict } from '../../core/contract/move-messages.js';
import type { VectorStore } from '../../core/ports/vector-index.js';
import type { MedindexClient } from '../client/client.js';
import type { ComparisonReport, GenerationBody, MoveBody, StartMove } from '../schemas/vector-index.js';
import { printLine, type Terminal } from './terminal.js';

interface IndexInput {
  readonly client: MedindexClient;
  readonly terminal: Terminal;
}

export interface TargetOptions {
  readonly model?: string;
  readonly store?: VectorStore;
}

export interface BuildOptions extends TargetOptions {
  readonly policy?: MovePolicy;
  readonly keepDays?: number;
  /** A file of questions: JSON, as the API takes them, or a question a line. */
  readonly questions?: string;
}

/** Every vector index of the collections, and where a move stands. */
export async function showIndexes(input: IndexInput & { collection?: string }): Promise<number> {
  const { client, collection, terminal } = input;
  const { vectorIndexes, models, stores } = await client.vectorIndexes(collection);
  for (const index of vectorIndexes) {
    printLine(terminal.stdout, describeIndex(index));
    if (index.move) for (const line of describeMove(index.move)) printLine(terminal.stdout, `  ${line}`);
  }
  printLine(terminal.stderr, `Models: ${models.join(', ') || 'none'}. Stores: ${stores.join(', ')}.`);
  return 0;
}

/** What a move costs. */
export async function estimateIndex(
  input: IndexInput & { collection: string; options: TargetOptions },
): Promise<number> {
  const { client, collection, options, terminal } = input;
  const { model, store } = options;
  const estimate = await client.estimateMove({
    collection,
    ...(model === undefined ? {} : { model }),
    ...(store === undefined ? {} : { store }),
  });
  printLine(terminal.stdout, describeEstimate(estimate));
  return 0;
}

/** Begins a move. */
export async function buildIndex(input: IndexInput & { collection: string; options: BuildOptions }): Promise<number> {
  const { client, collection, options, terminal } = input;
  const { questions: file, model, store, policy, keepDays } = options;
  const questions = file === undefined ? undefined : await readQuestions(file);
  const { runId, joined } = await client.startMove({
    collection,
    ...(model === undefined ? {} : { model }),
    ...(store === undefined ? {} : { store }),
    ...(policy === undefined ? {} : { policy }),
    ...(keepDays === undefined ? {} : { keepDays }),
    ...(questions === undefined ? {} : { questions }),
  });
  printLine(terminal.stdout, joined ? `This move is under way: run ${runId}` : `The move has begun: run ${runId}`);
  printLine(terminal.stderr, `Follow it with: npx medindex index status ${collection}`);
  return 0;
}

/** How the answers of both indexes compare, the questions that lose something first. */
export async function compareIndex(input: IndexInput & { collection: string }): Promise<number> {
  const { client, collection, terminal } = input;
  const index = await requireMove(client, collection);
  const { summary, questions } = await client.comparison(index.vectorIndexId);
  printLine(terminal.stdout, describeComparison(summary));
  const worst = [...questions].sort((a, b) => b.lost.length - a.lost.length || a.overlap - b.overlap);
  for (const question of worst) printLine(terminal.stdout, describeQuestion(question));
  return 0;
}

/** Decides about the move of a collection. */
export async function decideIndex(input: IndexInput & { collection: string; verdict: MoveVerdict }): Promise<number> {
  const { client, collection, verdict, terminal } = input;
  const index = await requireMove(client, collection);
  const { stage } = await client.decideMove(index.vectorIndexId, verdict);
  printLine(terminal.stdout, `${collection}: ${DONE[verdict]} (stage ${stage})`);
  return 0;
}

const DONE: Readonly<Record<MoveVerdict, string>> = {
  promote: 'the new vector index is searched now',
  rollback: 'the former vector index is searched again',
  abandon: 'the move is given up',
  finish: 'the former vector index is dropped',
};

async function requireMove(client: MedindexClient, collection: string): Promise<GenerationBody> {
  const { vectorIndexes } = await client.vectorIndexes(collection);
  const moving = vectorIndexes.find(({ move }) => move !== null);
  if (!moving) throw new Error(`No move of ${collection} is under way. Begin one with: npx medindex index build`);
  return moving;
}

/** Errors: `Error` for a file that is no list of questions. */
async function readQuestions(file: string): Promise<NonNullable<StartMove['questions']>> {
  const text = await readFile(file, 'utf8');
  if (!text.trimStart().startsWith('[')) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return lines.filter((line) => line !== '').map((query) => ({ query }));
  }
  try {
    return JSON.parse(text) as NonNullable<StartMove['questions']>;
  } catch (cause) {
    throw new Error(`${file} is not valid JSON. Give [{"query": "…", "expected": ["<document id>"]}], or a question a line.`, { cause }); // prettier-ignore
  }
}

function describeIndex({
  collection,
  model,
  dimensions,
  store,
  state,
  complete,
  vectorIndexId,
}: GenerationBody): string {
  const whole = complete ? '' : '  vectors are missing';
  return `${collection}  ${state}  ${model} (${dimensions}) in ${store}${whole}  [${vectorIndexId}]`;
}

function describeMove({ runId, stage, embedded, estimate, comparison }: MoveBody): string[] {
  return [
    `move ${stage}, ${embedded} passages embedded  [run ${runId}]`,
    ...(estimate ? [describeEstimate(estimate)] : []),
    ...(comparison ? [describeComparison(comparison)] : []),
    ...(stage === 'decide' ? ['decide with: npx medindex index compare, promote or abandon'] : []),
    ...(stage === 'kept' ? ['go back with: npx medindex index rollback; end it with: npx medindex index finish'] : []),
  ];
}

function describeEstimate({ chunks, tokens, tooLong, seconds, bytes }: NonNullable<MoveBody['estimate']>): string {
  const time = seconds === null ? 'unknown time' : seconds < 3_600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`; // prettier-ignore
  const cut = tooLong === 0 ? '' : `; the model reads only the beginning of ${tooLong}`;
  return `${chunks} passages, ${tokens} tokens, about ${time} of embedding, ${(bytes / 1e6).toFixed(1)} MB of vectors${cut}`;
}

function describeComparison(comparison: ComparisonReport['summary']): string {
  const { questions, judged, overlap, rankBiasedOverlap, ndcg, lost } = comparison;
  if (questions === 0)
    return 'nothing to compare by: no question was given, and no document has a title of three words';
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(2));
  const judgement = ndcg ? `, nDCG@10 ${share(ndcg.live)} → ${share(ndcg.next)} over ${judged}` : '';
  return `${questions} questions: overlap@10 ${share(overlap)}, rank-biased ${share(rankBiasedOverlap)}${judgement}, ${lost} lose something`;
}

function describeQuestion({ text, overlap, lost }: ComparisonReport['questions'][number]): string {
  const loss = lost.length === 0 ? '' : `  loses ${lost.join(', ')}`;
  return `  ${overlap.toFixed(2)}  ${text.slice(0, 100)}${loss}`;
}
