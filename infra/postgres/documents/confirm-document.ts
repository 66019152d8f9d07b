import type { DocumentId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { ConfirmedDocument } from '../../../core/ports/document-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { isUuid } from '../storable.js';
import { scopeValues } from '../visibility.js';
import { DOCUMENTS_WITH_VERSION, IN_SCOPE } from './document-row.js';
import { lockCollectionOf } from './lock-collection-of.js';
import { REVIEW_DUE_AT } from './review-cycle.js';

const CONFIRM = `
  update knowledge.documents set confirmed_at = date_trunc('milliseconds', clock_timestamp())
  where document_id = $4 and deleted_at is null and live_version_id is not null
    and exists (select from ${DOCUMENTS_WITH_VERSION} where ${IN_SCOPE} and d.document_id = $4)
  returning confirmed_at`;

const READ_DUE = `
  select v.version_id, d.confirmed_at, ${REVIEW_DUE_AT} as review_due_at
  from ${DOCUMENTS_WITH_VERSION} where ${IN_SCOPE} and d.document_id = $4`;

// Answers that caches keep say that the document is due.
const MOVE_EPOCH = `
  update knowledge.collections set publication_epoch = publication_epoch + 1 where collection_id = $1`;

/** Puts on record that somebody looked the live version over and that it still holds; `null`: nothing of it is live. */
export async function confirmDocument(
  database: DatabaseHandle,
  input: { scope: AccessScope; documentId: DocumentId; actor: string },
): Promise<ConfirmedDocument | null> {
  const { scope, documentId, actor } = input;
  if (!isUuid(documentId)) return null;
  return database.transaction('confirmDocument', async (tx) => {
    const collectionId = await lockCollectionOf(tx, scope, documentId);
    if (collectionId === null) return null;
    const values = [...scopeValues(scope), documentId];
    if ((await tx.query('confirm', CONFIRM, values)).length === 0) return null;
    const [row] = await tx.query<{ version_id: string; confirmed_at: Date; review_due_at: Date | null }>(
      'readDue',
      READ_DUE,
      values,
    );
    if (!row) throw new Error('the confirmed document is gone');
    const { version_id: versionId, confirmed_at: confirmedAt, review_due_at: reviewDueAt } = row;
    await tx.query('moveEpoch', MOVE_EPOCH, [collectionId]);
    await appendAudit(tx, {
      organizationId: scope.organizationId,
      actor,
      action: 'document.confirmed',
      subject: documentId,
      details: { versionId },
    });
    return { documentId, versionId, confirmedAt, reviewDueAt };
  });
}
