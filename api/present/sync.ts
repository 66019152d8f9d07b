import type { SyncView } from '../../core/ports/sync-catalog.js';
import type { SyncBody } from '../schemas/sync.js';

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
    pages: { total: 0, done: 0 },
    records: { total: counts.listed, done: counts.kept + counts.ended },
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
