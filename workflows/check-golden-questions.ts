import { ActivityFailure, continueAsNew, log, workflowInfo } from '@temporalio/workflow';
import type { GoldenCheckRest } from '../core/contract/golden-messages.js';
import { embedding } from './activity-options.js';

/**
 * Started by a schedule: asks the golden questions of collections whose content or index has changed, a few at a time, so that
 * an ingest gets its turn. A collection that cannot be asked keeps no other one waiting; it is due again the next time.
 */
export async function checkGoldenQuestions(rest?: GoldenCheckRest): Promise<void> {
  const due = rest?.due ?? (await embedding.findDueGoldenChecks());
  let after = rest?.after ?? 0;
  for (const [at, check] of due.entries()) {
    try {
      for (let more = true; more;) {
        if (workflowInfo().continueAsNewSuggested) {
          await continueAsNew<typeof checkGoldenQuestions>({ due: due.slice(at), after });
        }
        const { organizationId, collectionId } = check;
        ({ after, more } = await embedding.checkGoldenQuestions({ organizationId, collectionId, after }));
      }
      await embedding.settleGoldenCheck(check);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('golden questions of a collection could not be asked', { collectionId: check.collectionId });
    }
    after = 0;
  }
}
