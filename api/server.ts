import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { SharedCache } from '../core/ports/shared-cache.js';
import type { Catalog } from '../core/ports/catalog.js';
import type { ObjectStore } from '../core/ports/object-store.js';
import type { Embedder } from '../core/ports/embedder.js';
import { type Config, loadConfig } from '../infra/config.js';
import { ChildProcessDocumentReader } from '../infra/readers/child-process-document-reader.js';
import { ReaderPassagePictures } from '../infra/readers/reader-passage-pictures.js';
import { createCollectionModels, createEmbedder, createTokenCounters } from '../infra/embedding/create-embedder.js';
import { phiModelName } from '../infra/screening/create-screening-tools.js';
import { createCertificateSigner } from '../infra/encryption/certificate-signer.js';
import { wordLists } from '../infra/screening/word-lists.js';
import { createSealedTexts } from '../infra/encryption/sealed-texts.js';
import { createSpanHasher } from '../infra/encryption/span-hasher.js';
import { Keyring } from '../infra/encryption/keyring.js';
import { PROJECT_ROOT } from '../infra/entry-point.js';
import { createObjectStore, createUploadStore } from '../infra/objectstore/create-object-store.js';
import { createSourceStore } from '../infra/objectstore/create-source-store.js';
import { ScratchFiles } from '../infra/objectstore/scratch-files.js';
import { Database } from '../infra/postgres/database.js';
import { tellRunEnds } from '../infra/postgres/runs/tell-run-ends.js';
import { createVectorIndex } from '../infra/vectors/create-vector-index.js';
import { createPool, kindOf, type PostgresKind, type PostgresPool } from '../infra/postgres/pool.js';
import { createPostgresCatalog } from '../infra/postgres/postgres-catalog.js';
import { DatabaseWatch, watched, watchedCatalog } from '../infra/resilience/database-watch.js';
import { createReranker } from '../infra/reranking/create-reranker.js';
import {
  guardEmbedder,
  guardReranker,
  guardObjectStore,
  guardSharedCache,
  guardStarter,
} from '../infra/resilience/guard-stores.js';
import type { Guard, GuardStatus } from '../infra/resilience/guard.js';
import { readSystemId } from '../infra/postgres/system-id.js';
import { prepareStart } from '../infra/starting/prepare-start.js';
import { createLog, type Log } from '../infra/telemetry/log.js';
import { createCodecRoute } from '../infra/temporal/codec-route.js';
import { connectTemporal } from '../infra/temporal/connect-temporal.js';
import { TemporalWorkflowStarter } from '../infra/temporal/temporal-workflow-starter.js';
import { keyedHasher } from '../infra/encryption/keyed-hasher.js';
import { createRateStore } from '../infra/limits/create-rate-store.js';
import { createSharedCache } from '../infra/cache/create-shared-cache.js';
import { NamespaceTaken, requireOwnNamespace } from '../infra/temporal/schedules.js';
import { buildApp } from './app.js';
import { AnswerCache } from './cache/answer-cache.js';
import { AnswerOverflow } from './cache/answer-overflow.js';
import type { Caching } from './cache/caching.js';
import { ForgetWithdrawn } from './cache/forget-withdrawn.js';
import { EpochFollower } from './cache/epoch-follower.js';
import { prepareFirstStart } from './first-start.js';
import { LimitCounts } from './limits/limit-counts.js';
import type { Limiting } from './limits/limit-requests.js';
import { PlanLimitsInForce } from './limits/plan-limits.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { UsageMeter } from './limits/usage-meter.js';
import {
  initCommand,
  migrateCommand,
  OPERATOR_COMMANDS,
  type OperatorCommand,
  printEncryptionKey,
} from './operator.js';
import { keepSweeping } from './upload/sweep-uploads.js';

