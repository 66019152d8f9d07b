import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import {
  FILL_VECTORS_WORKFLOW_ID,
  MAINTAIN_VECTOR_INDEXES_WORKFLOW_ID,
  RECONCILE_RUNS_WORKFLOW_ID,
  START_ERASURES_WORKFLOW_ID,
  SWEEP_ORPHANS_WORKFLOW_ID,
} from '../../core/contract/ids.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';

/** How long a run may look alive after its workflow was ended from outside; looking costs one short workflow. */
const RECONCILE_EVERY_MS = 60_000;
/** How long searches may go through a table that has grown large; a look at nothing due is one statement. */
const MAINTAIN_EVERY_MS = 60_000;

/** How long what was indexed without a model may wait for its vectors once there is one; a look is one statement. */
const FILL_EVERY_MS = 60_000;

/** How long what is due for erasure may lie; a look at nothing due is one statement. */
const ERASE_EVERY_MS = 60_000;

/** What a crash leaves behind is rare and a few days old when it goes; a sweep lists every object. */
const SWEEP_EVERY_MS = 24 * 3_600_000;

/** Workflows without arguments that run by the clock; each keeps its schedule's id. */
const SCHEDULES = [
  { workflowType: 'reconcileRuns', id: RECONCILE_RUNS_WORKFLOW_ID, everyMs: RECONCILE_EVERY_MS },
  { workflowType: 'maintainVectorIndexes', id: MAINTAIN_VECTOR_INDEXES_WORKFLOW_ID, everyMs: MAINTAIN_EVERY_MS },
  { workflowType: 'fillVectors', id: FILL_VECTORS_WORKFLOW_ID, everyMs: FILL_EVERY_MS },
  { workflowType: 'startErasures', id: START_ERASURES_WORKFLOW_ID, everyMs: ERASE_EVERY_MS },
  { workflowType: 'sweepOrphans', id: SWEEP_ORPHANS_WORKFLOW_ID, everyMs: SWEEP_EVERY_MS },
] as const;

/**
 * Makes the schedules, none of which runs two at a time. One that is there gets today's settings and stays paused if
 * somebody paused it. Safe to call from every process at its start.
 */
export async function ensureSchedules(client: Client): Promise<void> {
  for (const schedule of SCHEDULES) await ensureSchedule(client, schedule);
}

async function ensureSchedule(
  client: Client,
  { workflowType, id, everyMs }: (typeof SCHEDULES)[number],
): Promise<void> {
  const settings = {
    spec: { intervals: [{ every: everyMs }] },
    // What was missed while the server was down is not made up for: one look sees everything.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMs },
    action: {
      type: 'startWorkflow' as const,
      workflowType,
      workflowId: id,
      taskQueue: TASK_QUEUES.workflow,
      args: [],
    },
  };
  try {
    await client.schedule.create({ scheduleId: id, ...settings });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(id);
    await handle.update((previous) => ({ ...previous, ...settings }));
  }
}
