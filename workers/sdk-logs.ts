import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import type { Log } from '../infra/telemetry/log.js';

/** Fields of the SDK's own log lines that are ids and names of ours; anything else might quote an error's text. */
const SAFE_FIELDS = [
  'workflowId',
  'workflowType',
  'runId',
  'activityType',
  'activityId',
  'attempt',
  'taskQueue',
  'durationMs',
];

const ACTIVITY_FAILED = 'Activity failed';

/** A worker for each kind of work has either workflows or activities, never both; the SDK warns of that each time. */
const EXPECTED = ['No activities registered', 'No workflows registered'];

/**
 * Sends what the SDK logs into our log, without its copies of error texts. Call before the first connection is made.
 * `metricsAddress`: where Prometheus finds the SDK's figures.
 */
export function routeSdkLogs(log: Log, metricsAddress: string | null = null): void {
  // What the SDK tells of itself (states of workers, connections) is of use to who looks for a fault in it.
  const level = (from: LogLevel) => (from === 'TRACE' || from === 'DEBUG' || from === 'INFO' ? 'debug' : 'warn');
  Runtime.install({
    shutdownSignals: [],
    // The SDK's own figures: how long activities and workflows take and how they end, by type, and how many slots are free.
    ...(metricsAddress === null
      ? {}
      : { telemetryOptions: { metrics: { prometheus: { bindAddress: metricsAddress } } } }),
    logger: new DefaultLogger('INFO', (entry) => {
      const meta: Record<string, unknown> = entry.meta ?? {};
      const fields = Object.fromEntries(SAFE_FIELDS.flatMap((name) => (name in meta ? [[name, meta[name]]] : [])));
      const failure = meta['error'];
      if (entry.message === ACTIVITY_FAILED && failure instanceof ApplicationFailure) {
        tellFailure(log, { ...fields, code: failure.type ?? null }, failure);
        return;
      }
      const to = EXPECTED.some((words) => entry.message.startsWith(words)) ? 'debug' : level(entry.level);
      log[to]({ ...fields, error: meta['error'] }, entry.message);
    }),
  });
}

/**
 * A file that cannot be read is no fault of ours, and its run's end says so with the same code; an outage passes and is
 * asked again. Only what nobody foresaw shows where it happened.
 */
function tellFailure(log: Log, fields: Readonly<Record<string, unknown>>, failure: ApplicationFailure): void {
  if (failure.type === 'INTERNAL') log.warn({ ...fields, error: failure }, 'activity failed unexpectedly');
  else if (failure.nonRetryable) log.info(fields, 'activity ended with a failure');
  else log.warn(fields, 'activity failed and is tried again');
}
