import type { GoldenGate } from '../../core/contract/states.js';
import type { MedindexClient } from '../client/client.js';
import type { GoldenQuestionBody } from '../schemas/golden-question.js';
import { printLine, type Terminal } from './terminal.js';
import { untilEnded } from './until-ended.js';

export interface AddGoldenOptions {
  readonly collection: string;
  /** External ids, or ids of documents. */
  readonly document?: readonly string[];
  readonly page?: readonly number[];
  readonly phrase?: string;
  readonly within?: number;
  readonly gate?: GoldenGate;
}

export interface ListGoldenOptions {
  readonly collection?: string;
  readonly lost?: boolean;
}

interface GoldenInput<Options> {
  readonly client: MedindexClient;
  readonly options: Options;
  readonly terminal: Terminal;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export async function addGoldenQuestion(
  input: GoldenInput<AddGoldenOptions> & { readonly question: string },
): Promise<number> {
  const { client, question, options, terminal } = input;
  const { collection, document, page, phrase, within, gate } = options;
  const golden = await client.declareGoldenQuestion({
    collection,
    question,
    ...(document ? { documents: document.map((id) => (UUID.test(id) ? { documentId: id } : { externalId: id })) } : {}),
    ...(page ? { pages: [...page] } : {}),
    ...(phrase === undefined ? {} : { phrase }),
    ...(within === undefined ? {} : { withinRank: within }),
    ...(gate === undefined ? {} : { gate }),
  });
  printLine(terminal.stdout, describe(golden));
  for (const { externalId } of golden.documents) {
    if (externalId === undefined) continue;
    // A key that may only send files in is told nothing of what is there.
    const found = await client.documents({ collection, externalId, limit: 1 }).catch(() => null);
    if (found?.documents.length === 0) {
      printLine(
        terminal.stderr,
        `There is no document ${externalId} in ${collection} yet: the answer counts as lost, and a gate holds nothing back, until there is one.`,
      );
    }
  }
  return 0;
}

/** Exit code 1 where an answer is lost. */
export async function listGoldenQuestions({
  client,
  options,
  terminal,
}: GoldenInput<ListGoldenOptions>): Promise<number> {
  const questions = await allOf(client, options);
  for (const golden of questions) printLine(terminal.stdout, describe(golden));
  if (questions.length === 0) printLine(terminal.stderr, options.lost ? 'No answer is lost.' : 'There are none yet.');
  return questions.some(({ result }) => result.state === 'lost') ? 1 : 0;
}

/** Asks for a check, and waits until every question was asked. Exit code 1 where an answer is lost. */
export async function checkGoldenQuestions({
  client,
  options,
  terminal,
}: GoldenInput<{ readonly collection: string; readonly wait: boolean }>): Promise<number> {
  const { collection, wait } = options;
  const { askedAt } = await client.checkGoldenQuestions(collection);
  if (!wait) return 0;
  if ((await allOf(client, { collection })).length > 0) {
    printLine(terminal.stderr, 'It begins within half a minute.');
    const isAsked = ({ result }: GoldenQuestionBody) => result.checkedAt !== null && result.checkedAt >= askedAt;
    const look = async () => {
      const questions = await allOf(client, { collection });
      return { state: questions.every(isAsked) ? 'ended' : 'running' };
    };
    await untilEnded(look, () => undefined);
  }
  return listGoldenQuestions({ client, options: { collection }, terminal });
}

export async function removeGoldenQuestion(input: {
  readonly client: MedindexClient;
  readonly goldenQuestionId: string;
  readonly terminal: Terminal;
}): Promise<number> {
  await input.client.removeGoldenQuestion(input.goldenQuestionId);
  printLine(input.terminal.stdout, 'Removed.');
  return 0;
}

async function allOf(client: MedindexClient, { collection, lost }: ListGoldenOptions): Promise<GoldenQuestionBody[]> {
  const all: GoldenQuestionBody[] = [];
  let cursor: string | null = null;
  do {
    const page = await client.goldenQuestions({
      limit: '200',
      ...(collection === undefined ? {} : { collection }),
      ...(lost ? { state: 'lost' as const } : {}),
      ...(cursor === null ? {} : { cursor }),
    });
    all.push(...page.goldenQuestions);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

const REASONS = {
  nothing: 'nothing is found',
  document: 'no passage of an expected document is found',
  page: 'nothing on an expected page is found',
  phrase: 'no passage found has the words',
} as const;

function describe({ goldenQuestionId, collection, question, gate, withinRank, result }: GoldenQuestionBody): string {
  const { state, rank, reason, lostSince, publications } = result;
  const suspects = publications.map(({ runId }) => runId).join(', ');
  const stands =
    state === 'found'
      ? `found at ${rank} of ${withinRank}`
      : state === 'unchecked' || reason === null
        ? 'not asked yet'
        : `LOST since ${lostSince}: ${REASONS[reason]}${suspects === '' ? '' : `; published before: ${suspects}`}`;
  return `${goldenQuestionId}  ${collection}  ${gate}  ${stands}\n   ${question}`;
}
