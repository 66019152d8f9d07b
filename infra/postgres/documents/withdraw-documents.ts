import type { CollectionId, DocumentId } from '../../../core/contract/ids.js';
import type { DeletedDocument } from '../../../core/ports/document-catalog.js';
import type { Queryable } from '../database.js';
import { countLiveChunks } from '../lexical/count-live-chunks.js';

const LIVE_VERSIONS = `
  select document_id, live_version_id from knowledge.documents where document_id = any ($1::uuid[])`;

// A fresh number of the order of acceptance: whatever was accepted before can no longer go live.
const SET_TOMBSTONES = `
  update knowledge.documents set
    deleted_withdrawn_versions = case when live_version_id is null then 0 else 1 end,
    live_version_id = null,
    live_sequence = nextval('knowledge.acceptance'),
    deleted_at = date_trunc('milliseconds', clock_timestamp()),
    deleted_by_hand = $2,
    updated_at = now()
  where document_id = any ($1::uuid[])
  returning document_id, deleted_at, deleted_withdrawn_versions`;

// Versions that wait for a person wait no longer; open ones lose when they want to go live.
const WITHDRAW_VERSIONS = `
  update knowledge.versions set state = 'superseded'
  where document_id = any ($1::uuid[]) and state in ('published', 'held', 'needs_attention')`;

const MOVE_WITHDRAWAL_EPOCH = `
  update knowledge.collections set withdrawal_epoch = withdrawal_epoch + 1 where collection_id = $1`;

/** Takes documents of one collection out of the index, within a transaction that has locked collection and documents. */
export async function withdrawDocuments(
  tx: Queryable,
  input: { collectionId: CollectionId; documentIds: readonly DocumentId[]; byHand: boolean },
): Promise<DeletedDocument[]> {
  const { collectionId, documentIds, byHand } = input;
  if (documentIds.length === 0) return [];
  const live = await tx.query<{ document_id: string; live_version_id: string | null }>('liveVersions', LIVE_VERSIONS, [
    documentIds,
  ]);
  const tombstones = await tx.query<{ document_id: string; deleted_at: Date; deleted_withdrawn_versions: number }>(
    'setTombstones',
    SET_TOMBSTONES,
    [documentIds, byHand],
  );
  await tx.query('withdrawVersions', WITHDRAW_VERSIONS, [documentIds]);
  const changes = live.flatMap(({ document_id: documentId, live_version_id: from }) =>
    from === null ? [] : [{ documentId, from, to: null }],
  );
  if (changes.length > 0) await countLiveChunks(tx, collectionId, changes);
  await tx.query('moveWithdrawalEpoch', MOVE_WITHDRAWAL_EPOCH, [collectionId]);
  return tombstones.map((row) => ({
    documentId: row.document_id,
    deletedAt: row.deleted_at,
    withdrawnVersions: row.deleted_withdrawn_versions,
  }));
}
