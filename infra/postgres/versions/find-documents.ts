import { createHash } from 'node:crypto';
import type { Queryable } from '../database.js';

// Documents are found by the digests of their names: the names themselves can be too long for an index.
const MAKE_DOCUMENTS = `
  insert into knowledge.documents (document_id, organization_id, collection_id, external_id)
  select gen_random_uuid(), $1, $2, wanted.external_id
  from unnest($3::text[], $4::bytea[]) wanted (external_id, digest)
  where not exists (
    select from knowledge.documents d
    where d.organization_id = $1 and d.collection_id = $2 and knowledge.name_digest(d.external_id) = wanted.digest)
  order by wanted.digest
  on conflict (organization_id, collection_id, knowledge.name_digest(external_id)) do nothing`;

// In the order of ids, as publish and delete lock them.
const LOCK_DOCUMENTS = `
  select document_id, knowledge.name_digest(external_id) as digest from knowledge.documents
  where organization_id = $1 and collection_id = $2 and knowledge.name_digest(external_id) = any ($3::bytea[])
  order by document_id for no key update`;

// A document whose name was erased is known by its digest; now it is told again.
const RESTORE_NAMES = `
  update knowledge.documents d set external_id = named.external_id
  from unnest($1::uuid[], $2::text[]) named (document_id, external_id)
  where d.document_id = named.document_id and d.external_id ~ '^erased:'`;

/** A name that was erased (`erased:` and the digest) stands for its digest, as in `knowledge.name_digest`. */
const ERASED_NAME = /^erased:([0-9a-f]{64})$/;

function nameDigest(name: string): Buffer {
  const erased = ERASED_NAME.exec(name)?.[1];
  return erased === undefined ? createHash('sha256').update(name).digest() : Buffer.from(erased, 'hex');
}

/** Finds or makes the documents of these names in a collection, and locks them. Answers the id of each name. */
export async function lockDocumentsNamed(
  tx: Queryable,
  input: { organizationId: string; collectionId: string; externalIds: readonly string[] },
): Promise<Map<string, string>> {
  const externalIds = [...new Set(input.externalIds)];
  const digests = externalIds.map(nameDigest);
  const within = [input.organizationId, input.collectionId];
  await tx.query('makeDocuments', MAKE_DOCUMENTS, [...within, externalIds, digests]);
  const locked = await tx.query<{ document_id: string; digest: Buffer }>('lockDocuments', LOCK_DOCUMENTS, [
    ...within,
    digests,
  ]);
  const byDigest = new Map(locked.map((row) => [row.digest.toString('hex'), row.document_id]));
  return new Map(
    externalIds.map((externalId, at) => {
      const documentId = byDigest.get(digests[at]?.toString('hex') ?? '');
      if (documentId === undefined) throw new Error('a document was not made');
      return [externalId, documentId];
    }),
  );
}

/** For locked documents that get a new version. */
export async function restoreNames(
  tx: Queryable,
  documents: readonly { documentId: string; externalId: string }[],
): Promise<void> {
  if (documents.length === 0) return;
  await tx.query('restoreNames', RESTORE_NAMES, [
    documents.map(({ documentId }) => documentId),
    documents.map(({ externalId }) => externalId),
  ]);
}
