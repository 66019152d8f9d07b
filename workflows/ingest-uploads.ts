import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { isOutage } from '../core/contract/failures.js';
import { ingestSourceWorkflowId, type RunId } from '../core/contract/ids.js';
import type { BatchRef, IngestUploadsInput, SettleRunInput, UploadsRef } from '../core/contract/ingest-messages.js';
import type { Stage } from '../core/contract/states.js';
import { indexing, publishing, reading, settling } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { embedAll } from './index-batch.js';
import { ingestSource } from './ingest-source.js';

/**
 * Takes small uploads that came close together from their bytes to published versions in four activities. Which these are, their
 * runs say (they name this workflow), so that whoever starts it starts the same. Each ends as if it were alone: what needs a
 * workflow of its own gets one at once, and if a step fails for all, each that has not ended goes on in its own. Nobody waits
 * for those here.
 */
export async function ingestUploads({ organizationId }: IngestUploadsInput): Promise<void> {
  const uploads = { organizationId, workflowId: workflowInfo().workflowId };
  try {
    show('extract');
    const { batch, separate } = await reading.readUploads(uploads);
    await goOnAlone(organizationId, separate);
    if (batch) await index(batch);
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => settleLeft(uploads, { state: 'cancelled' }));
      return;
    }
    const code = failureCodeOf(error);
    // Alone, each would only find the same store still down.
    if (isOutage(code)) await settleLeft(uploads, { state: 'failed', code });
    else await goOnAlone(organizationId, await settling.listUploads(uploads));
  }
}

async function index(batch: BatchRef): Promise<void> {
  show('screen', batch);
  const { versionIds } = await indexing.prepareBatch(batch);
  if (versionIds.length > 0) {
    show('embed', batch);
    await embedAll({ batch, versionIds });
  }
  show('publish', batch);
  let { separate, more } = await publishing.publishUploads({ batch, versionIds });
  await goOnAlone(batch.organizationId, separate);
  const left = { ...batch, runIds: batch.runIds.filter((runId) => !separate.includes(runId)) };
  while (more) ({ separate, more } = await publishing.publishUploads({ batch: left, versionIds: [] }));
}

/** From here on these have nothing to do with this workflow, and a cancellation of one is its own. */
async function goOnAlone(organizationId: string, runIds: readonly RunId[]): Promise<void> {
  if (runIds.length === 0) return;
  await settling.separateRuns({ organizationId, runIds });
  await Promise.all(
    runIds.map(async (runId) => {
      try {
        await startChild(ingestSource, {
          workflowId: ingestSourceWorkflowId(organizationId, runId),
          args: [{ organizationId, runId }],
          parentClosePolicy: ParentClosePolicy.ABANDON,
          staticSummary: 'Ingest of one source',
        });
      } catch (error) {
        // The reconciler found the run before this got to it.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    }),
  );
}

/** All that have not ended, in the same way. */
async function settleLeft(uploads: UploadsRef, end: NonNullable<SettleRunInput['end']>): Promise<void> {
  const { organizationId } = uploads;
  for (const runId of await settling.listUploads(uploads)) await settling.settleRun({ organizationId, runId, end });
}

function show(stage: Stage, batch?: BatchRef): void {
  setCurrentDetails(`**${stage}**${batch ? `, ${batch.runIds.length} uploads` : ''}`);
}
