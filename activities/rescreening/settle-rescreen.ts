import type { SettleRescreenInput } from '../../core/contract/rescreen-messages.js';
import { rescreenCounts } from '../../core/screening/rescreen-details.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/**
 * Ends a rescreen's run. One that could not screen everything needs somebody who looks: what was not screened is live still.
 * May run twice: a run keeps its first end.
 */
export function createSettleRescreen({ catalog }: CatalogDependency) {
  return async function settleRescreen({ organizationId, runId, end }: SettleRescreenInput): Promise<void> {
    await cancellable(async () => {
      if (end.state === 'failed') {
        return catalog.runs.finishAct(organizationId, runId, { state: 'failed', error: end.code });
      }
      const act = await catalog.runs.loadAct(organizationId, runId);
      const isWhole = !act || end.state === 'cancelled' || rescreenCounts(act).failed === 0;
      return catalog.runs.finishAct(
        organizationId,
        runId,
        isWhole ? end : { state: 'needs_attention', error: 'RESCREEN_INCOMPLETE' },
      );
    });
  };
}
