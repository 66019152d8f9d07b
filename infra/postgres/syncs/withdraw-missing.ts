import type { SyncRef } from '../../../core/contract/sync-messages.js';
import type { DatabaseHandle } from '../database.js';
import { MISSING_SOURCES } from './count-sources.js';
import { holdersOf, readHoldersAgain, withdrawGoneDocuments } from './withdraw-gone-documents.js';

const MISSING_BATCH = `
  select o.source_id ${MISSING_SOURCES} and o.gone_at is null
  order by o.source_id limit $3
  for no key update of o`;

// The lock order of publish and delete: sources, the collection, documents.
const LOCK_COLLECTION = `
  select collection_id from knowledge.collections
  where collection_id = (select collection_id from knowledge.runs where organization_id = $1 and run_id = $2)
  for no key update`;

// Documents that these sources brought and that no other source holds. One that waits for a person goes as well: what it
// waits with is gone.
const THEIR_DOCUMENTS = `
  select d.document_id
  from knowledge.documents d
  where d.deleted_at is null
    and d.document_id in (
      select i.document_id from knowledge.run_items i join knowledge.runs r using (run_id)
      where r.source_id = any ($1::uuid[]))
    and not exists (${holdersOf('$1')})
  order by d.document_id
  for no key update`;

// Forgets what was settled: if the object comes back, it is read again.
const MARK_GONE = `
  update knowledge.sources set gone_at = clock_timestamp(), settled_fingerprint = null, problem_code = null
  where source_id = any ($1::uuid[])`;

export async function withdrawMissing(
  database: DatabaseHandle,
  ref: SyncRef,
  limit: number,
): Promise<{ withdrawn: number; left: number }> {
  const sync = [ref.organizationId, ref.runId];
  return database.transaction('withdrawMissing', async (tx) => {
    // One more than asked for tells whether any are left.
    const missing = await tx.query<{ source_id: string }>('missingBatch', MISSING_BATCH, [...sync, limit + 1]);
    const sourceIds = missing.slice(0, limit).map((row) => row.source_id);
    if (sourceIds.length === 0) return { withdrawn: 0, left: 0 };
    const [collection] = await tx.query<{ collection_id: string }>('lockCollection', LOCK_COLLECTION, sync);
    if (!collection) return { withdrawn: 0, left: 0 };
    const documents = await tx.query<{ document_id: string }>('theirDocuments', THEIR_DOCUMENTS, [sourceIds]);
    await withdrawGoneDocuments(tx, {
      organizationId: ref.organizationId,
      collectionId: collection.collection_id,
      syncRunId: ref.runId,
      goneFrom: sourceIds,
      documentIds: documents.map((row) => row.document_id),
    });
    await readHoldersAgain(tx, { goneFrom: sourceIds, notFoundBy: null });
    await tx.query('markGone', MARK_GONE, [sourceIds]);
    return { withdrawn: sourceIds.length, left: missing.length - sourceIds.length };
  });
}
