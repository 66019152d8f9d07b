import { ActivityFailure, continueAsNew, isCancellation, log, workflowInfo } from '@temporalio/workflow';
import { sweeping } from './activity-options.js';

/** Organizations that are still to be swept. */
export interface SweepRest {
  readonly organizationIds: readonly string[];
}

/**
 * Started by a schedule: removes what a crash left behind and nobody needs, organization after organization. One that cannot
 * be swept keeps no other one waiting; it has its turn again the next time.
 */
export async function sweepOrphans(rest?: SweepRest): Promise<void> {
  const organizationIds = rest?.organizationIds ?? (await sweeping.listOrganizations());
  for (const [at, organizationId] of organizationIds.entries()) {
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof sweepOrphans>({ organizationIds: organizationIds.slice(at) });
    }
    try {
      await sweeping.sweepOrphans({ organizationId });
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      log.warn('the orphans of an organization could not be removed', { organizationId });
    }
  }
}
