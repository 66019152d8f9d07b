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

/**
 * Sends what the SDK logs into our log, without its copies of error texts. Failures of activities are expected here and
 * handled by the workflow: they are information, not alarms. Call before the first connection is made.
 */
export function routeSdkLogs(log: Log): void {
  const level = (from: LogLevel) =>
    from === 'TRACE' || from === 'DEBUG' ? 'debug' : from === 'INFO' ? 'info' : 'warn';
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', (entry) => {
      const meta: Record<string, unknown> = entry.meta ?? {};
      const fields = Object.fromEntries(SAFE_FIELDS.flatMap((name) => (name in meta ? [[name, meta[name]]] : [])));
      log[level(entry.level)]({ ...fields, error: meta['error'] }, entry.message);
    }),
  });
}
