import { ActivityFailure, continueAsNew, log, workflowInfo } from '@temporalio/workflow';
import type { FillRest } from '../core/contract/fill-messages.js';
import { embedding } from './activity-options.js';

/**
 * Started by a schedule: fills in the vectors of what was indexed while there was no model, activity after activity, so that
 * an ingest gets its turn between two of them. A collection that cannot be filled keeps no other one waiting; it is
 * tried again the next time.
 */
export async function fillVectors(rest?: FillRest): Promise<void> {
  const targets = rest?.targets ?? (await embedding.findUnfilled());
  let behind = rest?.behind ?? 0;
  for (const [at, target] of targets.entries()) {
    try {
      for (let more = true; more;) {
        if (workflowInfo().continueAsNewSuggested) {
          await continueAsNew<typeof fillVectors>({ targets: targets.slice(at), behind });
        }
        ({ behind, more } = await embedding.fillVectors({ ...target, behind }));
      }
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('vectors of a collection could not be filled in', { collectionId: target.collectionId });
    }
    behind = 0;
  }
}
