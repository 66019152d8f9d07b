import { Worker } from '@temporalio/worker';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { WORKFLOW_BUNDLE } from '../../workers/bundle.js';
import type { TemporalServer } from '../harness/temporal.js';
import type { AllActivities } from './scripted-activities.js';

/** A worker for each task queue: the real workflows, the scripted activities. Payloads are in the clear. */
export async function startScriptedWorkers(
  { nativeConnection: connection, namespace }: Pick<TemporalServer, 'nativeConnection' | 'namespace'>,
  activities: AllActivities,
): Promise<{ runUntil(finished: Promise<unknown>): Promise<void> }> {
  const workers = await Promise.all([
    Worker.create({
      connection,
      namespace,
      taskQueue: TASK_QUEUES.workflow,
      workflowBundle: { codePath: WORKFLOW_BUNDLE },
    }),
    ...[TASK_QUEUES.io, TASK_QUEUES.ocr, TASK_QUEUES.embed, TASK_QUEUES.webhooks].map((taskQueue) =>
      Worker.create({ connection, namespace, taskQueue, activities }),
    ),
  ]);
  return {
    // Each worker stops when the workflow has ended.
    runUntil: async (finished) => {
      await Promise.all(workers.map((worker) => worker.runUntil(finished)));
    },
  };
}
