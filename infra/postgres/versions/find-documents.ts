import { createHash } from 'node:crypto';
import type { Queryable } from '../database.js';

// Documents are found by the digests of their names: the names themselves can be too long for an index.
const MAKE_DOCUMENTS = `
  insert into knowledge.documents (document_id, organization_id, collection_id, external_id)
  select gen_random_uuid(), $1, $2, wanted.external_id
  from unnest($3::text[], $4::bytea[]) wanted (external_id, digest)
  where not exists (
    select from knowledge.documents d
    where d.organization_id = $1 and d.collection_id = $2 and d.external_digest = wanted.digest)
  order by wanted.digest
  on conflict (organization_id, collection_id, external_digest) do nothing`;

// In the order of ids, as publish and delete lock them.
const LOCK_DOCUMENTS = `
  select document_id from knowledge.documents
  where organization_id = $1 and collection_id = $2 and external_digest = any ($3::bytea[])
  order by document_id for no key update`;

/** Finds or makes the documents of these names in a collection, and locks them. Answers their ids, in no order. */
export async function lockDocumentsNamed(
  tx: Queryable,
  input: { organizationId: string; collectionId: string; externalIds: readonly string[] },
): Promise<string[]> {
  const externalIds = [...new Set(input.externalIds)];
  const digests = externalIds.map((externalId) => createHash('sha256').update(externalId).digest());
  const within = [input.organizationId, input.collectionId];
  await tx.query('makeDocuments', MAKE_DOCUMENTS, [...within, externalIds, digests]);
  const locked = await tx.query<{ document_id: string }>('lockDocuments', LOCK_DOCUMENTS, [...within, digests]);
  return locked.map((row) => row.document_id);
}
