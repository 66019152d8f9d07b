import type { FailureCode } from '../../core/contract/failures.js';
import type { FinalRunState } from '../../core/contract/states.js';
import type { SettleSyncInput, SyncPrefixResult } from '../../core/contract/sync-messages.js';
import type { SyncCounts } from '../../core/ports/sync-catalog.js';
import type { CatalogDependency } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Ends a sync by what became of its sources. May run twice: a sync keeps its first end. */
export function createSettleSync({ catalog }: CatalogDependency) {
  return async function settleSync(input: SettleSyncInput): Promise<SyncPrefixResult> {
    return cancellable(async () => {
      const end = input.end
        ? { state: input.end.state, ...(input.end.state === 'failed' ? { error: input.end.code } : {}) }
        : endOfSync(await catalog.syncs.counts(input), input.asks);
      await catalog.syncs.finish(input.runId, end);
      return { state: end.state };
    });
  };
}

/** The end of a sync says the worst that an editor has to know; partial success is never called success. */
export function endOfSync(counts: SyncCounts, asks: boolean): { state: FinalRunState; error?: FailureCode } {
  if (asks) return { state: 'needs_attention', error: 'WITHDRAWALS_UNCONFIRMED' };
  if (counts.failed > 0) return { state: 'needs_attention', error: 'SOURCES_FAILED' };
  if (counts.cancelled > 0) return { state: 'needs_attention', error: 'SOURCES_CANCELLED' };
  if (counts.waiting > 0) return { state: 'needs_attention', error: 'SOURCES_WAITING' };
  if (counts.inserted + counts.updated + counts.withdrawn > 0) return { state: 'published' };
  return { state: 'unchanged' };
}
