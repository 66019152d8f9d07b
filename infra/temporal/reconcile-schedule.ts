import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { RECONCILE_RUNS_WORKFLOW_ID } from '../../core/contract/ids.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';

/** How long a run may look alive after its workflow was ended from outside; looking costs one short workflow. */
const EVERY_MS = 60_000;

/** What was missed while the server was down is not made up for: one look sees everything. */
const CATCHUP_WINDOW_MS = EVERY_MS;

/**
 * Makes the schedule that starts the workflow `reconcileRuns` every minute, never two at a time. A schedule that is
 * there gets today's settings and stays paused if somebody paused it. Safe to call from every process at its start.
 */
export async function ensureReconcileSchedule(client: Client): Promise<void> {
  const settings = {
    spec: { intervals: [{ every: EVERY_MS }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW_MS },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'reconcileRuns',
      workflowId: RECONCILE_RUNS_WORKFLOW_ID,
      taskQueue: TASK_QUEUES.workflow,
      args: [],
    },
  };
  try {
    await client.schedule.create({ scheduleId: RECONCILE_RUNS_WORKFLOW_ID, ...settings });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(RECONCILE_RUNS_WORKFLOW_ID);
    await handle.update((previous) => ({ ...previous, ...settings }));
  }
}
