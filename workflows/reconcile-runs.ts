import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ReconcileRunsInput } from '../core/contract/run-messages.js';
import { reconciling } from './activity-options.js';

/**
 * Started by a schedule: brings the catalog's runs and the engine's workflows together, page after page of the runs that are
 * running, so that no number of them keeps a later one from its turn.
 */
export async function reconcileRuns(input: ReconcileRunsInput = {}): Promise<void> {
  let { after } = input;
  for (;;) {
    const { next } = await reconciling.reconcileRuns(after === undefined ? {} : { after });
    // An activity of an earlier worker knows no pages, and names no next one.
    if (next === null || next === undefined) return;
    after = next;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reconcileRuns>({ after });
  }
}
