import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { FileClient } from '../../api/client/file-client.js';
import type { RunBody, RunList, RunSummaryBody } from '../../api/schemas/run.js';
import type { SyncBody } from '../../api/schemas/sync.js';
import { readStackState } from '../../infra/local/stack-state.js';
import { startStack, type Stack } from '../../test/harness/stack.js';
import { MODEL_NAME, modelsFolder } from './samples.js';

export interface Source {
  readonly name: string;
  readonly path: string;
}

/**
 * Waits between two looks at a run: a fiftieth of what passed so far, so that looking blurs a time by 2 % at most and costs
 * the API little (at four looks a second it took 4 s of CPU in a minute's ingest).
 */
const nextLookMs = (begun: number) => Math.min(1_000, Math.max(20, (performance.now() - begun) / 50));

/** Often enough to stop a run within two batches of pages of where it is to be stopped. */
const LOOK_EVERY_MS = 50;

/** Uploads under way at a time: enough that the API is never idle, fewer than a person's browser opens in all. */
const UPLOADS_AT_ONCE = 8;

/** The whole system as `npm start` runs it, with its defaults, in a data folder of its own. */
export class Medindex {
  /** `databaseUrl: null`: the embedded Postgres. `EMBEDDING_MODEL_PATH` is the model that the peer uses. */
  static async start(input: { databaseUrl: string | null; env?: Readonly<Record<string, string>> }): Promise<Medindex> {
    return new Medindex(
      await startStack({
        env: {
          LOG_LEVEL: 'warn',
          // Where benches make the folders that are synced.
          MEDINDEX_SOURCE_ROOTS: pathToFileURL(`${tmpdir()}/`).href,
          EMBEDDING_MODEL_PATH: join(modelsFolder(), MODEL_NAME),
          ...(input.databaseUrl === null ? {} : { DATABASE_URL: input.databaseUrl }),
          ...input.env,
        },
      }),
    );
  }

  readonly client: FileClient;

  private constructor(private readonly stack: Stack) {
    this.client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
  }

  get pid(): number {
    const { pid } = this.stack.supervisor;
    if (pid === undefined) throw new Error('the stack has no process');
    return pid;
  }

  get dataDir(): string {
    return this.stack.dataDir;
  }

  /** Keeps a collection the same as a folder of this machine, and waits until that has ended. Gives what was counted. */
  async sync(folder: string, collection: string): Promise<SyncBody['sources']> {
    const begun = performance.now();
    const { runId } = await this.client.startSync(collection, { uri: pathToFileURL(folder).href });
    for (;;) {
      const { state, sources, error } = await this.client.sync(runId);
      if (error) throw new Error(`the sync ended ${state}: ${error.code}\n${this.stack.output().slice(-3_000)}`);
      if (state !== 'running') return sources;
      await pause(nextLookMs(begun));
    }
  }

  /** Uploads all sources and waits until each run has ended. Gives the number of runs by their end. */
  async ingest(
    sources: readonly Source[],
    collection: string,
    atOnce = UPLOADS_AT_ONCE,
  ): Promise<Record<string, number>> {
    const begun = performance.now();
    const waiting = [...sources];
    const runIds: string[] = [];
    const upload = async () => {
      for (let source = waiting.shift(); source; source = waiting.shift()) {
        const { runId } = await this.client.upload({ path: source.path, fileName: source.name, collection });
        runIds.push(runId);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, upload));
    while ((await this.client.runs({ state: 'running', limit: 1 })).runs.length > 0) await pause(nextLookMs(begun));
    return this.#ends(new Set(runIds));
  }

  async #ends(wanted: ReadonlySet<string>): Promise<Record<string, number>> {
    const ends: Record<string, number> = {};
    for await (const { runId, state } of this.runs()) if (wanted.has(runId)) ends[state] = (ends[state] ?? 0) + 1;
    return ends;
  }

  /** All runs of the stack that read a source, the latest first. */
  async *runs(): AsyncGenerator<RunSummaryBody> {
    let cursor: string | null = null;
    do {
      const { runs, next }: RunList = await this.client.runs({
        kind: 'ingest',
        limit: 100,
        ...(cursor === null ? {} : { cursor }),
      });
      yield* runs.filter((run) => run.kind === 'ingest');
      cursor = next;
    } while (cursor !== null);
  }

  /** Uploads one source and waits until so many of its pages are done. Gives the run as it then is. */
  async ingestUpTo(source: Source, collection: string, pages: number): Promise<RunBody> {
    const { runId } = await this.client.upload({ path: source.path, fileName: source.name, collection });
    for (;;) {
      const run = await this.client.run(runId);
      if (run.pages.done >= pages || run.state !== 'running') return run;
      await pause(LOOK_EVERY_MS);
    }
  }

  async ended(runId: string): Promise<RunBody> {
    for (;;) {
      const run = await this.client.run(runId);
      if (run.state !== 'running') return run;
      await pause(LOOK_EVERY_MS);
    }
  }

  /** With SIGKILL; the supervisor brings it back. */
  killWorker(): void {
    process.kill(this.workerPid, 'SIGKILL');
  }

  /** After a restart it is another one. */
  get workerPid(): number {
    const worker = readStackState(this.dataDir)?.processes.find(({ name }) => name === 'worker');
    if (!worker) throw new Error('the stack has no worker');
    return worker.pid;
  }

  /** Of the stack's own Temporal server. */
  get temporalAddress(): string {
    const state = readStackState(this.dataDir);
    if (!state) throw new Error('the stack left no state');
    return state.temporal.address;
  }

  /** Removes its data folder, too. */
  async stop(): Promise<void> {
    await this.stack.stop();
  }
}
