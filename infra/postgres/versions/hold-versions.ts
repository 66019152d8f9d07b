import type { VersionId } from '../../../core/contract/ids.js';
import type { ObjectRef } from '../../../core/contract/object-ref.js';
import type { DatabaseHandle } from '../database.js';

// Collections first, then versions: the lock order of publish and delete.
const LOCK_COLLECTIONS = `
  select collection_id from knowledge.collections
  where collection_id in (
    select d.collection_id from knowledge.versions v join knowledge.documents d using (document_id)
    where v.version_id = any ($1::uuid[]))
  order by collection_id for no key update`;

// Whatever of the reading may have come in before screening ended is taken out again.
const HOLD_VERSIONS = `
  update knowledge.versions set
    state = 'held', reading_ref = $2, title = null, authors = '{}', published_on = null, metadata = '{}', text = null,
    effective_from = null, supersedes = '{}', in_force_from = null
  where version_id = any ($1::uuid[]) and state = 'open'
  returning version_id, document_id`;

const HOLD_PAGES = `update knowledge.pages set outcome = 'held' where version_id = any ($1::uuid[])`;

const MOVE_WITHDRAWAL_EPOCH = `
  update knowledge.collections set withdrawal_epoch = withdrawal_epoch + 1
  where collection_id in (select collection_id from knowledge.documents where document_id = any ($1::uuid[]))`;

export async function holdVersions(
  database: DatabaseHandle,
  versionIds: readonly VersionId[],
  sealedReading: ObjectRef,
): Promise<void> {
  if (versionIds.length === 0) return;
  await database.transaction('holdVersions', async (tx) => {
    await tx.query('lockCollections', LOCK_COLLECTIONS, [versionIds]);
    const held = await tx.query<{ version_id: string; document_id: string }>('holdVersions', HOLD_VERSIONS, [
      versionIds,
      JSON.stringify(sealedReading),
    ]);
    if (held.length === 0) return;
    await tx.query('holdPages', HOLD_PAGES, [held.map((row) => row.version_id)]);
    await tx.query('moveWithdrawalEpoch', MOVE_WITHDRAWAL_EPOCH, [held.map((row) => row.document_id)]);
  });
}
