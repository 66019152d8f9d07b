import { Failure } from '../../core/contract/failures.js';
import type { RunRef } from '../../core/contract/ingest-messages.js';
import type { ErasureDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { eraseBatch } from './erase-batch.js';

/** Documents a call erases: some seconds of work, so that a worker that dies repeats little. */
const DOCUMENTS_PER_CALL = 20;

export interface EraseDocumentsInput extends RunRef {
  /** By the calls before, for the run's progress; executions of earlier code do not say it. */
  readonly erasedBefore?: number;
}

export interface EraseDocumentsResult {
  readonly erased: number;
  /** Whether another call may have something to do. */
  readonly more: boolean;
}

/**
 * Erases some documents of the run's collection whose retention is over. May run twice, and may be killed anywhere: what a
 * call left undone is due still, and the next call goes on with it.
 */
export function createEraseDocuments(deps: ErasureDependencies) {
  const { catalog } = deps;
  return async function eraseDocuments(input: EraseDocumentsInput): Promise<EraseDocumentsResult> {
    const { organizationId, runId, erasedBefore = 0 } = input;
    const run = await catalog.runs.loadAct(organizationId, runId);
    if (!run?.collectionId) throw new Failure('COLLECTION_MISSING', { detail: `run=${runId}` });
    const collection = { organizationId, collectionId: run.collectionId };
    return cancellable(async (signal) => {
      const documentIds = await catalog.erasures.dueDocuments(collection, DOCUMENTS_PER_CALL);
      if (documentIds.length === 0) return { erased: 0, more: false };
      const receipts = await eraseBatch(deps, { ...collection, documentIds }, signal);
      await catalog.runs.recordProgress([runId], { records: { done: erasedBefore + receipts.length } });
      return { erased: receipts.length, more: receipts.length > 0 };
    });
  };
}

/** Ends an erasure's run. May run twice: a run keeps its first end. */
export function createSettleErasure({ catalog }: Pick<ErasureDependencies, 'catalog'>) {
  return async function settleErasure({ organizationId, runId, end }: SettleErasureInput): Promise<void> {
    await catalog.runs.finishAct(
      organizationId,
      runId,
      end === 'failed' ? { state: 'failed', error: 'INTERNAL' } : { state: end },
    );
  };
}

export interface SettleErasureInput extends RunRef {
  readonly end: 'completed' | 'cancelled' | 'failed';
}
