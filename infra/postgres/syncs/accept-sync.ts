import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import { syncPrefixWorkflowId } from '../../../core/contract/ids.js';
import type { AcceptSyncInput, Sync } from '../../../core/ports/sync-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { isUuid, storableText } from '../storable.js';
import { SYNC_COLUMNS, type SyncRow, toSync } from './sync-row.js';

const MAKE_SYNC = `
  with made as (
    insert into knowledge.syncs
      (run_id, organization_id, collection_id, location, max_withdrawn_share, withdrawals_confirmed, workflow_id)
    select $1, organization_id, collection_id, $4, $5, $6, $7
    from knowledge.collections where organization_id = $2 and collection_id = $3
    on conflict (collection_id, md5(location)) where state = 'running' do nothing
    returning *
  )
  select ${SYNC_COLUMNS} from made s join knowledge.collections c using (collection_id)`;

// A confirmation counts for the sync that is running already.
const JOIN_SYNC = `
  with joined as (
    update knowledge.syncs set withdrawals_confirmed = withdrawals_confirmed or $4
    where organization_id = $1 and collection_id = $2 and location = $3 and state = 'running'
    returning *
  )
  select ${SYNC_COLUMNS} from joined s join knowledge.collections c using (collection_id)`;

/** The running one may end between the two looks. */
const MAX_TRIES = 5;

export async function acceptSync(
  database: DatabaseHandle,
  input: AcceptSyncInput,
): Promise<{ sync: Sync; joined: boolean }> {
  const { organizationId, collectionId, maxWithdrawnShare, withdrawalsConfirmed } = input;
  if (!isUuid(collectionId)) throw new Failure('COLLECTION_MISSING');
  const location = storableText(input.location);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const runId = randomUUID();
    const [made] = await database.query<SyncRow>('makeSync', MAKE_SYNC, [
      runId,
      organizationId,
      collectionId,
      location,
      maxWithdrawnShare,
      withdrawalsConfirmed,
      syncPrefixWorkflowId(organizationId, runId),
    ]);
    if (made) return { sync: toSync(made), joined: false };
    const [joined] = await database.query<SyncRow>('joinSync', JOIN_SYNC, [
      organizationId,
      collectionId,
      location,
      withdrawalsConfirmed,
    ]);
    if (joined) return { sync: toSync(joined), joined: true };
  }
  throw new Failure('COLLECTION_MISSING');
}
