import { randomUUID } from 'node:crypto';
import { type RunId, runWorkflowId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { AcceptedRun, RetryRefusal } from '../../../core/ports/run-catalog.js';
import { judgeRetry } from '../../../core/publishing/judge-retry.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { isUuid } from '../storable.js';
import { actorOf, runInScope, scopeValues } from '../visibility.js';
import { RUN_COLUMNS, type RunRow, toRun } from './run-row.js';

// As an upload to the same slot does, so that of a retry and an upload at once one comes after the other.
const LOCK_SOURCE_OF_RUN = `
  select s.latest_run_id
  from knowledge.sources s
  join knowledge.runs r using (source_id)
  join knowledge.collections c on c.collection_id = r.collection_id
  where r.run_id = $5 and ${runInScope('$4')}
  for update of s`;

// A statement of its own: what is read while waiting for the lock would be what was true before the wait.
const RUNS = `
  select ${RUN_COLUMNS}, r.original_erased_at is not null as is_erased
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.run_id = any ($1::uuid[])`;

const MAKE_RETRY = `
  with made as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, actor, collection_id, source_id, workflow_id,
      retry_of, file_name, object_key, object_sha256, object_size_bytes, metadata, details, urgent)
    select $2, organization_id, kind, subject, $4, collection_id, source_id, $3,
      run_id, file_name, object_key, object_sha256, object_size_bytes, metadata, details, urgent
    from knowledge.runs where run_id = $1
    returning *
  ), latest as (
    update knowledge.sources s set latest_run_id = $2 from made where s.source_id = made.source_id
  )
  select ${RUN_COLUMNS} from made r join knowledge.collections c using (collection_id)`;

export async function retryRun(
  database: DatabaseHandle,
  { scope, runId, actor }: { scope: AccessScope; runId: RunId; actor: string },
): Promise<AcceptedRun | RetryRefusal | null> {
  const { organizationId } = scope;
  if (!isUuid(runId)) return null;
  const newRunId = randomUUID();
  return database.transaction('retryRun', async (tx) => {
    const [source] = await tx.query<{ latest_run_id: string }>('lockSourceOfRun', LOCK_SOURCE_OF_RUN, [
      ...scopeValues(scope),
      actorOf(scope),
      runId,
    ]);
    if (!source) return null;
    const rows = await tx.query<RunRow & { is_erased: boolean }>('runs', RUNS, [[runId, source.latest_run_id]]);
    const run = rows.find((row) => row.run_id === runId);
    const latest = rows.find((row) => row.run_id === source.latest_run_id);
    if (!run || !latest) throw new Error('a run is gone');

    const verdict = judgeRetry({
      runId,
      state: run.state,
      isErased: run.is_erased,
      newest: { runId: latest.run_id, state: latest.state, retryOf: latest.retry_of },
    });
    if ('refusal' in verdict) return verdict;
    if (verdict.outcome === 'joined') return { run: toRun(latest), joined: true };
    const [made] = await tx.query<RunRow>('makeRetry', MAKE_RETRY, [
      runId,
      newRunId,
      runWorkflowId(run.kind, organizationId, newRunId),
      actor,
    ]);
    if (!made) throw new Error('the run was not made');
    await appendAudit(tx, {
      organizationId,
      actor,
      action: 'run.retried',
      subject: newRunId,
      details: { collectionId: made.collection_id, retryOf: runId },
    });
    return { run: toRun(made), joined: false };
  });
}
