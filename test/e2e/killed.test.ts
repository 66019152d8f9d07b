import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiUnreachable, ApiRefusal, MedindexClient, type UploadInput } from '../../api/client/client.js';
import type { RunBody } from '../../api/schemas/run.js';
import type { SyncBody } from '../../api/schemas/sync.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { startStack, type Stack } from '../harness/stack.js';
import { killedCorpus, MADE_DOCUMENTS, syncedTopics } from './killed-corpus.js';

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

const minio = await findMinio();

/** Where objects lie and what is synced; on MinIO where it can be had, so that it can be killed too. */
interface Place {
  readonly env: Readonly<Record<string, string>>;
  /** The location of the topics. */
  readonly uri: string;
  /** Kills the store and starts it again; does nothing where it is a folder. */
  killStore(): Promise<void>;
}

const killsMinio = 'path' in minio ? '' : ` (MinIO is not killed: ${minio.missing})`;

describe(`processes killed with SIGKILL in the middle of ingests and a sync${killsMinio}`, () => {
  let folder: string;
  let server: MinioServer | undefined;
  let corpus: UploadInput[];
  let undisturbed: Seen;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-killed-'));
    corpus = await killedCorpus(join(folder, 'corpus'));
    if ('path' in minio) server = await startMinio(minio);
    const place = await newPlace();
    const stack = await startStack({ env: place.env });
    try {
      const client = clientOf(stack);
      await ended(client, await uploadAll(client, corpus));
      await syncEnded(client, (await client.startSync('consumer_health', { uri: place.uri })).runId);
      undisturbed = await look(client, place);
    } finally {
      await stack.stop();
    }
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the undisturbed run has everything, so that there is something to compare with', () => {
    expect(Object.keys(undisturbed.documents).length).toBeGreaterThan(MADE_DOCUMENTS);
    for (const answer of Object.values(undisturbed.answers)) expect(answer).not.toMatchObject({ scores: [] });
  });

  test('each document is there exactly once, its ledger complete, and search answers as if nothing had happened', async () => {
    const place = await newPlace();
    const stack = await startStack({ env: place.env });
    try {
      const client = clientOf(stack);
      const runIds = await uploadAll(client, corpus);

      await until(client, runIds, (runs) => runs.some((run) => run.stage === 'ocr' || run.stage === 'extract'));
      kill(stack, 'worker');
      await until(client, runIds, (runs) => runs.some((run) => run.state === 'running' && run.records.done >= 500));
      kill(stack, 'postgres');
      const { runId: syncId } = await answered(() => client.startSync('consumer_health', { uri: place.uri }));
      await untilSync(client, syncId, (sync) => sync.sources.listed > 0);
      kill(stack, 'temporal');
      await place.killStore();
      await untilSync(client, syncId, (sync) => sync.sources.ended > 0);
      kill(stack, 'api');
      kill(stack, 'worker');
      kill(stack, 'postgres');

      const runs = await ended(client, runIds);
      expect(runs.filter((run) => run.error?.code === 'INTERNAL')).toEqual([]);
      const sync = await syncEnded(client, syncId);
      expect(sync).toMatchObject({ state: 'published', sources: { failed: 0, ended: sync.sources.listed } });
      const seen = await look(client, place);
      expect(seen.documents).toEqual(undisturbed.documents);
      expect(seen.answers).toEqual(undisturbed.answers);

      // The same bytes again: nothing to do, and nothing is done.
      const again = await ended(client, await uploadAll(client, corpus));
      expect([...new Set(again.map((run) => run.state))].sort()).toEqual(['held', 'unchanged']);
      const { runId: resync } = await client.startSync('consumer_health', { uri: place.uri });
      expect(await syncEnded(client, resync)).toMatchObject({ state: 'unchanged' });
      expect(await look(client, place)).toEqual(seen);
    } finally {
      await stack.stop();
    }
  });

  async function newPlace(): Promise<Place> {
    const topics = syncedTopics();
    if (!server) {
      const synced = await mkdtemp(join(folder, 'synced-'));
      await mkdir(synced, { recursive: true });
      for (const [name, content] of topics) await writeFile(join(synced, name), content);
      return { env: {}, uri: pathToFileURL(`${synced}/`).href, killStore: async () => undefined };
    }
    const { client, endpoint, credentials } = server;
    const [objects, sources] = [await server.newBucket(), await server.newBucket()];
    for (const [name, content] of topics) {
      await client.send(new PutObjectCommand({ Bucket: sources, Key: `topics/${name}`, Body: content }));
    }
    return {
      uri: `s3://${sources}/topics/`,
      env: {
        OBJECT_STORE_URL: `s3://${objects}/medindex`,
        S3_ENDPOINT: endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      killStore: async () => {
        await server?.kill9();
        await server?.restart();
      },
    };
  }
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

async function syncEnded(client: MedindexClient, syncId: string): Promise<SyncBody> {
  for (;;) {
    const sync = await answered(() => client.sync(syncId));
    if (sync.state !== 'running') return sync;
    await pause(LOOK_EVERY_MS);
  }
}

async function untilSync(
  client: MedindexClient,
  syncId: string,
  wished: (sync: SyncBody) => boolean,
): Promise<SyncBody> {
  for (;;) {
    const sync = await answered(() => client.sync(syncId));
    if (wished(sync)) return sync;
    if (sync.state !== 'running') throw new Error('the sync ended before the wished moment came');
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

async function look(client: MedindexClient, { uri }: Place): Promise<Seen> {
  // Buckets and folders have other names each time.
  const nameOf = (externalId: string): string => externalId.replace(uri, 'synced:');
  const documents: Record<string, unknown> = {};
  for (let cursor: string | undefined; ;) {
    const page = await answered(() => client.documents({ limit: 100, ...(cursor ? { cursor } : {}) }));
    for (const document of page.documents) {
      const name = nameOf(document.externalId);
      expect(documents).not.toHaveProperty([name]);
      const ledger =
        document.version.pageCount > 0 ? await answered(() => client.documentPages(document.documentId)) : null;
      documents[name] = {
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
      answers[`${mode}: ${query}`] = comparable(
        data.hits.map((hit) => ({ ...hit, externalId: nameOf(hit.externalId) })),
      );
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