/** The composition root of `node dist/api/server.js`: makes every client, migrates, listens, and closes in reverse. */
async function main(): Promise<void> {
  const settings = loadConfig(process.env, 'process');
  const log = createLog({ name: 'api', level: settings.logLevel });
  const { config, warnings } = await prepareStart(settings, 'api');
  for (const warning of warnings) log.warn(warning);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    const app = await open(config, log, closers);
    const address = await app.listen({ host: config.host, port: config.port });
    log.info({ address }, 'api listens');
    stopWhenTold(log, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Originals of which a page was drawn lately; few are asked for twice. */
const SCRATCH_BYTES = 512 * 1024 ** 2;

/** Connections beside those of searches. */
const SHORT_WAYS: Readonly<Record<PostgresKind, number>> = { native: 2, pglite: 1 };

/** Temporal answers within milliseconds, or it is not there. */
const NAMESPACE_LOOK_MS = 3_000;

/** Everything that must be closed again is put on `closers` as soon as it is open. */
async function open(config: Config, log: Log, closers: (() => Promise<unknown>)[]): Promise<FastifyInstance> {
  const keyring = new Keyring(config.encryptionKeys);
  const databaseUrl = config.databaseUrl ?? '';
  const pool = await createPool({
    databaseUrl,
    applicationName: 'medindex-api',
  });
  closers.push(() => pool.end());
  // Statements of a millisecond that every request waits for; behind the searches of an overload they took a second.
  const shortWays = await createPool({
    databaseUrl,
    kind: kindOf(pool),
    maxConnections: SHORT_WAYS[kindOf(pool)],
    applicationName: 'medindex-api-short',
  });
  closers.push(() => shortWays.end());
  const watch = kindOf(pool) === 'native' ? new DatabaseWatch(databaseUrl) : null;
  if (watch) {
    watch.start();
    closers.push(() => watch.stop());
  }
  const bareCatalog = tellRunEnds(
    createPostgresCatalog({
      pool,
      shortWays: new Database(shortWays),
      vectorStore: config.vectorStore.store,
    }),
    new Database(pool),
    (ending) => log.info(ending, 'run ended'),
  );
  const catalog = watch ? watchedCatalog(bareCatalog, watch) : bareCatalog;
  const vectors = createVectorIndex(config.vectorStore, { pool });
  closers.push(() => vectors.close());
  const adminKey = readAdminKey(config);
  await prepareFirstStart(catalog, adminKey);

  const objects = createObjectStore(config.objectStore, { keyring });
  closers.push(() => objects.close());
  const sources = createSourceStore({ ...config.sources, s3: { endpoint: config.sources.s3Endpoint } });
  closers.push(() => sources.close());
  const uploads = createUploadStore(config.objectStore, { objects });
  closers.push(() => uploads.close());
  // No process is started before the first picture is asked for.
  const scratch = new ScratchFiles({
    store: objects,
    keyring,
    folder: join(config.dataDir, 'scratch-api'),
    maxTotalBytes: SCRATCH_BYTES,
  });
  // Only pictures of pages need it: an API whose folder cannot be written serves everything else.
  await scratch.prepare().catch((error: unknown) => log.warn({ err: error }, 'the scratch folder cannot be used'));
  closers.push(() => scratch.close());
  const pictures = new ReaderPassagePictures(new ChildProcessDocumentReader({ childrenPerKind: 1 }), scratch);
  closers.push(() => pictures.close());
  // Lazy: searches and uploads are served also while the engine is down.
  const temporal = await connectTemporal({ env: config.temporal.variables, keyring, lazy: true });
  closers.push(() => temporal.close());
  if (!config.takesNamespace) await requireOwnNamespaceIfThere(temporal.client, await readSystemId(pool));
  const embedder = await createEmbedder(config.embedding);
  if (embedder) closers.push(() => embedder.close());
  const collectionModels = await createCollectionModels(config.embedding);
  closers.push(() => collectionModels.close());
  const reranker = await createReranker(config.reranking);
  if (reranker) closers.push(() => reranker.close());
  warmUp(embedder, log);

  const guards: { readonly status: GuardStatus }[] = watch ? [watch] : [];
  const guarded = <T extends object>(guard: { readonly guarded: T; readonly status: GuardStatus }): T => {
    guards.push(guard);
    return guard.guarded;
  };
  const guardedObjects = guarded(guardObjectStore(objects));
  const caching = await openCaching({
    config,
    keyring,
    pool: shortWays,
    catalog,
    objects: guardedObjects,
    closers,
    guarded,
  });
  const limiting = config.limits.rates ? await openLimiting({ config, pool: shortWays, catalog, closers }) : null;

  const app = await buildApp({
    catalog,
    gatherUploadsMs: config.gatherUploadsMs,
    caching,
    limiting,
    trustedProxies: config.limits.trustedProxies,
    vectorIndex: watch ? watched(vectors.vectorIndex, watch) : vectors.vectorIndex,
    vectorStores: vectors.stores,
    embedder: embedder && guarded(guardEmbedder(embedder)),
    reranking: reranker && {
      reranker: guarded(guardReranker(reranker)),
      timeoutMs: config.reranking.timeoutMs,
    },
    phiModel: await phiModelName(config.screening),
    phiModelMissing: config.screening.detector === 'model' && config.screening.modelPath === null,
    embedderMissing: embedder === null && config.embedding.provider !== 'off',
    collectionModels,
    tokenCounters: await createTokenCounters(config.embedding, collectionModels),
    objects: guardedObjects,
    sources,
    uploads,
    pictures,
    starter: guarded(guardStarter(new TemporalWorkflowStarter(temporal.client))),
    stores: () => guards.map(({ status }) => status),
    hashSpan: createSpanHasher(keyring),
    hashLink: keyedHasher(keyring, 'page-links'),
    told: createSealedTexts(keyring, 'told-answer'),
    certificates: createCertificateSigner(keyring),
    questionTexts: createSealedTexts(keyring, 'asked-question'),
    wordLists,
    frequentTexts: config.cache.warmQuestions === 0 ? null : createSealedTexts(keyring, 'frequent-question'),
    goldenTexts: createSealedTexts(keyring, 'golden-question'),
    webhookSecrets: createSealedTexts(keyring, 'webhook-secret'),
    webhooks: config.webhooks,
    codec: createCodecRoute(keyring),
    uiOrigin: config.temporal.uiUrl === null ? null : new URL(config.temporal.uiUrl).origin,
    codecToken: config.temporal.codecToken,
    adminKey,
    consoleFolder: findConsole(log),
    clientPackage: findClientPackage(log),
    limits: config.limits,
    log,
    version: projectVersion(),
  });
  closers.push(() => app.close());
  const stopSweeping = keepSweeping({ catalog, uploads }, log);
  closers.push(async () => stopSweeping());
  return app;
}

async function openCaching(input: {
  config: Config;
  keyring: Keyring;
  pool: PostgresPool;
  catalog: Catalog;
  objects: ObjectStore;
  closers: (() => Promise<unknown>)[];
  guarded: (guard: Guard<SharedCache>) => SharedCache;
}): Promise<Caching | null> {
  const { config, keyring, pool, catalog, objects, closers, guarded } = input;
  const { enabled, freshnessMs, sharedBytes, overflowBytes, reusesInOtherWords, ...limits } = config.cache;
  if (!enabled) return null;
  const store = createSharedCache({ redisUrl: config.redisUrl, pool, keyring, maxBytes: sharedBytes });
  closers.push(() => store.close());
  const shared = guarded(guardSharedCache(store));
  const overflow = overflowBytes === null ? null : new AnswerOverflow({ objects, fromBytes: overflowBytes });
  const answers = new AnswerCache({ limits, shared, overflow, hash: keyedHasher(keyring, 'answers') });
  const forget = new ForgetWithdrawn(answers);
  const follower = new EpochFollower({
    catalog: catalog.cache,
    freshnessMs,
    onWithdrawn: (organizationId) => forget.withdrawn(organizationId),
  });
  await follower.start();
  closers.push(async () => {
    forget.stop();
    await answers.settled();
    await follower.stop();
  });
  return { answers, follower, reusesInOtherWords };
}

async function openLimiting(input: {
  config: Config;
  pool: PostgresPool;
  catalog: Catalog;
  closers: (() => Promise<unknown>)[];
}): Promise<Limiting> {
  const { config, pool, catalog, closers } = input;
  const store = createRateStore({ redisUrl: config.redisUrl, pool });
  closers.push(() => store.close());
  const plans = new PlanLimitsInForce(catalog.usage);
  await plans.start();
  const meter = new UsageMeter(catalog.usage);
  meter.start();
  closers.push(async () => {
    plans.stop();
    await meter.stop();
  });
  return { limiter: new RateLimiter(store), plans, meter, counts: new LimitCounts() };
}

/** Uploads that a worker of another system would take are worse than none; without an engine nobody takes any. */
async function requireOwnNamespaceIfThere(client: Client, systemId: string): Promise<void> {
  try {
    await client.withDeadline(Date.now() + NAMESPACE_LOOK_MS, () => requireOwnNamespace(client, systemId));
  } catch (error) {
    if (error instanceof NamespaceTaken) throw error;
  }
}

/** SIGTERM and SIGINT end requests under way first; a supervisor that disappears counts as a signal. */
function stopWhenTold(log: Log, close: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(signal, stop);
}

/** The first call of a model is slower than the others; it must not be a user's. */
function warmUp(embedder: Embedder | null, log: Log): void {
  embedder?.embed(['warm up'], 'query').catch((error: unknown) => log.warn({ err: error }, 'model not warm'));
}

function readAdminKey({ adminKeyFile, dataDir }: Config): string | null {
  const file = adminKeyFile ?? join(dataDir, 'admin.key');
  // A file that was named must be there; the default one exists on local stacks only.
  if (adminKeyFile === null && !existsSync(file)) return null;
  return readFileSync(file, 'utf8').trim();
}

/** Made by `npm run build`; whoever deploys the API alone may leave it out. */
function findConsole(log: Log): string | null {
  const folder = join(PROJECT_ROOT, 'dist', 'console');
  if (existsSync(join(folder, 'index.html'))) return folder;
  log.warn({ folder }, 'the console is not built: there is no page at /');
  return null;
}

function findClientPackage(log: Log): string | null {
  const path = join(PROJECT_ROOT, 'dist', 'client', 'medindex.tgz');
  if (existsSync(path)) return path;
  log.warn({ path }, 'the package of the client is not built: /client/medindex.tgz answers 404');
  return null;
}

function projectVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** `npm run api -- <command>`: what an operator runs once or as a job. */
async function runOperatorCommand(command: OperatorCommand, args: readonly string[]): Promise<void> {
  const output = {
    print: (line: string) => void process.stdout.write(`${line}\n`),
    say: (sentence: string) => void process.stderr.write(`medindex: ${sentence}\n`),
  };
  switch (command) {
    case 'encryption-key':
      return printEncryptionKey(output);
    case 'migrate':
      return migrateCommand(loadConfig(), output);
    case 'init':
      return initCommand(loadConfig(), { another: args.includes('--another-key') }, output);
  }
}

try {
  const [given, ...args] = process.argv.slice(2);
  const command = OPERATOR_COMMANDS.find((known) => known === given);
  if (given !== undefined && command === undefined) {
    throw new Error(`no such command: ${given}. Known: ${OPERATOR_COMMANDS.join(', ')}; without one the API serves.`);
  }
  await (command === undefined ? main() : runOperatorCommand(command, args));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
