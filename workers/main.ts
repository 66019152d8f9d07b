import { NativeConnection, Worker } from '@temporalio/worker';
import { createEmbedActivities } from '../activities/embed-activities.js';
import { createIoActivities } from '../activities/io-activities.js';
import { createOcrActivities } from '../activities/ocr-activities.js';
import { createWebhookActivities } from '../activities/webhook-activities.js';
import { WORKER_KINDS, type WorkerKind } from '../core/contract/queues.js';
import { type Config, loadConfig } from '../infra/config.js';
import { prepareStart } from '../infra/starting/prepare-start.js';
import { createLog, type Log } from '../infra/telemetry/log.js';
import { temporalConnectOptions } from '../infra/temporal/connect-temporal.js';
import { createDataConverter } from '../infra/temporal/data-converter.js';
import { registerSearchAttributes } from '../infra/temporal/register-search-attributes.js';
import { ensureSchedules, requireOwnNamespace } from '../infra/temporal/schedules.js';
import { WORKFLOW_BUNDLE } from './bundle.js';
import { createWorkerDependencies, type WorkerDependencies } from './dependencies.js';
import { runWorkersUntilStopped } from './lifecycle.js';
import { routeSdkLogs } from './sdk-logs.js';
import { tuning } from './tuning.js';

/**
 * `node dist/workers/main.js [workflow] [io] [ocr] [embed] [webhooks]`: one process that polls the named task queues, all of them
 * by default. Prints `worker ready` once it polls; stops on SIGTERM and SIGINT when running activities have ended or
 * given up.
 */
async function main(kinds: readonly WorkerKind[]): Promise<void> {
  const settings = loadConfig(process.env, 'process');
  const log = createLog({ name: 'worker', level: settings.logLevel });
  routeSdkLogs(log, settings.workerMetrics);
  const { config, warnings } = await prepareStart(settings, 'worker');
  for (const warning of warnings) log.warn(warning);

  const deps = await createWorkerDependencies(config, { log });
  try {
    await prepareNamespace(deps, kinds, { takeOver: config.takesNamespace });
    await runWorkers({ config, kinds, deps, onReady: () => announce(log, kinds) });
  } finally {
    await deps.close();
  }
}

async function runWorkers(input: {
  config: Config;
  kinds: readonly WorkerKind[];
  deps: WorkerDependencies;
  onReady: () => void;
}): Promise<void> {
  const { config, kinds, deps, onReady } = input;
  const { connectionOptions, namespace } = temporalConnectOptions(config.temporal.variables);
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const workers = await Promise.all(
      kinds.map((kind) =>
        Worker.create({
          connection,
          namespace,
          dataConverter: createDataConverter(deps.keyring),
          ...tuning(kind),
          ...work(kind, deps),
        }),
      ),
    );
    await runWorkersUntilStopped({ workers, onReady });
  } finally {
    await connection.close();
  }
}

/** What workflows need of their namespace; a worker that starts on a new cluster sees to it. */
async function prepareNamespace(
  { temporal: { client, connection, namespace }, systemId }: Pick<WorkerDependencies, 'temporal' | 'systemId'>,
  kinds: readonly WorkerKind[],
  { takeOver }: { readonly takeOver: boolean },
): Promise<void> {
  if (!kinds.includes('workflow')) {
    if (!takeOver) await requireOwnNamespace(client, systemId);
    return;
  }
  await registerSearchAttributes(connection, namespace);
  await ensureSchedules(client, { systemId, takeOver });
}

function work(kind: WorkerKind, deps: WorkerDependencies) {
  switch (kind) {
    case 'workflow':
      return { workflowBundle: { codePath: WORKFLOW_BUNDLE } };
    case 'io':
      return { activities: createIoActivities(deps) };
    case 'ocr':
      return { activities: createOcrActivities(deps) };
    case 'embed':
      return { activities: createEmbedActivities(deps) };
    case 'webhooks':
      return { activities: createWebhookActivities(deps) };
  }
}

function announce(log: Log, kinds: readonly WorkerKind[]): void {
  log.info({ queues: kinds }, 'worker polls');
  process.stdout.write('worker ready\n');
}

function kindsOf(args: readonly string[]): readonly WorkerKind[] {
  const unknown = args.filter((arg) => !(WORKER_KINDS as readonly string[]).includes(arg));
  if (unknown.length > 0) {
    throw new Error(`no such worker: ${unknown.join(', ')}. Known: ${WORKER_KINDS.join(', ')}`);
  }
  return args.length > 0 ? (args as readonly WorkerKind[]) : WORKER_KINDS;
}

try {
  await main(kindsOf(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
