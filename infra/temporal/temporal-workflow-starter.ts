import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import proto from '@temporalio/proto';
import { Failure, isFailureCode } from '../../core/contract/failures.js';
import { deliverWebhooksWorkflowId } from '../../core/contract/ids.js';
import { TASK_QUEUES, WORKER_KINDS, type WorkerKind } from '../../core/contract/queues.js';
import { priorityKeyOf } from '../../core/contract/run-priority.js';
import { workflowOf } from '../../core/contract/run-workflows.js';
import { SEARCH_ATTRIBUTES, SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
import { DELIVERY_DUE_SIGNAL, type WebhookRef } from '../../core/contract/webhooks.js';
import type {
  Backlog,
  StartableRun,
  WorkflowMessage,
  WorkflowRef,
  WorkflowStarter,
  WorkflowStatus,
  WorkflowUpdate,
} from '../../core/ports/workflow-starter.js';

const { TASK_QUEUE_TYPE_WORKFLOW: WORKFLOW_QUEUE, TASK_QUEUE_TYPE_ACTIVITY: ACTIVITY_QUEUE } =
  proto.temporal.api.enums.v1.TaskQueueType;

/** An upload waits for this answer, and the SDK would retry for longer; a run that was not started is started again later. */
const CALL_DEADLINE_MS = 10_000;

const ORGANIZATION = defineSearchAttributeKey(
  SEARCH_ATTRIBUTES.organization,
  SEARCH_ATTRIBUTE_TYPES[SEARCH_ATTRIBUTES.organization],
);
const COLLECTION = defineSearchAttributeKey(
  SEARCH_ATTRIBUTES.collection,
  SEARCH_ATTRIBUTE_TYPES[SEARCH_ATTRIBUTES.collection],
);

/** The workflows of runs on a Temporal server. `Failure ENGINE_UNAVAILABLE` has the SDK's error as its cause. */
export class TemporalWorkflowStarter implements WorkflowStarter {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(run: StartableRun): Promise<void> {
    const { type, summary } = workflowOf(run);
    try {
      await this.#call('start', () =>
        this.#client.workflow.start(type, {
          workflowId: run.workflowId,
          taskQueue: TASK_QUEUES.workflow,
          args: [{ organizationId: run.organizationId, runId: run.runId }],
          // Running: join it. Closed: the run has had its workflow, and a second one would do it all again.
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: [
            { key: ORGANIZATION, value: run.organizationId },
            ...(run.collectionName === null ? [] : [{ key: COLLECTION, value: run.collectionName }]),
          ],
          staticSummary: summary,
          // A server that knows no fairness ignores its key. One organization's thousands do not keep another one waiting.
          priority: { priorityKey: priorityKeyOf(run), fairnessKey: run.organizationId },
        }),
      );
    } catch (error) {
      if (causeOf(error) instanceof WorkflowExecutionAlreadyStartedError) return;
      throw error;
    }
  }

  async update({ workflowId }: WorkflowRef, { name, updateId, argument }: WorkflowUpdate): Promise<unknown> {
    try {
      return await this.#call('update', () =>
        this.#client.workflow
          .getHandle(workflowId)
          .executeUpdate<unknown, [unknown]>(name, { updateId, args: [argument] }),
      );
    } catch (error) {
      throw refusalOf(causeOf(error)) ?? endedOf(error);
    }
  }

  async signal({ workflowId }: WorkflowRef, { name, argument }: WorkflowMessage): Promise<void> {
    try {
      await this.#call('signal', () => this.#client.workflow.getHandle(workflowId).signal(name, argument));
    } catch (error) {
      throw endedOf(error);
    }
  }

  async deliverWebhooks(webhook: WebhookRef): Promise<void> {
    await this.#call('deliverWebhooks', () =>
      this.#client.workflow.signalWithStart('deliverWebhooks', {
        workflowId: deliverWebhooksWorkflowId(webhook.organizationId, webhook.webhookId),
        taskQueue: TASK_QUEUES.workflow,
        args: [webhook],
        signal: DELIVERY_DUE_SIGNAL,
        signalArgs: [],
        typedSearchAttributes: [{ key: ORGANIZATION, value: webhook.organizationId }],
        staticSummary: 'Delivery to one webhook',
      }),
    );
  }

  async describe({ workflowId }: WorkflowRef): Promise<WorkflowStatus> {
    try {
      const { status } = await this.#call('describe', () => this.#client.workflow.getHandle(workflowId).describe());
      return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'running' : 'closed';
    } catch (error) {
      if (causeOf(error) instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  }

  async cancel({ workflowId }: WorkflowRef): Promise<void> {
    try {
      await this.#call('cancel', () => this.#client.workflow.getHandle(workflowId).cancel());
    } catch (error) {
      // The server says the same of an execution that has ended and of one that never was.
      if (causeOf(error) instanceof WorkflowNotFoundError) return;
      throw error;
    }
  }

  async pollers(): Promise<Record<WorkerKind, Date | null>> {
    const seen = await Promise.all(WORKER_KINDS.map(async (kind) => [kind, await this.#lastPolled(kind)] as const));
    return Object.fromEntries(seen) as Record<WorkerKind, Date | null>;
  }

  async backlogs(): Promise<Record<WorkerKind, Backlog>> {
    const found = await Promise.all(WORKER_KINDS.map(async (kind) => [kind, await this.#backlogOf(kind)] as const));
    return Object.fromEntries(found) as Record<WorkerKind, Backlog>;
  }

  async #lastPolled(kind: WorkerKind): Promise<Date | null> {
    const { pollers } = await this.#call('pollers', () => this.#describeQueue(kind));
    const times = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000);
    return times.length === 0 ? null : new Date(Math.max(...times));
  }

  async #backlogOf(kind: WorkerKind): Promise<Backlog> {
    const { stats } = await this.#call('backlogs', () => this.#describeQueue(kind));
    return {
      tasks: Number(stats?.approximateBacklogCount ?? 0),
      oldestMs: Number(stats?.approximateBacklogAge?.seconds ?? 0) * 1_000,
    };
  }

  #describeQueue(kind: WorkerKind) {
    const { namespace } = this.#client.options;
    const taskQueueType = kind === 'workflow' ? WORKFLOW_QUEUE : ACTIVITY_QUEUE;
    return this.#client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: TASK_QUEUES[kind] },
      taskQueueType,
      reportStats: true,
    });
  }

  async ping(): Promise<void> {
    const namespace = this.#client.options.namespace;
    await this.#call('ping', () => this.#client.workflowService.describeNamespace({ namespace }));
  }

  async #call<T>(operation: string, call: () => Promise<T>): Promise<T> {
    try {
      return await this.#client.withDeadline(Date.now() + CALL_DEADLINE_MS, call);
    } catch (cause) {
      throw new Failure('ENGINE_UNAVAILABLE', { detail: `temporal ${operation}`, cause });
    }
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Failure ? error.cause : undefined;
}

/** What a workflow answered instead of doing an update: its validator's or its handler's failure. */
function refusalOf(cause: unknown): Failure | null {
  if (!(cause instanceof WorkflowUpdateFailedError)) return null;
  const { cause: answer } = cause;
  const type = answer instanceof ApplicationFailure ? answer.type : undefined;
  // A workflow that completes answers the updates it has not taken with a failure of this type.
  if (type === 'AcceptedUpdateCompletedWorkflow') return new Failure('WORKFLOW_ENDED', { cause });
  return new Failure(isFailureCode(type) ? type : 'INTERNAL', { detail: 'temporal update', cause });
}

function endedOf(error: unknown): unknown {
  return causeOf(error) instanceof WorkflowNotFoundError
    ? new Failure('WORKFLOW_ENDED', { cause: causeOf(error) })
    : error;
}
