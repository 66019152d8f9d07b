import type { CollectionId, DocumentId, SourceId } from '../../../core/contract/ids.js';
import type { DeletedDocument } from '../../../core/ports/document-catalog.js';
import type { WithdrawalCause } from '../../../core/contract/states.js';
import { statesBefore } from '../../../core/publishing/version-life.js';
import type { Queryable } from '../database.js';
import { countLiveChunks } from '../lexical/count-live-chunks.js';
import { orderErasures } from '../erasure/order-erasures.js';
import { appendEvents } from '../webhooks/append-events.js';
import { areConcerned, type Replacement, settleReplacements, withPredecessors } from './supersessions.js';

const LIVE_VERSIONS = `
  select organization_id, document_id, live_version_id from knowledge.documents where document_id = any ($1::uuid[])`;

// By hand, a fresh number of the order of acceptance: whatever was accepted before can no longer go live. For a record that
// withdraws its document, the number of its run. For sources that are gone, the highest number that they had: what another
// source has under way still goes live.
const SET_TOMBSTONES = `
  update knowledge.documents set
    deleted_withdrawn_versions = case when live_version_id is null then 0 else 1 end,
    live_version_id = null,
    live_sequence = case when $2 then nextval('knowledge.acceptance') else greatest(live_sequence, $4::bigint, (
      select max(v.sequence) from knowledge.versions v join knowledge.runs r using (run_id)
      where v.document_id = documents.document_id and r.source_id = any ($3::uuid[]))) end,
    deleted_at = date_trunc('milliseconds', clock_timestamp()),
    deleted_by_hand = $2,
    withdrawn_cause = null,
    withdrawn_revision = null,
    updated_at = date_trunc('milliseconds', clock_timestamp())
  where document_id = any ($1::uuid[])
  returning document_id, deleted_at, deleted_withdrawn_versions`;

// Versions that wait for a person wait no longer; open ones lose when they want to go live.
const WITHDRAW_VERSIONS = `
  update knowledge.versions set state = 'superseded'
  where document_id = any ($1::uuid[]) and state = any ($6::text[])
    and ($2 or version_id = any ($4::uuid[]) or sequence <= $5::bigint
      or run_id in (select run_id from knowledge.runs where source_id = any ($3::uuid[])))`;

const MOVE_WITHDRAWAL_EPOCH = `
  update knowledge.collections set withdrawal_epoch = withdrawal_epoch + 1 where collection_id = $1`;

export interface WithdrawDocumentsInput {
  readonly collectionId: CollectionId;
  readonly documentIds: readonly DocumentId[];
  /**
   * A person's wish; a sync's, which no longer found them in these sources; or that of a source itself, against what was
   * accepted up to this number, for these causes.
   */
  readonly because:
    | 'deleted by hand'
    | { readonly goneFrom: readonly SourceId[] }
    | { readonly acceptedUpTo: number; readonly causes: ReadonlyMap<DocumentId, WithdrawalCause> };
}

export interface Withdrawal {
  readonly withdrawn: DeletedDocument[];
  /** What they took the place of and is back, or has another successor now; for the audit log. */
  readonly replaced: readonly Replacement[];
}

/** Takes documents of one collection out of the index, within a transaction that has locked collection and documents. */
export async function withdrawDocuments(tx: Queryable, input: WithdrawDocumentsInput): Promise<Withdrawal> {
  const { collectionId, documentIds, because } = input;
  const byHand = because === 'deleted by hand';
  const goneFrom = typeof because === 'object' && 'goneFrom' in because ? because.goneFrom : [];
  const acceptedUpTo = typeof because === 'object' && 'acceptedUpTo' in because ? because.acceptedUpTo : null;
  if (documentIds.length === 0) return { withdrawn: [], replaced: [] };
  const live = await tx.query<{ organization_id: string; document_id: string; live_version_id: string | null }>(
    'liveVersions',
    LIVE_VERSIONS,
    [documentIds],
  );
  const tombstones = await tx.query<{ document_id: string; deleted_at: Date; deleted_withdrawn_versions: number }>(
    'setTombstones',
    SET_TOMBSTONES,
    [documentIds, byHand, goneFrom, acceptedUpTo],
  );
  await orderErasures(tx, documentIds);
  const liveVersionIds = live.flatMap((row) => (row.live_version_id === null ? [] : [row.live_version_id]));
  await tx.query('withdrawVersions', WITHDRAW_VERSIONS, [
    documentIds,
    byHand,
    goneFrom,
    liveVersionIds,
    acceptedUpTo,
    statesBefore('withdraw'),
  ]);
  const changes = live.flatMap(({ document_id: documentId, live_version_id: from }) =>
    from === null ? [] : [{ documentId, from, to: null }],
  );
  let replaced: readonly Replacement[] = [];
  if (changes.length > 0) {
    await countLiveChunks(tx, collectionId, changes);
    // What they took the place of is back. Its row comes late in the order of locks, but only an upload that names both, and
    // holds no other lock, could wait for it in a circle; the transaction is then tried again.
    if (await areConcerned(tx, collectionId, [])) {
      replaced = await settleReplacements(tx, await withPredecessors(tx, { collectionId, documentIds }));
    }
  }
  await tx.query('moveWithdrawalEpoch', MOVE_WITHDRAWAL_EPOCH, [collectionId]);
  const causes = typeof because === 'object' && 'causes' in because ? because.causes : null;
  await appendEvents(
    tx,
    live.map(({ organization_id: organizationId, document_id: documentId, live_version_id: versionId }) => {
      const cause = byHand ? 'deleted' : (causes?.get(documentId) ?? 'gone');
      return { organizationId, collectionId, type: 'document.withdrawn', data: { documentId, versionId, cause } };
    }),
  );
  const withdrawn = tombstones.map((row) => ({
    documentId: row.document_id,
    deletedAt: row.deleted_at,
    withdrawnVersions: row.deleted_withdrawn_versions,
  }));
  return { withdrawn, replaced };
}
