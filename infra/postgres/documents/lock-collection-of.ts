import type { CollectionId, DocumentId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';

const LOCK_COLLECTION = `
  select c.collection_id from knowledge.collections c
  where c.collection_id = (
    select d.collection_id from knowledge.documents d
    where d.document_id = $3 and d.organization_id = $1 and ($2::uuid[] is null or d.collection_id = any ($2)))
  for no key update`;

/** Locks the collection of a document, which comes before its documents; `null`: no such document in scope. */
export async function lockCollectionOf(
  tx: Queryable,
  scope: AccessScope,
  documentId: DocumentId,
): Promise<CollectionId | null> {
  const [collection] = await tx.query<{ collection_id: string }>('lockCollection', LOCK_COLLECTION, [
    scope.organizationId,
    scopedCollections(scope),
    documentId,
  ]);
  return collection?.collection_id ?? null;
}
