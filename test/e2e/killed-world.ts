import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { ApiRefusal, ApiUnreachable, FileClient, type UploadInput } from '../../api/client/file-client.js';
import type { RunBody } from '../../api/schemas/run.js';
import type { SyncBody } from '../../api/schemas/sync.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { findMinio } from '../harness/minio-binary.js';
import { type MinioServer, startMinio } from '../harness/minio.js';
import { nativePostgres, type TestDatabase } from '../harness/postgres.js';
import type { Stack } from '../harness/stack.js';

/**
 * `KILLED_DATABASE=native`: Postgres is a server of its own, and not the stack's PGlite. Everything else is the same.
 */
const ON_NATIVE = process.env['KILLED_DATABASE'] === 'native';

/** How often a condition is looked at. */
const LOOK_EVERY_MS = 100;

const minio = await findMinio();

/** For the name of a suite: what cannot be killed on this machine. */
export const killsMinio = 'path' in minio ? '' : ` (MinIO is not killed: ${minio.missing})`;

/** What a stack works with: objects and sources on MinIO where it can be had, so that it can be killed too. */
export interface Place {
  readonly env: Readonly<Record<string, string>>;
  /** The location of each folder of sources, by its name. */
  readonly locations: ReadonlyMap<string, string>;
  /** Kills the store and starts it again; does nothing where it is a folder. */
  killStore(): Promise<void>;
  /** Kills the database and has it start again. */
  killDatabase(stack: Stack): Promise<void>;
  close(): Promise<void>;
}

/** Makes places; ends what they share. */
export class Places {
  static async open(folder: string): Promise<Places> {
    return new Places(folder, 'path' in minio ? await startMinio(minio) : null);
  }

  private constructor(
    private readonly folder: string,
    private readonly server: MinioServer | null,
  ) {}

  /** `sources`: folder → name → content. */
  async make(sources: ReadonlyMap<string, ReadonlyMap<string, string | Uint8Array>>): Promise<Place> {
    const database = ON_NATIVE ? await startNative() : null;
    const { env, locations } = this.server ? await inBuckets(this.server, sources) : await this.#inFolders(sources);
    return {
      env: { ...env, ...(database ? { DATABASE_URL: database.databaseUrl } : {}) },
      locations,
      killStore: async () => {
        await this.server?.kill9();
        await this.server?.restart();
      },
      killDatabase: async (stack) => {
        if (!database) return kill(stack, 'postgres');
        await database.kill9?.();
        await database.restart?.();
      },
      close: async () => database?.close(),
    };
  }

  async close(): Promise<void> {
    await this.server?.stop();
  }

  async #inFolders(sources: ReadonlyMap<string, ReadonlyMap<string, string | Uint8Array>>) {
    const locations = new Map<string, string>();
    for (const [name, files] of sources) {
      const synced = await mkdtemp(join(this.folder, `${name}-`));
      for (const [file, content] of files) await writeFile(join(synced, file), content);
      locations.set(name, pathToFileURL(`${synced}/`).href);
    }
    return { env: { MEDINDEX_SOURCE_ROOTS: pathToFileURL(`${this.folder}/`).href }, locations };
  }
}

async function startNative(): Promise<TestDatabase> {
  const postgres = await nativePostgres(16);
  const database = await postgres.start({ ownServer: true });
  if (!database.kill9) throw new Error('the server at TEST_DATABASE_URL is not ours to kill: unset it');
  return database;
}

async function inBuckets(server: MinioServer, sources: ReadonlyMap<string, ReadonlyMap<string, string | Uint8Array>>) {
  const { client, endpoint, credentials } = server;
  const [objects, bucket] = [await server.newBucket(), await server.newBucket()];
  const locations = new Map<string, string>();
  for (const [name, files] of sources) {
    for (const [file, content] of files) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${name}/${file}`, Body: content }));
    }
    locations.set(name, `s3://${bucket}/${name}/`);
  }
  const env = {
    OBJECT_STORE_URL: `s3://${objects}/medindex`,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  return { env, locations };
}

/** What a reader can see of an index, without the ids and times that differ from run to run. */
export interface Seen {
  /** External id → state, number of versions, number of chunks, outcome of each page. */
  readonly documents: Record<string, unknown>;
  /** Question and mode → passages with scores, in an order that does not depend on ids. */
  readonly answers: Record<string, unknown>;
}

export function clientOf(stack: Stack): FileClient {
  return new FileClient({ url: stack.url, apiKey: stack.adminKey });
}

/** The process as it runs now: after a restart it has another pid. */
export function kill(stack: Stack, name: string): void {
  const found = readStackState(stack.dataDir)?.processes.find((process) => process.name === name);
  if (!found) throw new Error(`the stack has no process ${name}`);
  process.kill(found.pid, 'SIGKILL');
}

export async function uploadAll(client: FileClient, corpus: readonly UploadInput[]): Promise<string[]> {
  const runIds: string[] = [];
  for (const file of corpus) runIds.push((await client.upload(file)).runId);
  return runIds;
}

export async function ended(client: FileClient, runIds: readonly string[]): Promise<RunBody[]> {
  return until(client, runIds, (runs) => runs.every((run) => run.state !== 'running'));
}

/** Looks until the runs are as wished. While a process is down, so are answers: that is what is being tested. */
export async function until(
  client: FileClient,
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

export async function syncEnded(client: FileClient, syncId: string): Promise<SyncBody> {
  for (;;) {
    const sync = await answered(() => client.sync(syncId));
    if (sync.state !== 'running') return sync;
    await pause(LOOK_EVERY_MS);
  }
}

export async function untilSync(
  client: FileClient,
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

export async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
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

export async function look(client: FileClient, { locations }: Place, questions: readonly string[]): Promise<Seen> {
  // Buckets and folders have other names each time.
  const nameOf = (externalId: string): string =>
    [...locations].reduce((name, [folder, uri]) => name.replace(uri, `${folder}:`), externalId);
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
  for (const query of questions) {
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
      .sort(
        (a, b) =>
          Number(b.score) - Number(a.score) || a.text.localeCompare(b.text) || a.externalId.localeCompare(b.externalId),
      ),
  };
}
