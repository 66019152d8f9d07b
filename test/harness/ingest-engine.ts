import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { createEmbedActivities } from '../../activities/embed-activities.js';
import { createIoActivities } from '../../activities/io-activities.js';
import { createOcrActivities } from '../../activities/ocr-activities.js';
import { createWebhookActivities } from '../../activities/webhook-activities.js';
import { DEFAULT_COLLECTIONS } from '../../api/default-collections.js';
import { DEFAULT_ORGANIZATION, ingestSourceWorkflowId, ingestUploadsWorkflowId } from '../../core/contract/ids.js';
import type { PageMethod } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Run, RunView } from '../../core/ports/run-catalog.js';
import type { SyncView } from '../../core/ports/sync-catalog.js';
import { WORKER_KINDS, type WorkerKind } from '../../core/contract/queues.js';
import { formatSourceUri, sourcePrefix } from '../../core/contract/source-location.js';
import { loadConfig } from '../../infra/config.js';
import type { Environment } from '../../infra/settings-reader.js';
import { createDataConverter } from '../../infra/temporal/data-converter.js';
import { WORKFLOW_BUNDLE } from '../../workers/bundle.js';
import { createWorkerDependencies, type WorkerDependencies } from '../../workers/dependencies.js';
import { tuning } from '../../workers/tuning.js';
import type { TestDatabase } from './postgres.js';
import type { TemporalServer } from './temporal.js';

/** Everything but the API, in this process: real workers on a real Temporal server, database, reader, OCR and model. */
export interface IngestEngine {
  /** Of its workers. */
  readonly dataDir: string;
  readonly objects: ObjectStore;
  /** Takes a file in as an upload does. Gives the run's id. */
  upload(path: string, collection: string, options?: { urgent?: boolean }): Promise<string>;
  /** Takes small files in as uploads that come close together. Gives the runs' ids. */
  uploadTogether(paths: readonly string[], collection: string): Promise<string[]>;
  /** Has one page read again, as the API does. Gives the run's id. */
  reread(documentId: string, page: number, method: PageMethod): Promise<string>;
  /** Has an ended run tried again, as the API does. Gives the run's id. */
  retry(runId: string): Promise<string>;
  /** Asks that a run stops, as the API does. */
  cancel(runId: string): Promise<void>;
  /** Starts a sync of a folder. Gives the sync's id. */
  sync(folder: string, collection: string, options?: { confirmed?: boolean }): Promise<string>;
  runsEnded(runIds: readonly string[]): Promise<RunView[]>;
  syncEnded(runId: string): Promise<SyncView>;
  stop(): Promise<void>;
}

type AnyActivity = (input: never) => Promise<unknown>;

export interface StartEngineInput {
  readonly temporal: TemporalServer;
  readonly database: TestDatabase;
  /** Settings besides those that every engine gets. */
  readonly settings?: Environment;
  /** Replaces what activities are made from. */
  readonly replace?: (deps: WorkerDependencies) => WorkerDependencies;
  /** Put around each activity. */
  readonly wrap?: (name: string, activity: AnyActivity) => AnyActivity;
}

export const EVERYTHING: AccessScope = {
  organizationId: DEFAULT_ORGANIZATION,
  collections: 'all',
  safetyLevel: 'clinical_staff_only',
};

const LOOK_EVERY_MS = 50;

