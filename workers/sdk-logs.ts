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

/** A worker for each kind of work has either workflows or activities, never both; the SDK warns of that each time. */
const EXPECTED = ['No activities registered', 'No workflows registered'];

/**
 * Sends what the SDK logs into our log, without its copies of error texts. Failures of activities are expected here and
 * handled by the workflow: they are information, not alarms. Call before the first connection is made. `metricsAddress`:
 * where Prometheus finds the SDK's figures.
 */
export function routeSdkLogs(log: Log, metricsAddress: string | null = null): void {
  const level = (from: LogLevel) =>
    from === 'TRACE' || from === 'DEBUG' ? 'debug' : from === 'INFO' ? 'info' : 'warn';
  Runtime.install({
    shutdownSignals: [],
    // The SDK's own figures: how long activities and workflows take and how they end, by type, and how many slots are free.
    ...(metricsAddress === null
      ? {}
      : { telemetryOptions: { metrics: { prometheus: { bindAddress: metricsAddress } } } }),
    logger: new DefaultLogger('INFO', (entry) => {
      const meta: Record<string, unknown> = entry.meta ?? {};
      const fields = Object.fromEntries(SAFE_FIELDS.flatMap((name) => (name in meta ? [[name, meta[name]]] : [])));
      const to = EXPECTED.some((words) => entry.message.startsWith(words)) ? 'debug' : level(entry.level);
      log[to]({ ...fields, error: meta['error'] }, entry.message);
    }),
  });
}
