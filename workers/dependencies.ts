import { join } from 'node:path';
import type {
  ChunkingDependencies,
  MovingDependencies,
  OcrDependencies,
  ReconcilingDependencies,
  ScreeningDependencies,
  SyncDependencies,
  WarmingDependencies,
  WebhookDependencies,
  WebhookNotice,
} from '../activities/dependencies.js';
import type { Config } from '../infra/config.js';
import { ChildProcessDocumentReader } from '../infra/readers/child-process-document-reader.js';
import { createCollectionModels, createEmbedder, createTokenizer } from '../infra/embedding/create-embedder.js';
import { createReranker } from '../infra/reranking/create-reranker.js';
import { createSealedTexts } from '../infra/encryption/sealed-texts.js';
import { createSpanHasher } from '../infra/encryption/span-hasher.js';
import { Keyring } from '../infra/encryption/keyring.js';
import { createObjectStore } from '../infra/objectstore/create-object-store.js';
import { createSourceStore } from '../infra/objectstore/create-source-store.js';
import { ScratchFiles } from '../infra/objectstore/scratch-files.js';
import { createOcrEngine } from '../infra/ocr/create-ocr-engine.js';
import { createPool } from '../infra/postgres/pool.js';
import { Database } from '../infra/postgres/database.js';
import { tellRunEnds } from '../infra/postgres/runs/tell-run-ends.js';
import type { Log } from '../infra/telemetry/log.js';
import { readSystemId } from '../infra/postgres/system-id.js';
import { createVectorIndex } from '../infra/vectors/create-vector-index.js';
import { createPostgresCatalog } from '../infra/postgres/postgres-catalog.js';
import { connectTemporal, type TemporalLink } from '../infra/temporal/connect-temporal.js';
import { createScreeningTools } from '../infra/screening/create-screening-tools.js';
import { HttpWebhookSender } from '../infra/webhooks/http-webhook-sender.js';
import { TemporalWorkflowStarter } from '../infra/temporal/temporal-workflow-starter.js';

/** One call of the reader: 25 pages take a second; a page that needs 2 minutes is damaged or made to be slow. */
const READ_DEADLINE_MS = 120_000;

/** Room for four originals of the largest size; what a crash leaves behind is bounded by it too. */
const SCRATCH_BYTES = 2 * 1024 ** 3;

const WEBHOOK_NOTICES: Readonly<Record<WebhookNotice['what'], string>> = {
  disabled: 'a webhook was disabled',
  secret_unreadable: 'a secret of a webhook cannot be opened',
};

export type WorkerDependencies = OcrDependencies &
  ScreeningDependencies &
  ChunkingDependencies &
  MovingDependencies &
  ReconcilingDependencies &
  SyncDependencies &
  WarmingDependencies &
  WebhookDependencies & {
    readonly keyring: Keyring;
    readonly temporal: TemporalLink;
    /** Of the database. */
    readonly systemId: string;
    /** In the reverse order of making. */
    close(): Promise<void>;
  };

/** Makes every client and engine of a worker process. Engines start their threads and children only when first used. */
export async function createWorkerDependencies(
  config: Config,
  { log }: { readonly log?: Log } = {},
): Promise<WorkerDependencies> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers) await closer();
  };
  try {
    return { ...(await open(config, log, closers)), close };
  } catch (error) {
    // What is open keeps the process from ending.
    await close();
    throw error;
  }
}

async function open(
  config: Config,
  log: Log | undefined,
  closers: (() => Promise<void>)[],
): Promise<Omit<WorkerDependencies, 'close'>> {
  const closing = <Closable extends { close(): Promise<void> }>(resource: Closable): Closable => {
    closers.unshift(() => resource.close());
    return resource;
  };

  const keyring = new Keyring(config.encryptionKeys);
  const pool = await createPool({ databaseUrl: config.databaseUrl ?? '' });
  closers.unshift(() => pool.end());
  const vectors = closing(createVectorIndex(config.vectorStore, { pool }));
  const objects = closing(createObjectStore(config.objectStore, { keyring }));
  const temporal = closing(await connectTemporal({ env: config.temporal.variables, keyring }));
  const embedder = await createEmbedder(config.embedding);
  if (embedder) closing(embedder);
  const reranker = await createReranker(config.reranking);
  if (reranker) closing(reranker);
  const screening = await createScreeningTools(config.screening);
  if (screening.detector) closing(screening.detector);
  const collectionModels = closing(await createCollectionModels(config.embedding));

  const localFiles = closing(
    new ScratchFiles({
      store: objects,
      keyring,
      folder: join(config.dataDir, 'scratch'),
      maxTotalBytes: SCRATCH_BYTES,
    }),
  );
  await localFiles.prepare();

  return {
    keyring,
    temporal,
    systemId: await readSystemId(pool),
    catalog: tellRunEnds(
      createPostgresCatalog({ pool, vectorStore: config.vectorStore.store }),
      new Database(pool),
      (ending) => log?.info(ending, 'run ended'),
    ),
    vectorIndex: vectors.vectorIndex,
    objects,
    sources: closing(createSourceStore({ ...config.sources, s3: { endpoint: config.sources.s3Endpoint } })),
    localFiles,
    reader: closing(new ChildProcessDocumentReader()),
    ocr: closing(await createOcrEngine(config.ocr)),
    ocrLanguages: config.ocr.languages,
    screening,
    limits: {
      maxPages: config.limits.pages,
      maxSourceBytes: config.limits.uploadBytes,
      readDeadlineMs: READ_DEADLINE_MS,
    },
    embedder,
    reranking: reranker && { reranker, timeoutMs: config.reranking.timeoutMs },
    collectionModels,
    tokenizer: await createTokenizer(config.embedding),
    starter: new TemporalWorkflowStarter(temporal.client),
    hashSpan: createSpanHasher(keyring),
    goldenTexts: createSealedTexts(keyring, 'golden-question'),
    warmQuestions: config.cache.enabled ? config.cache.warmQuestions : 0,
    sender: new HttpWebhookSender(config.webhooks),
    webhookSecrets: createSealedTexts(keyring, 'webhook-secret'),
    tellOfWebhook: ({ what, ...notice }) => log?.warn(notice, WEBHOOK_NOTICES[what]),
  };
}
