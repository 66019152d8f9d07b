import type { DocumentId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { DeletedDocument } from '../../../core/ports/document-catalog.js';
import { judgeDeletion } from '../../../core/publishing/judge-deletion.js';
import { statesThatMayGoLive } from '../../../core/publishing/version-life.js';
import { appendAudit } from '../audit/append-audit.js';
import { auditReplacements } from '../audit/audit-replacements.js';
import type { DatabaseHandle } from '../database.js';
import { isUuid } from '../storable.js';
import { stateList } from '../versions/version-states.js';
import { scopeValues } from '../visibility.js';
import { DOCUMENTS_WITH_VERSION, IN_SCOPE } from './document-row.js';
import { lockCollectionOf } from './lock-collection-of.js';
import { withdrawDocuments } from './withdraw-documents.js';

// "accepted_since": a version came after the tombstone, and this delete takes it out.
const LOCK_DOCUMENT = `
  select d.document_id, d.deleted_at, d.deleted_withdrawn_versions,
    exists (
      select from knowledge.versions v
      where v.document_id = d.document_id and v.sequence > d.live_sequence
        and v.state in (${stateList(statesThatMayGoLive())})) as accepted_since
  from knowledge.documents d
  where d.document_id = $1
  for no key update of d`;

// The document is gone already, and still this delete has a number of its own in the order of acceptance: an upload that was
// accepted since the first delete, and has not come as far as a version, can no longer go live. What a sync had withdrawn
// now stays away, also when its object comes back.
const DELETE_AGAIN = `
  update knowledge.documents set deleted_by_hand = true, live_sequence = nextval('knowledge.acceptance')
  where document_id = $1`;

// A document is deleted by who can see it, as it stands.
const IS_SEEN = `select from ${DOCUMENTS_WITH_VERSION} where ${IN_SCOPE} and d.document_id = $4`;

interface DocumentRow {
  document_id: string;
  deleted_at: Date | null;
  deleted_withdrawn_versions: number | null;
  accepted_since: boolean;
}

export async function deleteDocument(
  database: DatabaseHandle,
  input: { scope: AccessScope; documentId: DocumentId; actor: string },
): Promise<DeletedDocument | null> {
  const { scope, documentId, actor } = input;
  if (!isUuid(documentId)) return null;
  return database.transaction('deleteDocument', async (tx) => {
    const collectionId = await lockCollectionOf(tx, scope, documentId);
    if (collectionId === null) return null;
    const seen = await tx.query('isSeen', IS_SEEN, [...scopeValues(scope), documentId]);
    if (seen.length === 0) return null;
    const [document] = await tx.query<DocumentRow>('lockDocument', LOCK_DOCUMENT, [documentId]);
    if (!document) return null;
    const audit = (withdrawnVersions: number) =>
      appendAudit(tx, {
        organizationId: scope.organizationId,
        actor,
        action: 'document.deleted',
        subject: documentId,
        details: { withdrawnVersions },
      });
    const { deleted_at: deletedAt, accepted_since: acceptedSince } = document;
    if (deletedAt && judgeDeletion({ isDeleted: true, acceptedSince }) === 'repeat') {
      await tx.query('deleteAgain', DELETE_AGAIN, [documentId]);
      await audit(0);
      // The receipt says since when it is gone.
      const withdrawnVersions = document.deleted_withdrawn_versions ?? 0;
      return { documentId, deletedAt, withdrawnVersions };
    }
    const { withdrawn, replaced } = await withdrawDocuments(tx, {
      collectionId,
      documentIds: [documentId],
      because: 'deleted by hand',
    });
    const [deleted] = withdrawn;
    if (!deleted) throw new Error('the locked document is gone');
    await audit(deleted.withdrawnVersions);
    await auditReplacements(tx, scope.organizationId, replaced);
    return deleted;
  });
}
