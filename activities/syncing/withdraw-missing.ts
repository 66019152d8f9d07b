import type { SyncRef, WithdrawMissingResult } from '../../core/contract/sync-messages.js';
import type { Sync, SyncCounts } from '../../core/ports/sync-catalog.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadSyncContext } from '../run-context.js';

/** Sources a transaction takes out of the index, mostly of one document each; well below a second. */
const SOURCES_PER_TRANSACTION = 100;

/**
 * Withdraws the documents of sources that the whole listing did not show. More than the sync's share of them waits for
 * somebody to confirm: an emptied bucket is more often an accident than a wish. May run twice: what is gone is gone.
 */
export function createWithdrawMissing({ catalog }: CatalogDependency) {
  return async function withdrawMissing(ref: SyncRef): Promise<WithdrawMissingResult> {
    return cancellable(async () => {
      const { sync } = await loadSyncContext(catalog, ref);
      await catalog.syncs.recordStage(sync.runId, 'withdraw');
      if (asks(sync, await catalog.syncs.counts(ref))) return { withdrawn: 0, more: false, asks: true };
      const { withdrawn, left } = await catalog.syncs.withdrawMissing(ref, SOURCES_PER_TRANSACTION);
      return { withdrawn, more: left > 0, asks: false };
    });
  };
}

/** Of the sources known before this sync; those that it withdrew already count as missing, too. */
export function asks(sync: Sync, counts: SyncCounts): boolean {
  if (sync.withdrawalsConfirmed || counts.missing === 0) return false;
  const gone = counts.missing + counts.withdrawn;
  return gone > sync.maxWithdrawnShare * (gone + counts.kept + counts.updated);
}
