import type { ErasureBatch, ErasureReceipt, RemovedObjects } from '../../../core/ports/erasure-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { LOCK_DOCUMENTS } from './erase-versions.js';
import { IS_DUE } from './due-erasures.js';

const COUNT_OBJECTS = `
  update knowledge.erasures e set objects = e.objects + given.objects
  from unnest($1::uuid[], $2::integer[]) given (document_id, objects)
  where e.document_id = given.document_id and e.up_to_sequence = (
    select max(o.up_to_sequence) from knowledge.erasures o where o.document_id = e.document_id and o.finished_at is null)`;

// What came in late, by a run that was accepted before the deletion, keeps the erasure open.
const FINISH = `
  update knowledge.erasures e set finished_at = date_trunc('milliseconds', clock_timestamp())
  from knowledge.collections c
  where c.collection_id = e.collection_id and e.organization_id = $1 and e.document_id = any ($2::uuid[]) and ${IS_DUE}
    and not exists (
      select from knowledge.versions v
      where v.document_id = e.document_id and v.sequence <= e.up_to_sequence and v.state <> 'erased')
  returning e.document_id, e.up_to_sequence, e.finished_at, e.versions, e.chunks, e.postings, e.vectors, e.embeddings,
    e.objects`;

export interface FinishedRow {
  document_id: string;
  up_to_sequence: number;
  finished_at: Date;
  versions: number;
  chunks: number;
  postings: number;
  vectors: number;
  embeddings: number;
  objects: number;
}

export async function finishErasures(
  database: DatabaseHandle,
  { organizationId, documentIds }: ErasureBatch,
  removed: readonly RemovedObjects[],
): Promise<ErasureReceipt[]> {
  return database.transaction('finishErasures', async (tx) => {
    await tx.query('lockDocuments', LOCK_DOCUMENTS, [organizationId, documentIds]);
    await tx.query('countObjects', COUNT_OBJECTS, [
      removed.map(({ documentId }) => documentId),
      removed.map(({ objects }) => objects),
    ]);
    const rows = await tx.query<FinishedRow>('finishErasures', FINISH, [organizationId, documentIds]);
    // The counts stand on the newest of several orders for one document.
    const newest = new Map<string, FinishedRow>();
    for (const row of rows) {
      const other = newest.get(row.document_id);
      if (!other || other.up_to_sequence < row.up_to_sequence) newest.set(row.document_id, row);
    }
    const receipts = [...newest.values()].map(toReceipt);
    for (const { documentId, versions, chunks, postings, vectors, embeddings, objects } of receipts) {
      await appendAudit(tx, {
        organizationId,
        actor: 'system',
        action: 'document.erased',
        subject: documentId,
        details: { versions, chunks, postings, vectors, embeddings, objects },
      });
    }
    return receipts;
  });
}

export function toReceipt(row: FinishedRow): ErasureReceipt {
  const { versions, chunks, postings, vectors, embeddings, objects } = row;
  return {
    documentId: row.document_id,
    erasedAt: row.finished_at,
    versions,
    chunks,
    postings,
    vectors,
    embeddings,
    objects,
  };
}
