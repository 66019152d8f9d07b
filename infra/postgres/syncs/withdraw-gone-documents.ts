import type { CollectionId, OrganizationId, RunId, SourceId } from '../../../core/contract/ids.js';
import { appendAudit } from '../audit/append-audit.js';
import { auditReplacements } from '../audit/audit-replacements.js';
import type { Queryable } from '../database.js';
import { withdrawDocuments } from '../documents/withdraw-documents.js';

/**
 * Other sources (than those of `goneFrom`, a parameter) that hold the document `d`: it was among what they brought since
 * they were last read to the end. Not by the version that is live: an identical record in two files is `unchanged` in the
 * second one, and live with the first one's run.
 */
export const holdersOf = (goneFrom: string): string => `
  select r.source_id, i.version_id
  from knowledge.run_items i
  join knowledge.runs r using (run_id)
  join knowledge.sources o using (source_id)
  where i.document_id = d.document_id and i.outcome <> 'withdrawn' and o.gone_at is null and r.source_id <> all (${goneFrom}::uuid[])
    and r.sequence >= coalesce((
      select max(whole.sequence) from knowledge.runs whole
      where whole.source_id = r.source_id and whole.state in ('published', 'unchanged', 'held', 'superseded')), 0)`;

// Somebody else holds the document, but perhaps in other words: that source is read again, if it can be.
const READ_HOLDERS_AGAIN = `
  update knowledge.sources set settled_fingerprint = null
  where uri is not null and source_id in (
    select holder.source_id
    from knowledge.documents d
    join knowledge.versions live on live.version_id = d.live_version_id
    join knowledge.runs made on made.run_id = live.run_id and made.source_id = any ($1::uuid[])
    cross join lateral (${holdersOf('$1')}) holder
    where d.document_id in (
        select i.document_id from knowledge.run_items i join knowledge.runs r using (run_id)
        where r.source_id = any ($1::uuid[]))
      and not exists (
        select from knowledge.run_items found where found.run_id = $2 and found.document_id = d.document_id)
      and not exists (
        select from (${holdersOf('$1')}) same where same.version_id = d.live_version_id))`;

export interface WithdrawGoneInput {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly syncRunId: RunId;
  readonly goneFrom: readonly SourceId[];
  /** Locked; held by no other source. */
  readonly documentIds: readonly string[];
}

/** Withdraws documents for a sync, each with its entry in the audit log, within a transaction that locked the collection. */
export async function withdrawGoneDocuments(tx: Queryable, input: WithdrawGoneInput): Promise<void> {
  const { organizationId, collectionId, syncRunId, goneFrom, documentIds } = input;
  const { withdrawn, replaced } = await withdrawDocuments(tx, { collectionId, documentIds, because: { goneFrom } });
  for (const { documentId, withdrawnVersions } of withdrawn) {
    await appendAudit(tx, {
      organizationId,
      actor: 'sync',
      action: 'document.deleted',
      subject: documentId,
      details: { withdrawnVersions, syncRunId },
    });
  }
  await auditReplacements(tx, organizationId, replaced);
}

/** For documents of these sources that others hold: all of them, or those that a run no longer found in its source. */
export async function readHoldersAgain(
  tx: Queryable,
  input: { goneFrom: readonly SourceId[]; notFoundBy: RunId | null },
): Promise<void> {
  await tx.query('readHoldersAgain', READ_HOLDERS_AGAIN, [input.goneFrom, input.notFoundBy]);
}
