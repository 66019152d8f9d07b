import type { DocumentId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { DeletedDocument } from '../../../core/ports/document-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Queryable } from '../database.js';
import { countLiveChunks } from '../lexical/count-live-chunks.js';
import { levelsUpTo } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid } from '../storable.js';

const LOCK_COLLECTION = `
  select c.collection_id from knowledge.collections c
  where c.collection_id = (
    select d.collection_id from knowledge.documents d
    where d.document_id = $3 and d.organization_id = $1 and ($2::uuid[] is null or d.collection_id = any ($2)))
  for no key update`;

// "accepted_since": an upload came after the tombstone, so this delete is a new one.
const LOCK_DOCUMENT = `
  select d.document_id, d.live_version_id, d.deleted_at, d.deleted_withdrawn_versions,
    exists (
      select from knowledge.versions v
      where v.document_id = d.document_id and v.sequence > d.live_sequence
        and v.state in ('open', 'held', 'needs_attention')) as accepted_since
  from knowledge.documents d
  join knowledge.collections c using (collection_id)
  where d.document_id = $1 and coalesce(d.safety_level, c.safety_level) = any ($2::text[])
  for no key update of d`;

// A fresh number of the order of acceptance: whatever was accepted before can no longer go live.
const SET_TOMBSTONE = `
  update knowledge.documents set
    live_version_id = null,
    live_sequence = nextval('knowledge.acceptance'),
    deleted_at = date_trunc('milliseconds', clock_timestamp()),
    deleted_withdrawn_versions = $2,
    updated_at = now()
  where document_id = $1
  returning deleted_at`;

// Versions that wait for a person wait no longer; open ones lose when they want to go live.
const WITHDRAW_VERSIONS = `
  update knowledge.versions set state = 'superseded'
  where document_id = $1 and state in ('published', 'held', 'needs_attention')`;

const MOVE_WITHDRAWAL_EPOCH = `
  update knowledge.collections set withdrawal_epoch = withdrawal_epoch + 1 where collection_id = $1`;

interface DocumentRow {
  document_id: string;
  live_version_id: string | null;
  deleted_at: Date | null;
  deleted_withdrawn_versions: number | null;
  accepted_since: boolean;
}

export async function deleteDocument(
  database: Database,
  input: { scope: AccessScope; documentId: DocumentId; actor: string },
): Promise<DeletedDocument | null> {
  const { scope, documentId, actor } = input;
  if (!isUuid(documentId)) return null;
  return database.transaction('deleteDocument', async (tx) => {
    const scoped = [scope.organizationId, scopedCollections(scope), documentId];
    const [collection] = await tx.query<{ collection_id: string }>('lockCollection', LOCK_COLLECTION, scoped);
    if (!collection) return null;
    const values = [documentId, levelsUpTo(scope.safetyLevel)];
    const [document] = await tx.query<DocumentRow>('lockDocument', LOCK_DOCUMENT, values);
    if (!document) return null;
    if (document.deleted_at && !document.accepted_since) {
      const withdrawnVersions = document.deleted_withdrawn_versions ?? 0;
      return { documentId, deletedAt: document.deleted_at, withdrawnVersions };
    }
    const deleted = await withdraw(tx, collection.collection_id, document);
    await appendAudit(tx, {
      organizationId: scope.organizationId,
      actor,
      action: 'document.deleted',
      subject: documentId,
      details: { withdrawnVersions: deleted.withdrawnVersions },
    });
    return deleted;
  });
}

async function withdraw(tx: Queryable, collectionId: string, document: DocumentRow): Promise<DeletedDocument> {
  const { document_id: documentId, live_version_id: live } = document;
  const withdrawnVersions = live ? 1 : 0;
  const [tombstone] = await tx.query<{ deleted_at: Date }>('setTombstone', SET_TOMBSTONE, [
    documentId,
    withdrawnVersions,
  ]);
  if (!tombstone) throw new Error('the locked document is gone');
  await tx.query('withdrawVersions', WITHDRAW_VERSIONS, [documentId]);
  if (live) await countLiveChunks(tx, collectionId, [{ documentId, from: live, to: null }]);
  await tx.query('moveWithdrawalEpoch', MOVE_WITHDRAWAL_EPOCH, [collectionId]);
  return { documentId, deletedAt: tombstone.deleted_at, withdrawnVersions };
}
