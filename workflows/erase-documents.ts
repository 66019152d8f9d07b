import { CancellationScope, ContinueAsNew, continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RunRef } from '../core/contract/ingest-messages.js';
import { erasing, settling } from './activity-options.js';

/**
 * Erases all documents of one collection whose retention is over, some in each activity. What a cancelled or failed run
 * leaves is due still, and the schedule begins another.
 */
export async function eraseDocuments(run: RunRef): Promise<void> {
  try {
    for (let more = true; more;) {
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof eraseDocuments>(run);
      ({ more } = await erasing.eraseDocuments(run));
    }
    await settling.settleErasure({ ...run, end: 'completed' });
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => settling.settleErasure({ ...run, end }));
    if (end === 'failed') throw error;
  }
}
