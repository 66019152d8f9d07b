import type { DocumentId } from '../../../core/contract/ids.js';
import type { Queryable } from '../database.js';

const ORDER_ERASURES = `
  insert into knowledge.erasures (document_id, up_to_sequence, organization_id, collection_id, ordered_at)
  select document_id, live_sequence, organization_id, collection_id, deleted_at
  from knowledge.documents where document_id = any ($1::uuid[]) and deleted_at is not null
  on conflict (document_id, up_to_sequence) do nothing`;

// What comes late, by a run accepted before the deletion, can never go live, and would lie about for ever.
const REOPEN_ERASURES = `
  update knowledge.erasures set finished_at = null
  where document_id = any ($1::uuid[]) and up_to_sequence >= $2 and finished_at is not null`;

/** With their tombstones, within the transaction that set them: what was accepted up to now is to be erased. */
export async function orderErasures(tx: Queryable, documentIds: readonly DocumentId[]): Promise<void> {
  await tx.query('orderErasures', ORDER_ERASURES, [documentIds]);
}

/** For documents, locked, that get a version of this number of the order of acceptance. */
export async function reopenErasures(
  tx: Queryable,
  documentIds: readonly DocumentId[],
  sequence: number,
): Promise<void> {
  if (documentIds.length > 0) await tx.query('reopenErasures', REOPEN_ERASURES, [documentIds, sequence]);
}
