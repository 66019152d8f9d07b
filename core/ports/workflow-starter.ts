import type { WorkerKind } from '../contract/queues.js';
import type { WebhookRef } from '../contract/webhooks.js';
import type { AnyRun } from './run-catalog.js';

/** What is needed to start the workflow of a run; core/contract/run-workflows.ts names the workflow of each kind. */
export type StartableRun = Pick<AnyRun, 'kind' | 'runId' | 'organizationId' | 'workflowId' | 'collectionName'> &
  Partial<Pick<AnyRun, 'urgent' | 'parentRunId'>>;

/** A workflow by its id, which core/contract/ids.ts builds and the run keeps. */
export type WorkflowRef = Pick<AnyRun, 'workflowId'>;

/** `unknown`: the engine never heard of it, so it was never started (or ended before the engine's memory begins). */
export type WorkflowStatus = 'running' | 'closed' | 'unknown';

export interface Backlog {
  readonly tasks: number;
  readonly oldestMs: number;
}

export interface WorkflowMessage {
  /** As the workflow declares it. */
  readonly name: string;
  /** Ids, codes and numbers; nothing that may not travel through the engine. */
  readonly argument: unknown;
}

export interface WorkflowUpdate extends WorkflowMessage {
  /** The same id again is the same update: it is done once and answered again. */
  readonly updateId: string;
}

/**
 * Hands accepted runs to the engine and speaks with their workflows.
 * Errors: `Failure ENGINE_UNAVAILABLE` when the engine cannot be reached; the run stays accepted.
 */
export interface WorkflowStarter {
  /** Starting a run that was started already joins it, also when it has ended: no error, nothing twice. */
  start(run: StartableRun): Promise<void>;
  /**
   * Asks the workflow to do something and waits for its answer. Errors: `Failure WORKFLOW_ENDED` when it has ended or never
   * began; a `Failure` of the code with which the workflow refused.
   */
  update(workflow: WorkflowRef, update: WorkflowUpdate): Promise<unknown>;
  /** Tells the workflow something; does not wait until it is heard. Errors: `Failure WORKFLOW_ENDED`, as for an update. */
  signal(workflow: WorkflowRef, signal: WorkflowMessage): Promise<void>;
  /** Something is due for a webhook: the workflow that delivers to it is started, or hears of it if it runs. */
  deliverWebhooks(webhook: WebhookRef): Promise<void>;
  /**
   * Asks that the work stops: activities hear of it with their next heartbeat, and the workflow settles its run as cancelled.
   * Cancelling again, and cancelling what has ended or never began, is no error.
   */
  cancel(workflow: WorkflowRef): Promise<void>;
  describe(workflow: WorkflowRef): Promise<WorkflowStatus>;
  /** For each queue when a worker last asked it for work; `null`: nobody did lately (the engine remembers five minutes). */
  pollers(): Promise<Readonly<Record<WorkerKind, Date | null>>>;
  /** For each queue how many tasks wait there, about, and how long the oldest has. */
  backlogs(): Promise<Readonly<Record<WorkerKind, Backlog>>>;
  /** Throws when the engine does not answer. */
  ping(): Promise<void>;
}
