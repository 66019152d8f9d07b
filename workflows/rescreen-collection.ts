import { CancellationScope, ContinueAsNew, continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { DocumentId } from '../core/contract/ids.js';
import type { RunRef } from '../core/contract/ingest-messages.js';
import { indexing, settling } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';

export interface RescreenCollectionInput extends RunRef {
  /** Set by continue-as-new: the last document that was looked at. */
  readonly after?: DocumentId;
}

/**
 * Screens what is live in a collection again, some documents in each activity, without reading a file. What it holds is gone
 * from search at once, and waits for reviews of its own; a cancelled or failed run leaves the rest as it was, and the next one
 * goes on with that.
 */
export async function rescreenCollection({
  organizationId,
  runId,
  after: before,
}: RescreenCollectionInput): Promise<void> {
  const run: RunRef = { organizationId, runId };
  try {
    for (let after: DocumentId | null = before ?? null; ;) {
      if (after !== null && workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof rescreenCollection>({ ...run, after });
      }
      const step: { after: DocumentId | null } = await indexing.rescreenBatch({ ...run, after });
      after = step.after;
      if (after === null) break;
    }
    await settling.settleRescreen({ ...run, end: { state: 'completed' } });
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end = isCancellation(error)
      ? { state: 'cancelled' as const }
      : { state: 'failed' as const, code: failureCodeOf(error) };
    await CancellationScope.nonCancellable(() => settling.settleRescreen({ ...run, end }));
  }
}
