import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { BatchRef } from '../core/contract/ingest-messages.js';
import type { IngestBatchInput, IngestBatchResult } from '../core/contract/sync-messages.js';
import { bookkeeping, reading } from './activity-options.js';
import { embedAll } from './index-batch.js';

/**
 * Takes up to 64 small sources of a sync from their bytes to published versions in four activities: read, screen and
 * cut, embed, publish. All of them are published in one transaction. Sources that need a workflow of their own are
 * handed back; so are all, if the batch fails as a whole: then each gets its own tries, and one cannot fail the others.
 */
export async function ingestBatch(input: IngestBatchInput): Promise<IngestBatchResult> {
  const { batch, separate } = await reading.readSources({ ...input, workflowId: workflowInfo().workflowId });
  if (!batch) return { separate };
  try {
    await index(batch);
    return { separate };
  } catch (error) {
    // Whoever cancels a sync ends its runs with it.
    if (isCancellation(error)) throw error;
    await bookkeeping.separateRuns(batch);
    return { separate: [...separate, ...batch.runIds] };
  }
}

async function index(batch: BatchRef): Promise<void> {
  const { versionIds } = await reading.prepareBatch(batch);
  if (versionIds.length > 0) await embedAll({ batch, versionIds });
  await bookkeeping.publishBatch({ batch, versionIds });
}
