import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiUnreachable, ApiRefusal, MedindexClient, type UploadInput } from '../../api/client/client.js';
import type { RunBody } from '../../api/schemas/run.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { startStack, type Stack } from '../harness/stack.js';
import { killedCorpus, MADE_DOCUMENTS } from './killed-corpus.js';

/** How often a condition is looked at. */
const LOOK_EVERY_MS = 100;

const QUESTIONS = [
  'zorbacillin and renal dosing with oedema',
  'trial 777 of mirtolol',
  'wheeze at night after exercise',
  'when should a patient with a fever be referred',
  'maximum daily dose',
];

/** What a reader can see of an index, without the ids and times that differ from run to run. */
interface Seen {
  /** External id → state, number of versions, number of chunks, outcome of each page. */
  readonly documents: Record<string, unknown>;
  /** Question and mode → passages with scores, in an order that does not depend on ids. */
  readonly answers: Record<string, unknown>;
}

describe('processes killed with SIGKILL in the middle of ingests', () => {
  let folder: string;
  let corpus: UploadInput[];
  let undisturbed: Seen;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-killed-'));
    corpus = await killedCorpus(join(folder, 'corpus'));
    const stack = await startStack({});
    try {
      const client = clientOf(stack);
      await ended(client, await uploadAll(client, corpus));
      undisturbed = await look(client);
    } finally {
      await stack.stop();
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('the undisturbed run has everything, so that there is something to compare with', () => {
    expect(Object.keys(undisturbed.documents).length).toBeGreaterThan(MADE_DOCUMENTS);
    for (const answer of Object.values(undisturbed.answers)) expect(answer).not.toMatchObject({ scores: [] });
  });

  test('each document is there exactly once, its ledger complete, and search answers as if nothing had happened', async () => {
    const stack = await startStack({});
    try {
      const client = clientOf(stack);
      const runIds = await uploadAll(client, corpus);

      await until(client, runIds, (runs) => runs.some((run) => run.stage === 'ocr' || run.stage === 'extract'));
      kill(stack, 'worker');
      await until(client, runIds, (runs) => runs.some((run) => run.state === 'running' && run.records.done >= 500));
      kill(stack, 'postgres');
      await until(client, runIds, (runs) => runs.some((run) => run.state === 'running' && run.stage === 'embed'));
      kill(stack, 'worker');
      kill(stack, 'postgres');

      const runs = await ended(client, runIds);
      expect(runs.filter((run) => run.error?.code === 'INTERNAL')).toEqual([]);
      const seen = await look(client);
      expect(seen.documents).toEqual(undisturbed.documents);
      expect(seen.answers).toEqual(undisturbed.answers);

      // The same bytes again: nothing to do, and nothing is done.
      const again = await ended(client, await uploadAll(client, corpus));
      expect([...new Set(again.map((run) => run.state))].sort()).toEqual(['held', 'unchanged']);
      expect(await look(client)).toEqual(seen);
    } finally {
      await stack.stop();
    }
  });
});

function clientOf(stack: Stack): MedindexClient {
  return new MedindexClient({ url: stack.url, apiKey: stack.adminKey });
}

/** The process as it runs now: after a restart it has another pid. */
function kill(stack: Stack, name: string): void {
  const found = readStackState(stack.dataDir)?.processes.find((process) => process.name === name);
  if (!found) throw new Error(`the stack has no process ${name}`);
  process.kill(found.pid, 'SIGKILL');
}

async function uploadAll(client: MedindexClient, corpus: readonly UploadInput[]): Promise<string[]> {
  const runIds: string[] = [];
  for (const file of corpus) runIds.push((await client.upload(file)).runId);
  return runIds;
}

async function ended(client: MedindexClient, runIds: readonly string[]): Promise<RunBody[]> {
  return until(client, runIds, (runs) => runs.every((run) => run.state !== 'running'));
}

/** Looks until the runs are as wished. While a process is down, so are answers: that is what is being tested. */
async function until(
  client: MedindexClient,
  runIds: readonly string[],
  wished: (runs: readonly RunBody[]) => boolean,
): Promise<RunBody[]> {
  for (;;) {
    const runs = await answered(() => Promise.all(runIds.map((runId) => client.run(runId))));
    if (wished(runs)) return runs;
    if (runs.every((run) => run.state !== 'running')) throw new Error('the runs ended before the wished moment came');
    await pause(LOOK_EVERY_MS);
  }
}

async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const down = error instanceof ApiUnreachable || (error instanceof ApiRefusal && error.status >= 500);
      if (!down) throw error;
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function look(client: MedindexClient): Promise<Seen> {
  const documents: Record<string, unknown> = {};
  for (let cursor: string | undefined; ;) {
    const page = await answered(() => client.documents({ limit: 100, ...(cursor ? { cursor } : {}) }));
    for (const document of page.documents) {
      expect(documents).not.toHaveProperty([document.externalId]);
      const ledger =
        document.version.pageCount > 0 ? await answered(() => client.documentPages(document.documentId)) : null;
      documents[document.externalId] = {
        state: document.state,
        phiStatus: document.phiStatus,
        version: document.version.number,
        pageCount: document.version.pageCount,
        pages: ledger?.pages.map(({ page, outcome }) => ({ page, outcome })) ?? [],
      };
    }
    cursor = page.next ?? undefined;
    if (cursor === undefined) break;
  }
  const answers: Record<string, unknown> = {};
  for (const query of QUESTIONS) {
    // Hybrid ranks hang on how ties are broken, and ties are broken by ids, which differ from run to run.
    for (const mode of ['vector', 'text'] as const) {
      const { data } = await answered(() => client.search({ query, mode, topK: 10 }));
      answers[`${mode}: ${query}`] = comparable(data.hits);
    }
  }
  return { documents, answers };
}

interface Hit {
  readonly externalId: string;
  readonly text: string;
  readonly scores: { readonly vector: number | null; readonly text: number | null };
}

/**
 * Cosines or BM25 scores, and the passages above the last of them: below it, a tie decides who is among the ten. The
 * `score` of a hit is made from its rank, which ties decide too.
 */
function comparable(hits: readonly Hit[]): unknown {
  const scored = hits.map(({ externalId, text, scores }) => ({
    externalId,
    text,
    score: (scores.vector ?? scores.text ?? 0).toFixed(4),
  }));
  const last = scored.at(-1)?.score;
  return {
    scores: scored.map(({ score }) => score),
    passages: scored
      .filter(({ score }) => score !== last)
      .sort((a, b) => Number(b.score) - Number(a.score) || a.text.localeCompare(b.text)),
  };
}
