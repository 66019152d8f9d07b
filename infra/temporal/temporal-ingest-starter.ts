import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { Failure } from '../../core/contract/failures.js';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import { SEARCH_ATTRIBUTES, SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
import type { IngestStarter } from '../../core/ports/ingest-starter.js';
import type { Run } from '../../core/ports/run-catalog.js';
import type { Sync } from '../../core/ports/sync-catalog.js';

const INGEST_SOURCE = 'ingestSource';
const SYNC_PREFIX = 'syncPrefix';

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

/** Starts `ingestSource` for accepted runs and `syncPrefix` for accepted syncs. Errors: `Failure ENGINE_UNAVAILABLE` with the SDK's error as its cause. */
export class TemporalIngestStarter implements IngestStarter {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  start(run: Pick<Run, 'runId' | 'organizationId' | 'workflowId' | 'collectionName'>): Promise<void> {
    // The same words for every run: what stands in a summary must tell nothing of a source.
    return this.#start(INGEST_SOURCE, run, 'Ingest of one source');
  }

  startSync(sync: Pick<Sync, 'runId' | 'organizationId' | 'workflowId' | 'collectionName'>): Promise<void> {
    return this.#start(SYNC_PREFIX, sync, 'Sync of one location');
  }

  async #start(
    workflowType: string,
    run: Pick<Run, 'runId' | 'organizationId' | 'workflowId' | 'collectionName'>,
    staticSummary: string,
  ): Promise<void> {
    try {
      await this.#call('start', () =>
        this.#client.workflow.start(workflowType, {
          workflowId: run.workflowId,
          taskQueue: TASK_QUEUES.workflow,
          args: [{ organizationId: run.organizationId, runId: run.runId }],
          // Running: join it. Closed: the run has had its workflow, and a second one would do it all again.
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: [
            { key: ORGANIZATION, value: run.organizationId },
            { key: COLLECTION, value: run.collectionName },
          ],
          staticSummary,
        }),
      );
    } catch (error) {
      if (causeOf(error) instanceof WorkflowExecutionAlreadyStartedError) return;
      throw error;
    }
  }

  async standing(run: Pick<Run, 'workflowId'>): Promise<'running' | 'closed' | 'unknown'> {
    try {
      const { status } = await this.#call('describe', () => this.#client.workflow.getHandle(run.workflowId).describe());
      return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'running' : 'closed';
    } catch (error) {
      if (causeOf(error) instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  }

  async cancel(run: Pick<Run, 'workflowId'>): Promise<void> {
    try {
      await this.#call('cancel', () => this.#client.workflow.getHandle(run.workflowId).cancel());
    } catch (error) {
      // The server says the same of an execution that has ended and of one that never was.
      if (causeOf(error) instanceof WorkflowNotFoundError) return;
      throw error;
    }
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
