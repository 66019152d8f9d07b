import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';

export const HISTORIES = join(PROJECT_ROOT, 'test/replay/histories');

/** What of a history the replay test reads. */
export interface RecordedHistory {
  readonly events: readonly RecordedEvent[];
}

interface RecordedEvent {
  readonly eventType: string;
  readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { readonly name: string } };
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { readonly name: string } };
  readonly startChildWorkflowExecutionInitiatedEventAttributes?: { readonly workflowType: { readonly name: string } };
  readonly markerRecordedEventAttributes?: { readonly markerName: string };
}

/**
 * With RECORD_HISTORIES=1: keeps the history of a workflow for the replay test. Recording only adds: executions of every
 * code that was released may still be under way. Nothing is added when a kept history of this name has the same kinds of commands.
 */
export async function recordHistory(name: string, handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<void> {
  if (!process.env['RECORD_HISTORIES']) return;
  // Stacks name the folders of the machine that recorded them.
  const recorded = historyToJSON(await handle.fetchHistory()).replace(/("stackTrace": )"(?:[^"\\]|\\.)*"/g, '$1""');
  const commands = commandsOf(JSON.parse(recorded) as RecordedHistory);
  const kept = (await readdir(HISTORIES)).filter((file) => file.replace(/(\.\d+)?\.json$/, '') === name);
  for (const file of kept) if (isDeepStrictEqual(commandsOf(await readHistory(file)), commands)) return;
  const next = kept.length === 0 ? `${name}.json` : `${name}.${kept.length + 1}.json`;
  await writeFile(join(HISTORIES, next), recorded, { flag: 'wx' });
}

export async function readHistory(file: string): Promise<RecordedHistory> {
  return JSON.parse(await readFile(join(HISTORIES, file), 'utf8')) as RecordedHistory;
}

/** The kinds of commands: how many there are of one kind may depend on the machine, as when an execution is continued. */
function commandsOf({ events }: RecordedHistory): string[] {
  const commands = events
    .filter(({ eventType }) => COMMANDS.test(eventType))
    .map((event) =>
      [
        event.eventType,
        event.activityTaskScheduledEventAttributes?.activityType.name ?? '',
        event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType.name ?? '',
        event.markerRecordedEventAttributes?.markerName ?? '',
      ].join(' '),
    );
  return [...new Set(commands)].sort();
}

const COMMANDS =
  /_(ACTIVITY_TASK_SCHEDULED|TIMER_STARTED|CHILD_WORKFLOW_EXECUTION_INITIATED|MARKER_RECORDED|UPSERT_\w+|EXECUTION_COMPLETED|EXECUTION_FAILED|EXECUTION_CANCELED|CONTINUED_AS_NEW|CANCEL_REQUESTED|EXTERNAL_\w+_INITIATED)$/;
