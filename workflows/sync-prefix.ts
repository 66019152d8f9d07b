import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  patched,
  setHandler,
  defineQuery,
  workflowInfo,
} from '@temporalio/workflow';
import { ingestBatchWorkflowId, ingestSourceWorkflowId, type RunId, type SourceId } from '../core/contract/ids.js';
import {
  SYNC_PROGRESS_QUERY,
  type SyncPrefixInput,
  type SyncPrefixResult,
  type SyncProgress,
  type SyncRef,
} from '../core/contract/sync-messages.js';
import { listing, settling, syncing } from './activity-options.js';
import { failureCodeOf } from './failure-code.js';
import { ingestBatch } from './ingest-batch.js';
import { ingestSource } from './ingest-source.js';
import { SlidingWindow } from './sliding-window.js';
import { SyncState } from './sync-state.js';

export const syncProgress = defineQuery<SyncProgress>(SYNC_PROGRESS_QUERY);

/**
 * Batches and large sources under way at a time. Two keep the model busy while two more are read; more would only lie
 * waiting for it, and hold up an urgent upload.
 */
const WINDOW_SIZE = 4;

/**
 * Keeps a location and a collection the same: page after page of the listing, what is new or changed is read, and when
 * the whole listing was seen, what is gone is withdrawn. A listing that fails ends the sync with nothing withdrawn.
 */
export async function syncPrefix(input: SyncPrefixInput): Promise<SyncPrefixResult> {
  const sync = { organizationId: input.organizationId, runId: input.runId };
  const state = new SyncState(input.resume?.progress);
  const window = new SlidingWindow(WINDOW_SIZE);
  setHandler(syncProgress, () => state.progress());
  let asks = false;

  try {
    if (!input.resume?.withdrawing) await ingestChanged(input, window, state);
    state.enter('withdraw');
    asks = await withdrawMissing(sync, state);
  } catch (error) {
    if (error instanceof Error && error.name === 'ContinueAsNew') throw error;
    // Of this sync, and not of a child that somebody cancelled alone.
    const end = CancellationScope.current().consideredCancelled
      ? { state: 'cancelled' as const }
      : { state: 'failed' as const, code: failureCodeOf(error) };
    return CancellationScope.nonCancellable(async () => {
      // What is under way comes to its own end: finished, or, with a cancelled sync, cancelled.
      await window.settled();
      return settling.settleSync({ ...sync, asks, end });
    });
  }
  state.enter('done');
  return CancellationScope.nonCancellable(() => settling.settleSync({ ...sync, asks }));
}

async function ingestChanged(input: SyncPrefixInput, window: SlidingWindow, state: SyncState): Promise<void> {
  const sync: SyncRef = { organizationId: input.organizationId, runId: input.runId };
  state.enter('list');
  for (let after = input.resume?.after ?? null; ;) {
    const page = await listing.compareSources({ ...sync, after });
    state.listed(page.listed);
    for (const sourceIds of page.batches) {
      await window.add(async () => {
        const separate = await ingestTogether(sync, sourceIds, state);
        for (const runId of separate) await ingestAlone(sync, runId, state);
      });
    }
    if (page.next === null) return window.drain();
    after = page.next;
    if (workflowInfo().continueAsNewSuggested) {
      await window.drain();
      await continueAsNew<typeof syncPrefix>({ ...sync, resume: { after, progress: state.progress() } });
    }
  }
}

async function ingestTogether(
  sync: SyncRef,
  sourceIds: readonly SourceId[],
  state: SyncState,
): Promise<readonly RunId[]> {
  const { organizationId, runId: syncRunId } = sync;
  const [first = ''] = sourceIds;
  let separate: readonly RunId[] = [];
  await state.during(async () => {
    ({ separate } = await executeChild(ingestBatch, {
      workflowId: ingestBatchWorkflowId(organizationId, syncRunId, first),
      args: [{ organizationId, syncRunId, sourceIds }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `Ingest of ${sourceIds.length} sources together`,
    }));
  });
  return separate;
}

async function ingestAlone({ organizationId }: SyncRef, runId: RunId, state: SyncState): Promise<void> {
  await state.during(async () => {
    try {
      await executeChild(ingestSource, {
        workflowId: ingestSourceWorkflowId(organizationId, runId),
        args: [{ organizationId, runId }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: 'Ingest of one source',
      });
    } catch (error) {
      if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
      // The reconciler found the run before this got to it.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      // It settles its run whatever happens, unless it is ended from outside: one source's end is not the sync's.
      const end = { state: 'failed', code: 'WORKFLOW_ENDED' } as const;
      await settling.settleRun({ organizationId, runId, end });
    }
  });
}

/** Whether the withdrawals wait for somebody to confirm them. */
async function withdrawMissing(sync: SyncRef, state: SyncState): Promise<boolean> {
  for (;;) {
    const { more, asks } = await syncing.withdrawMissing(sync);
    if (asks || !more) return asks;
    // Patched: executions that withdrew past this length before go on to their end as they began.
    if (workflowInfo().continueAsNewSuggested && patched('withdrawals-continue-as-new')) {
      await continueAsNew<typeof syncPrefix>({
        ...sync,
        resume: { after: null, withdrawing: true, progress: state.progress() },
      });
    }
  }
}
