import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import { type RunId, runWorkflowId } from '../../../core/contract/ids.js';
import type { AcceptSyncInput, Sync } from '../../../core/ports/sync-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { isUuid, storableJson, storableText } from '../storable.js';
import { SYNC_COLUMNS, type SyncDetails, type SyncRow, toSync } from './sync-row.js';

const MAKE_SYNC = `
  with made as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, collection_id, actor, details, workflow_id)
    select $1, organization_id, 'sync', $4, collection_id, $5, $6, $7
    from knowledge.collections where organization_id = $2 and collection_id = $3
    on conflict (organization_id, kind, collection_id, md5(subject))
      where state = 'running' and kind not in ('ingest', 'reread') do nothing
    returning *
  )
  select ${SYNC_COLUMNS} from made r join knowledge.collections c using (collection_id)`;

// A confirmation counts for the sync that is running already.
const JOIN_SYNC = `
  with joined as (
    update knowledge.runs set details = case when $4::boolean
      then jsonb_set(details, '{withdrawalsConfirmed}', 'true') else details end
    where organization_id = $1 and kind = 'sync' and collection_id = $2 and subject = $3 and state = 'running'
    returning *
  )
  select ${SYNC_COLUMNS} from joined r join knowledge.collections c using (collection_id)`;

/** The running one may end between the two looks. */
const MAX_TRIES = 5;

export async function acceptSync(
  database: DatabaseHandle,
  input: AcceptSyncInput,
): Promise<{ sync: Sync; joined: boolean }> {
  if (!isUuid(input.collectionId)) throw new Failure('COLLECTION_MISSING');
  return database.transaction('acceptSync', async (tx) => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const made = await makeSync(tx, input);
      if (made) {
        await auditSync(tx, input, made.runId);
        return { sync: made, joined: false };
      }
      const joined = await joinSync(tx, input);
      if (joined) {
        if (input.withdrawalsConfirmed) await auditSync(tx, input, joined.runId);
        return { sync: joined, joined: true };
      }
    }
    throw new Failure('COLLECTION_MISSING');
  });
}

async function makeSync(tx: Queryable, input: AcceptSyncInput): Promise<Sync | null> {
  const { organizationId, collectionId, location, actor, maxWithdrawnShare, withdrawalsConfirmed } = input;
  const runId = randomUUID();
  const details: SyncDetails = { maxWithdrawnShare, withdrawalsConfirmed };
  const [made] = await tx.query<SyncRow>('makeSync', MAKE_SYNC, [
    runId,
    organizationId,
    collectionId,
    storableText(location),
    actor,
    storableJson(details),
    runWorkflowId('sync', organizationId, runId),
  ]);
  return made ? toSync(made) : null;
}

async function joinSync(tx: Queryable, input: AcceptSyncInput): Promise<Sync | null> {
  const [joined] = await tx.query<SyncRow>('joinSync', JOIN_SYNC, [
    input.organizationId,
    input.collectionId,
    storableText(input.location),
    input.withdrawalsConfirmed,
  ]);
  return joined ? toSync(joined) : null;
}

async function auditSync(tx: Queryable, input: AcceptSyncInput, runId: RunId): Promise<void> {
  const { organizationId, collectionId, actor, withdrawalsConfirmed } = input;
  await appendAudit(tx, {
    organizationId,
    actor,
    action: 'collection.synced',
    subject: collectionId,
    details: { runId, confirmWithdrawals: withdrawalsConfirmed },
  });
}
