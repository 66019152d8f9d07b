import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

/** The server wants a bound for its long poll; a task is there at once. */
const POLL_TIMEOUT_MS = 60_000;

const { CommandType } = temporal.api.enums.v1;

/**
 * Completes a workflow as a worker would, without one: takes workflow tasks of the queue until this workflow's comes and
 * answers that with its completion. Other workflows' tasks are answered without a command.
 */
export async function completeByHand(client: Client, taskQueue: string, workflowId: string): Promise<void> {
  const { namespace } = client.options;
  const identity = `by-hand-${randomUUID()}`;
  for (let found = false; !found;) {
    const task = await client.withDeadline(Date.now() + POLL_TIMEOUT_MS, () =>
      client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: taskQueue }, identity }),
    );
    if (task.taskToken.length === 0) continue;
    found = task.workflowExecution?.workflowId === workflowId;
    await client.workflowService.respondWorkflowTaskCompleted({
      namespace,
      identity,
      taskToken: task.taskToken,
      commands: found
        ? [
            {
              commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
              completeWorkflowExecutionCommandAttributes: {},
            },
          ]
        : [],
    });
  }
}
