import type { UnreadSource } from '../../core/contract/sync-messages.js';
import type { CatalogDependency } from '../dependencies.js';

/**
 * Puts on record that a source could not be read, with its run if it had come that far. May run twice: a run keeps its first
 * end, and a source its last failure.
 */
export function createSettleUnread({ catalog }: CatalogDependency) {
  return async function settleUnread({ sourceId, code, ...sync }: UnreadSource): Promise<void> {
    await catalog.syncs.recordUnfetchable(sync, sourceId, code);
    const runId = await catalog.syncs.runOf(sync, sourceId);
    if (runId !== null) await catalog.runs.finish([{ runId, state: 'failed', error: code }]);
  };
}
