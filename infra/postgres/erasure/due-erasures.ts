import type { DocumentId } from '../../../core/contract/ids.js';
import type { DueErasure } from '../../../core/ports/erasure-catalog.js';
import type { Queryable } from '../database.js';

/** Erasures `e` that are open and whose retention is over; `c` is their collection. */
export const IS_DUE = `
  e.finished_at is null and e.ordered_at + make_interval(days => c.retention_days) <= clock_timestamp()`;

// A run that was accepted before the deletion may still be reading: it is let come to its end first.
const NOTHING_IS_READ = `
  not exists (
    select from knowledge.versions v join knowledge.runs r using (run_id)
    where v.document_id = e.document_id and v.sequence <= e.up_to_sequence and v.state <> 'erased' and r.state = 'running')`;

const DUE_COLLECTIONS = `
  select c.organization_id, c.collection_id
  from knowledge.collections c
  where exists (
    select from knowledge.erasures e where e.collection_id = c.collection_id and ${IS_DUE} and ${NOTHING_IS_READ})
  order by c.collection_id`;

const DUE_DOCUMENTS = `
  select e.document_id
  from knowledge.erasures e
  join knowledge.collections c on c.organization_id = e.organization_id and c.collection_id = e.collection_id
  where e.organization_id = $1 and e.collection_id = $2 and ${IS_DUE} and ${NOTHING_IS_READ}
  order by e.ordered_at, e.document_id
  limit $3`;

export async function dueErasures(database: Queryable): Promise<DueErasure[]> {
  const rows = await database.query<{ organization_id: string; collection_id: string }>('dueErasures', DUE_COLLECTIONS);
  return rows.map((row) => ({ organizationId: row.organization_id, collectionId: row.collection_id }));
}

export async function dueDocuments(
  database: Queryable,
  { organizationId, collectionId }: DueErasure,
  limit: number,
): Promise<DocumentId[]> {
  const rows = await database.query<{ document_id: string }>('dueDocuments', DUE_DOCUMENTS, [
    organizationId,
    collectionId,
    limit,
  ]);
  return [...new Set(rows.map((row) => row.document_id))];
}
