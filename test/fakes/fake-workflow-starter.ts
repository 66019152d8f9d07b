import { Failure, isFailureCode } from '../../core/contract/failures.js';
import { deliverWebhooksWorkflowId } from '../../core/contract/ids.js';
import type { WorkerKind } from '../../core/contract/queues.js';
import type { WebhookRef } from '../../core/contract/webhooks.js';
import { workflowOf } from '../../core/contract/run-workflows.js';
import type {
  Backlog,
  StartableRun,
  WorkflowMessage,
  WorkflowRef,
  WorkflowStarter,
  WorkflowStatus,
  WorkflowUpdate,
} from '../../core/ports/workflow-starter.js';

/**
 * An engine that keeps what it was given and does no work of its own; a test ends the work. `down` makes it unreachable.
 */
export class FakeWorkflowStarter implements WorkflowStarter {
  /** Each call of `start` that reached the engine, joined or not. */
  readonly started: StartableRun[] = [];
  /** Workflow ids. */
  readonly cancelled: string[] = [];
  readonly signals: (WorkflowRef & WorkflowMessage)[] = [];
  /** Webhooks for which somebody said that something is due. */
  readonly delivering: WebhookRef[] = [];
  down = false;
  /** When a queue was last asked for work, where a test takes its worker away; all others are asked at this moment. */
  polled: Partial<Record<WorkerKind, Date | null>> = {};
  /** What waits in each queue. */
  backlog: Record<WorkerKind, Backlog> = {
    workflow: { tasks: 0, oldestMs: 0 },
    io: { tasks: 0, oldestMs: 0 },
    ocr: { tasks: 0, oldestMs: 0 },
    embed: { tasks: 0, oldestMs: 0 },
    webhooks: { tasks: 0, oldestMs: 0 },
  };
  /** Answers updates; a code thrown as text refuses. */
  answer: (update: WorkflowUpdate) => unknown = () => null;
  readonly #statuses = new Map<string, WorkflowStatus>();
  readonly #answered = new Map<string, unknown>();

  async start(run: StartableRun): Promise<void> {
    await this.ping();
    workflowOf(run);
    this.started.push(run);
    if (!this.#statuses.has(run.workflowId)) this.#statuses.set(run.workflowId, 'running');
  }

  async update(workflow: WorkflowRef, update: WorkflowUpdate): Promise<unknown> {
    await this.#requireRunning(workflow);
    const id = `${workflow.workflowId} ${update.updateId}`;
    if (!this.#answered.has(id)) this.#answered.set(id, this.#ask(update));
    return this.#answered.get(id);
  }

  async signal(workflow: WorkflowRef, signal: WorkflowMessage): Promise<void> {
    await this.#requireRunning(workflow);
    this.signals.push({ workflowId: workflow.workflowId, ...signal });
  }

  async deliverWebhooks(webhook: WebhookRef): Promise<void> {
    await this.ping();
    this.delivering.push(webhook);
    this.#statuses.set(deliverWebhooksWorkflowId(webhook.organizationId, webhook.webhookId), 'running');
  }

  async cancel({ workflowId }: WorkflowRef): Promise<void> {
    await this.ping();
    if (this.#statuses.get(workflowId) === 'running') this.cancelled.push(workflowId);
  }

  async describe({ workflowId }: WorkflowRef): Promise<WorkflowStatus> {
    await this.ping();
    return this.#statuses.get(workflowId) ?? 'unknown';
  }

  async pollers(): Promise<Record<WorkerKind, Date | null>> {
    await this.ping();
    const now = new Date();
    return { workflow: now, io: now, ocr: now, embed: now, webhooks: now, ...this.polled };
  }

  async backlogs(): Promise<Record<WorkerKind, Backlog>> {
    await this.ping();
    return { ...this.backlog };
  }

  async ping(): Promise<void> {
    if (this.down) throw new Failure('ENGINE_UNAVAILABLE');
  }

  /** Ends the work on a run. */
  end({ workflowId }: WorkflowRef): void {
    this.#statuses.set(workflowId, 'closed');
  }

  #ask(update: WorkflowUpdate): unknown {
    try {
      return this.answer(update);
    } catch (refusal) {
      throw new Failure(isFailureCode(refusal) ? refusal : 'INTERNAL');
    }
  }

  async #requireRunning(workflow: WorkflowRef): Promise<void> {
    if ((await this.describe(workflow)) !== 'running') throw new Failure('WORKFLOW_ENDED');
  }
}
