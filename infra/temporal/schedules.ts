import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import {
  CHECK_GOLDEN_QUESTIONS_WORKFLOW_ID,
  FILL_VECTORS_WORKFLOW_ID,
  MAINTAIN_VECTOR_INDEXES_WORKFLOW_ID,
  RECONCILE_RUNS_WORKFLOW_ID,
  START_ERASURES_WORKFLOW_ID,
  SWEEP_ORPHANS_WORKFLOW_ID,
  TELL_DAYS_WORKFLOW_ID,
  TELL_WEBHOOKS_WORKFLOW_ID,
  WARM_ANSWERS_WORKFLOW_ID,
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

/** How long a wave of publications must have been over before golden questions are asked; a look at nothing due is one statement. */
const CHECK_GOLDEN_EVERY_MS = 30_000;

/** How long a new webhook waits for its first events; where there is one, this workflow itself looks more often. */
const TELL_EVERY_MS = 60_000;

/** How long after midnight (UTC) it is told who is superseded from that day on; a look goes through all live documents. */
const TELL_DAYS_EVERY_MS = 10 * 60_000;

/** How long the first one to ask after a withdrawal may have to wait for his answer; a look at nothing due is three statements. */
const WARM_EVERY_MS = 30_000;

/** What a crash leaves behind is rare and a few days old when it goes; a sweep lists every object. */
const SWEEP_EVERY_MS = 24 * 3_600_000;

/** Workflows without arguments that run by the clock; each keeps its schedule's id. */
const SCHEDULES = [
  { workflowType: 'reconcileRuns', id: RECONCILE_RUNS_WORKFLOW_ID, everyMs: RECONCILE_EVERY_MS },
  { workflowType: 'maintainVectorIndexes', id: MAINTAIN_VECTOR_INDEXES_WORKFLOW_ID, everyMs: MAINTAIN_EVERY_MS },
  { workflowType: 'fillVectors', id: FILL_VECTORS_WORKFLOW_ID, everyMs: FILL_EVERY_MS },
  { workflowType: 'checkGoldenQuestions', id: CHECK_GOLDEN_QUESTIONS_WORKFLOW_ID, everyMs: CHECK_GOLDEN_EVERY_MS },
  { workflowType: 'startErasures', id: START_ERASURES_WORKFLOW_ID, everyMs: ERASE_EVERY_MS },
  { workflowType: 'tellWebhooks', id: TELL_WEBHOOKS_WORKFLOW_ID, everyMs: TELL_EVERY_MS },
  { workflowType: 'tellDays', id: TELL_DAYS_WORKFLOW_ID, everyMs: TELL_DAYS_EVERY_MS },
  { workflowType: 'warmAnswers', id: WARM_ANSWERS_WORKFLOW_ID, everyMs: WARM_EVERY_MS },
  { workflowType: 'sweepOrphans', id: SWEEP_ORPHANS_WORKFLOW_ID, everyMs: SWEEP_EVERY_MS },
] as const;

export interface ScheduleOwner {
  /** Of the database (infra/postgres/system-id.ts). */
  readonly systemId: string;
  /** Schedules of another system become this one's. */
  readonly takeOver?: boolean;
}

/** Two systems with one namespace would take work from each other's queues. The message says what to do. */
export class NamespaceTaken extends Error {
  override readonly name = 'NamespaceTaken';
}

/**
 * Makes the schedules, none of which runs two at a time. One that is there gets today's settings and stays paused if
 * somebody paused it. Safe to call from every process at its start. Errors: `NamespaceTaken`, before anything is changed.
 */
export async function ensureSchedules(client: Client, owner: ScheduleOwner): Promise<void> {
  if (!owner.takeOver) await requireOwnNamespace(client, owner.systemId);
  for (const schedule of SCHEDULES) await ensureSchedule(client, schedule, owner.systemId);
}

/** Errors: `NamespaceTaken` when another system keeps its schedules in this namespace. */
export async function requireOwnNamespace(client: Client, systemId: string): Promise<void> {
  for (const { id } of SCHEDULES) {
    const keeper = await keeperOf(client, id);
    if (keeper === null || keeper === shortSystemId(systemId)) continue;
    const { namespace } = client.options;
    throw new NamespaceTaken(
      `TEMPORAL_NAMESPACE: the namespace "${namespace}" serves another medindex (system ${keeper}, with another database), ` +
        "and two in one would take each other's work. Give this one a namespace of its own; or, if the other one is gone " +
        'for good, start one worker with MEDINDEX_TAKE_NAMESPACE=true. Example: TEMPORAL_NAMESPACE=medindex-staging',
    );
  }
}

/** `null`: there is no such schedule, or it was made before systems had ids. */
async function keeperOf(client: Client, scheduleId: string): Promise<string | null> {
  try {
    const { action } = await client.schedule.getHandle(scheduleId).describe();
    const [, keeper = null] = /\/([0-9a-f]+)$/.exec(action.workflowId) ?? [];
    return keeper;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

/** Enough to tell systems apart, short enough for a list. */
function shortSystemId(systemId: string): string {
  return systemId.replaceAll('-', '').slice(0, 12);
}

async function ensureSchedule(
  client: Client,
  { workflowType, id, everyMs }: (typeof SCHEDULES)[number],
  systemId: string,
): Promise<void> {
  const settings = {
    spec: { intervals: [{ every: everyMs }] },
    // What was missed while the server was down is not made up for: one look sees everything.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMs },
    action: {
      type: 'startWorkflow' as const,
      workflowType,
      // In the clear, where memos and arguments are sealed: a system that has other keys can read whose namespace it is.
      workflowId: `${id}/${shortSystemId(systemId)}`,
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
