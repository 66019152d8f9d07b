import type { FailureCode } from '../../../core/contract/failures.js';
import type { RunId } from '../../../core/contract/ids.js';
import type { FinalRunState } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { finishRuns } from '../runs/finish-runs.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid } from '../storable.js';
import { appendEndedRuns } from '../webhooks/append-events.js';
import { countSources } from './count-sources.js';

const LOCK_RUNNING = `
  select organization_id from knowledge.runs where run_id = $1 and kind = 'sync' and state = 'running' for no key update`;

const OPEN_RUNS = `select run_id from knowledge.runs where parent_run_id = $1 and kind = 'ingest' and state = 'running' order by run_id`;

const FINISH_SYNC = `
  with ended as (
    update knowledge.runs set state = $2, error_code = $3, details = details || jsonb_build_object('finalCounts', $4::jsonb),
      stage = 'done', finished_at = now()
    where run_id = $1
    returning *
  ), told as (${appendEndedRuns('ended')})
  select run_id from ended`;

// What earlier syncs of the location saw is of no more use: their counts are kept with them.
const FORGET_EARLIER = `
  delete from knowledge.sync_sources seen
  using knowledge.runs earlier, knowledge.runs s
  where s.run_id = $1 and earlier.organization_id = s.organization_id and earlier.kind = s.kind
    and md5(earlier.subject) = md5(s.subject) and earlier.subject = s.subject and earlier.collection_id = s.collection_id
    and earlier.sequence < s.sequence and earlier.state <> 'running' and seen.run_id = earlier.run_id`;

const SYNC_IN_SCOPE = `
  select collection_id, stage from knowledge.runs
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and run_id = $3 and kind = 'sync'`;

interface SyncEnd {
  readonly state: FinalRunState;
  readonly error?: FailureCode;
}

export async function finishSync(database: DatabaseHandle, runId: RunId, end: SyncEnd): Promise<void> {
  await database.transaction('finishSync', (tx) => finishWithin(tx, runId, end));
}

/** Who cancels a sync is in the audit log by the same transaction. */
export async function cancelSync(
  database: DatabaseHandle,
  { scope, runId, actor }: { scope: AccessScope; runId: RunId; actor: string },
): Promise<boolean | null> {
  if (!isUuid(runId)) return null;
  const { organizationId } = scope;
  return database.transaction('cancelSync', async (tx) => {
    const values = [organizationId, scopedCollections(scope), runId];
    const [sync] = await tx.query<{ collection_id: string; stage: string }>('syncInScope', SYNC_IN_SCOPE, values);
    if (!sync) return null;
    if (!(await finishWithin(tx, runId, { state: 'cancelled' }))) return false;
    const details = { collectionId: sync.collection_id, stage: sync.stage };
    await appendAudit(tx, { organizationId, actor, action: 'sync.cancelled', subject: runId, details });
    return true;
  });
}

/** Whether this call ended it. */
async function finishWithin(tx: Queryable, runId: RunId, end: SyncEnd): Promise<boolean> {
  const [running] = await tx.query<{ organization_id: string }>('lockSync', LOCK_RUNNING, [runId]);
  if (!running) return false;
  if (end.state === 'cancelled') {
    const open = await tx.query<{ run_id: string }>('openRuns', OPEN_RUNS, [runId]);
    await finishRuns(
      tx,
      open.map((run) => ({ runId: run.run_id, state: 'cancelled' })),
    );
  }
  const counts = await countSources(tx, { organizationId: running.organization_id, runId });
  await tx.query('finishSync', FINISH_SYNC, [runId, end.state, end.error ?? null, JSON.stringify(counts)]);
  await tx.query('forgetEarlier', FORGET_EARLIER, [runId]);
  return true;
}
