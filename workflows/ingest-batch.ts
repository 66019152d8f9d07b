import { isCancellation, workflowInfo } from '@temporalio/workflow';
import { isOutage } from '../core/contract/failures.js';
import type { RunId } from '../core/contract/ids.js';
import type { BatchRef, PublishBatchResult } from '../core/contract/ingest-messages.js';
import type { IngestBatchInput, IngestBatchResult } from '../core/contract/sync-messages.js';
import { indexing, publishing, reading, settling, syncing } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { embedAll } from './index-batch.js';

/**
 * Takes up to 64 small sources of a sync from their bytes to published versions in four activities: read, screen and
 * cut, embed, publish. All of them are published in one transaction. Sources that need a workflow of their own are
 * handed back; so are all, if the batch fails as a whole: then each gets its own tries, and one cannot fail the others.
 * Errors: an outage that outlasts all tries.
 */
export async function ingestBatch(input: IngestBatchInput): Promise<IngestBatchResult> {
  try {
    return await ingestTogether(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const code = failureCodeOf(error);
    // Reading them one by one would only find the same store still down.
    if (isOutage(code)) throw error;
    if (input.sourceIds.length > 1) return ingestOneByOne(input);
    const [sourceId = ''] = input.sourceIds;
    await settling.settleUnread({ organizationId: input.organizationId, runId: input.syncRunId, sourceId, code });
    return { separate: [] };
  }
}

/** One of them is the one at which reading fails. */
async function ingestOneByOne(input: IngestBatchInput): Promise<IngestBatchResult> {
  const separate: RunId[] = [];
  for (const sourceId of input.sourceIds) {
    separate.push(...(await ingestBatch({ ...input, sourceIds: [sourceId] })).separate);
  }
  return { separate };
}

async function ingestTogether(input: IngestBatchInput): Promise<IngestBatchResult> {
  const { batch, separate } = await reading.readSources({ ...input, workflowId: workflowInfo().workflowId });
  if (!batch) return { separate };
  try {
    await index(batch);
    return { separate };
  } catch (error) {
    // Whoever cancels a sync ends its runs with it.
    if (isCancellation(error)) throw error;
    await syncing.separateRuns(batch);
    return { separate: [...separate, ...batch.runIds] };
  }
}

async function index(batch: BatchRef): Promise<void> {
  const { versionIds } = await indexing.prepareBatch(batch);
  if (versionIds.length > 0) await embedAll({ batch, versionIds });
  // Executions of earlier code were answered nothing.
  let step: PublishBatchResult | undefined = await publishing.publishBatch({ batch, versionIds });
  while (step?.more) step = await publishing.publishBatch({ batch, versionIds: [] });
}