export async function startIngestEngine(input: StartEngineInput): Promise<IngestEngine> {
  const { temporal, database, replace = (deps) => deps, wrap = (_name, activity) => activity } = input;
  const dataDir = await mkdtemp(join(tmpdir(), 'medindex-engine-'));
  const { id, key } = temporal.keyring.active;
  const config = loadConfig({
    HOME: dataDir,
    MEDINDEX_DATA_DIR: dataDir,
    DATABASE_URL: database.databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    MEDINDEX_ENCRYPTION_KEYS: `${id}:${Buffer.from(key).toString('base64')}`,
    EMBEDDING_MODEL_PATH: process.env['EMBEDDING_MODEL_PATH'],
    EMBEDDING_PROVIDER: process.env['EMBEDDING_MODEL_PATH'] ? 'onnx' : 'off',
    ...input.settings,
  });
  // What the test itself does is not disturbed.
  const own = await createWorkerDependencies(config);
  const deps = replace(own);
  for (const [name, settings] of Object.entries(DEFAULT_COLLECTIONS)) {
    await own.catalog.collections.create(DEFAULT_ORGANIZATION, name, settings, 'system');
  }
  const { nativeConnection: connection, namespace } = temporal;
  const workers = await Promise.all(
    WORKER_KINDS.map((kind) =>
      Worker.create({
        connection,
        namespace,
        dataConverter: createDataConverter(temporal.keyring),
        ...tuning(kind),
        ...work(kind),
      }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));

  function work(kind: WorkerKind) {
    if (kind === 'workflow') return { workflowBundle: { codePath: WORKFLOW_BUNDLE } };
    const made =
      kind === 'io'
        ? createIoActivities(deps)
        : kind === 'ocr'
          ? createOcrActivities(deps)
          : kind === 'embed'
            ? createEmbedActivities(deps)
            : createWebhookActivities(deps);
    return {
      activities: Object.fromEntries(
        Object.entries(made).map(([name, activity]) => [name, wrap(name, activity as AnyActivity)]),
      ),
    };
  }

  async function accept(path: string, collection: string, urgent = false): Promise<Run> {
    const object = await own.objects.put(`sources/${DEFAULT_ORGANIZATION}/${randomUUID()}`, await readFile(path));
    const { run } = await own.catalog.runs.accept({
      organizationId: DEFAULT_ORGANIZATION,
      collectionId: await collectionId(collection),
      sourceKey: `upload:${basename(path)}`,
      fileName: basename(path),
      object,
      metadata: { custom: {} },
      actor: 'key-1',
      urgent,
    });
    return run;
  }

  async function collectionId(name: string): Promise<string> {
    const collection = await own.catalog.collections.byName(EVERYTHING, name);
    if (!collection) throw new Error(`no collection ${name}`);
    return collection.collectionId;
  }

  return {
    dataDir,
    objects: own.objects,
    async upload(path, collection, { urgent = false } = {}) {
      const run = await accept(path, collection, urgent);
      await own.starter.start(run);
      return run.runId;
    },
    async uploadTogether(paths, collection) {
      const runs: Run[] = [];
      for (const path of paths) runs.push(await accept(path, collection));
      const [first] = runs;
      if (!first) return [];
      const workflowId = ingestUploadsWorkflowId(DEFAULT_ORGANIZATION, randomUUID());
      const runIds = runs.map(({ runId }) => runId);
      await own.catalog.runs.gather(DEFAULT_ORGANIZATION, runIds, workflowId);
      await own.starter.start({ ...first, workflowId });
      return runIds;
    },
    async reread(documentId, page, method) {
      const accepted = await own.catalog.runs.reread(EVERYTHING, { documentId, page, method, actor: 'key-1' });
      if (!accepted || 'refusal' in accepted) throw new Error(`not read again: ${JSON.stringify(accepted)}`);
      await own.starter.start(accepted.run);
      return accepted.run.runId;
    },
    async retry(retryOf) {
      const accepted = await own.catalog.runs.retry(EVERYTHING, retryOf, 'key-1');
      if (!accepted || 'refusal' in accepted) throw new Error(`not tried again: ${JSON.stringify(accepted)}`);
      await own.starter.start(accepted.run);
      return accepted.run.runId;
    },
    cancel: (runId) => own.starter.cancel({ workflowId: ingestSourceWorkflowId(DEFAULT_ORGANIZATION, runId) }),
    async sync(folder, collection, { confirmed = false } = {}) {
      const location = sourcePrefix(formatSourceUri({ scheme: 'file', path: folder }));
      if (location === null) throw new Error('not a folder');
      const { sync } = await own.catalog.syncs.accept({
        organizationId: DEFAULT_ORGANIZATION,
        collectionId: await collectionId(collection),
        location,
        maxWithdrawnShare: 0.5,
        withdrawalsConfirmed: confirmed,
        actor: 'key-1',
      });
      await own.starter.start(sync);
      return sync.runId;
    },
    runsEnded: (runIds) =>
      Promise.all(runIds.map((runId) => untilEnded(() => own.catalog.runs.get(EVERYTHING, runId)))),
    syncEnded: (runId) => untilEnded(() => own.catalog.syncs.get(EVERYTHING, runId)),
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      await own.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilEnded<View extends { state: string }>(look: () => Promise<View | null>): Promise<View> {
  for (;;) {
    const view = await look();
    if (!view) throw new Error('no such run');
    if (view.state !== 'running') return view;
    await pause(LOOK_EVERY_MS);
  }
}
