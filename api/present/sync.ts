import type { Progress } from '../../core/ports/run-catalog.js';
import type { SyncCounts, SyncView } from '../../core/ports/sync-catalog.js';
import type { SyncBody } from '../schemas/sync.js';

/** A sync's progress in the words of runs: its records are sources. */
export function syncProgress(counts: SyncCounts): { pages: Progress; records: Progress } {
  return { pages: { total: 0, done: 0 }, records: { total: counts.listed, done: counts.kept + counts.ended } };
}

export function presentSync(sync: SyncView): SyncBody {
  const { counts } = sync;
  return {
    kind: 'sync',
    runId: sync.runId,
    workflowId: sync.workflowId,
    collection: sync.collectionName,
    uri: sync.location,
    state: sync.state,
    stage: sync.stage,
    ...syncProgress(counts),
    documents: [],
    sources: { ...counts },
    problems: sync.problems.map(({ uri, error, runId }) => ({
      uri,
      error: { code: error.code, message: error.message },
      runId,
    })),
    ...(sync.error === null ? {} : { error: { code: sync.error.code, message: sync.error.message } }),
    acceptedAt: sync.acceptedAt.toISOString(),
    finishedAt: sync.finishedAt?.toISOString() ?? null,
  };
}
