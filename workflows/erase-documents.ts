import { CancellationScope, ContinueAsNew, continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RunRef } from '../core/contract/ingest-messages.js';
import { erasing, settling } from './activity-options.js';

/**
 * Erases all documents of one collection whose retention is over, some in each activity. What a cancelled or failed run
 * leaves is due still, and the schedule begins another.
 */
export async function eraseDocuments(run: RunRef, erasedBefore = 0): Promise<void> {
  try {
    let erased = erasedBefore;
    for (let more = true; more;) {
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof eraseDocuments>(run, erased);
      const step = await erasing.eraseDocuments({ ...run, erasedBefore: erased });
      erased += step.erased;
      more = step.more;
    }
    await settling.settleErasure({ ...run, end: 'completed' });
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => settling.settleErasure({ ...run, end }));
    if (end === 'failed') throw error;
  }
}
