import type { RunId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid } from '../storable.js';
import { finishRuns } from './finish-runs.js';
import { READS_A_SOURCE } from './run-row.js';

const LOCK_RUN = `
  select r.collection_id, r.stage from knowledge.runs r
  where r.organization_id = $1 and ($2::uuid[] is null or r.collection_id = any ($2)) and r.run_id = $3 and ${READS_A_SOURCE}
  for no key update`;

export async function cancelRun(
  database: DatabaseHandle,
  { scope, runId, actor }: { scope: AccessScope; runId: RunId; actor: string },
): Promise<boolean | null> {
  if (!isUuid(runId)) return null;
  const { organizationId } = scope;
  return database.transaction('cancelRun', async (tx) => {
    const values = [organizationId, scopedCollections(scope), runId];
    const [run] = await tx.query<{ collection_id: string; stage: string }>('lockRun', LOCK_RUN, values);
    if (!run) return null;
    const ended = await finishRuns(tx, [{ runId, state: 'cancelled' }]);
    if (ended.length === 0) return false;
    await appendAudit(tx, {
      organizationId,
      actor,
      action: 'run.cancelled',
      subject: runId,
      details: { collectionId: run.collection_id, stage: run.stage },
    });
    return true;
  });
}
