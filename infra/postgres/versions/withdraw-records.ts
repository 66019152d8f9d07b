import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import type { OrganizationId } from '../../../core/contract/ids.js';
import type { WithdrawalCause } from '../../../core/contract/states.js';
import type { WithdrawingRecord, WithdrawRecordsInput } from '../../../core/ports/version-catalog.js';
import type { RecordRevision } from '../../../core/contract/record-revision.js';
import { judgeWithdrawal, type WithdrawalVerdict } from '../../../core/publishing/judge-withdrawal.js';
import { appendAudit } from '../audit/append-audit.js';
import { auditReplacements } from '../audit/audit-replacements.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { withdrawDocuments } from '../documents/withdraw-documents.js';
import { orderErasures } from '../erasure/order-erasures.js';
import { storableText } from '../storable.js';
import { lockDocumentsNamed } from './find-documents.js';

const LOCK_RUN = `
  select collection_id, sequence, state
  from knowledge.runs where organization_id = $1 and run_id = $2 for no key update`;

const RECORDED_BEFORE = `
  select record_index from knowledge.run_items where run_id = $1 and record_index = any ($2::integer[])`;

const LOCK_COLLECTION = `
  select collection_id from knowledge.collections where collection_id = $1 for no key update`;

const DOCUMENTS_NOW = `
  select d.document_id, d.deleted_at is not null as is_gone, latest.sequence as latest_sequence,
    latest.record_revision as latest_revision, (
      select newest.version_id from knowledge.versions newest where newest.document_id = d.document_id
      order by newest.sequence desc limit 1) as newest_version_id
  from knowledge.documents d
  left join knowledge.versions latest
    on latest.version_id = coalesce(d.live_version_id, case when d.deleted_at is null then d.taken_out_version_id end)
  where d.document_id = any ($1::uuid[])`;

// What was never here gets a version without a reading, to be known by: of every document there is one.
const MAKE_VERSIONS = `
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint,
    page_count, source_sha256, record_revision, state)
  select v.version_id, $1, v.document_id, r.run_id, r.sequence, 1, 'withdrawn', 0, r.object_sha256, v.revision, 'superseded'
  from unnest($3::uuid[], $4::uuid[], $5::jsonb[]) v (version_id, document_id, revision)
  cross join knowledge.runs r
  where r.run_id = $2`;

// Of what was never here, or is gone already, nobody has to be told; but what was accepted before stays away.
const SET_QUIET_TOMBSTONES = `
  update knowledge.documents set
    deleted_at = coalesce(deleted_at, date_trunc('milliseconds', clock_timestamp())),
    deleted_withdrawn_versions = coalesce(deleted_withdrawn_versions, 0),
    live_sequence = greatest(live_sequence, $2)
  where document_id = any ($1::uuid[])`;

const END_WAITING_VERSIONS = `
  update knowledge.versions set state = 'superseded'
  where document_id = any ($1::uuid[]) and state in ('held', 'needs_attention') and sequence <= $2`;

const SET_CAUSES = `
  update knowledge.documents d set withdrawn_cause = w.cause, withdrawn_revision = w.revision
  from unnest($1::uuid[], $2::text[], $3::jsonb[]) w (document_id, cause, revision)
  where d.document_id = w.document_id`;

const RECORD_ITEMS = `
  insert into knowledge.run_items (run_id, record_index, organization_id, document_id, version_id, outcome, reason)
  select $1, i.record_index, $2, i.document_id, i.version_id, i.outcome, i.reason
  from unnest($3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::text[])
    i (record_index, document_id, version_id, outcome, reason)`;

const REASONS: Readonly<Record<WithdrawalCause, string>> = {
  retracted: 'the paper was retracted',
  deleted_at_source: 'its source deleted the record',
};

interface DocumentNow {
  document_id: string;
  is_gone: boolean;
  /** Of the live version, or of the one that a rescreen took out. */
  latest_sequence: number | null;
  latest_revision: RecordRevision | null;
  newest_version_id: string | null;
}

/**
 * Withdraws documents because records of a run say so. What was accepted after that run stays, and what says that it is
 * newer; what was accepted before it can no longer go live, also where the document is not known yet: its record may be
 * in a file that is read at the same time.
 * Errors: `Failure WORKFLOW_ENDED` when the run is over and a record was not withdrawn before.
 */
export async function withdrawRecords(database: DatabaseHandle, input: WithdrawRecordsInput): Promise<void> {
  if (input.records.length === 0) return;
  await database.transaction('withdrawRecords', async (tx) => {
    const ref = [input.organizationId, input.runId];
    const [run] = await tx.query<{ collection_id: string; sequence: number; state: string }>('lockRun', LOCK_RUN, ref);
    if (!run) throw new Failure('WORKFLOW_ENDED', { detail: 'run=unknown' });
    const indexes = input.records.map((record) => record.recordIndex);
    const before = await tx.query<{ record_index: number }>('recordedBefore', RECORDED_BEFORE, [input.runId, indexes]);
    const done = new Set(before.map((row) => row.record_index));
    const records = input.records
      .filter((record) => !done.has(record.recordIndex))
      .map((record) => ({ ...record, externalId: storableText(record.externalId) }));
    if (records.length === 0) return;
    if (run.state !== 'running') throw new Failure('WORKFLOW_ENDED', { detail: `run=${run.state}` });

    await tx.query('lockCollection', LOCK_COLLECTION, [run.collection_id]);
    const documentIds = await lockDocumentsNamed(tx, {
      organizationId: input.organizationId,
      collectionId: run.collection_id,
      externalIds: records.map((record) => record.externalId),
    });
    const documents = await tx.query<DocumentNow>('documentsNow', DOCUMENTS_NOW, [[...documentIds.values()]]);
    const byId = new Map(documents.map((document) => [document.document_id, document]));
    const judged = records.map((record) => {
      const document = byId.get(documentIds.get(record.externalId) ?? '');
      if (!document) throw new Error('a document was not made');
      return { record, document, verdict: judge(record, document, run.sequence) };
    });
    await withdraw(tx, { ...input, collectionId: run.collection_id, sequence: run.sequence }, judged);
    const versions = await nameVersions(tx, input, judged);
    await tx.query('recordItems', RECORD_ITEMS, [
      input.runId,
      input.organizationId,
      judged.map(({ record }) => record.recordIndex),
      judged.map(({ document }) => document.document_id),
      versions,
      judged.map(({ verdict }) => (verdict === 'overtaken' ? 'superseded' : 'withdrawn')),
      judged.map(({ record, verdict }) => (verdict === 'overtaken' ? null : REASONS[record.cause])),
    ]);
  });
}

/** The newest version of each document, made where there was none. */
async function nameVersions(
  tx: Queryable,
  { organizationId, runId }: WithdrawRecordsInput,
  judged: readonly { record: WithdrawingRecord; document: DocumentNow }[],
): Promise<string[]> {
  const named = judged.map((one) => ({ ...one, versionId: one.document.newest_version_id ?? randomUUID() }));
  const made = named.filter(({ document }) => document.newest_version_id === null);
  await tx.query('makeVersions', MAKE_VERSIONS, [
    organizationId,
    runId,
    made.map(({ versionId }) => versionId),
    made.map(({ document }) => document.document_id),
    made.map(({ record }) => (record.revision ? JSON.stringify(record.revision) : null)),
  ]);
  return named.map(({ versionId }) => versionId);
}

function judge(record: WithdrawingRecord, document: DocumentNow, sequence: number): WithdrawalVerdict {
  const { latest_sequence: latestSequence, latest_revision: revision } = document;
  return judgeWithdrawal(
    {
      latest: latestSequence === null ? null : { sequence: latestSequence, revision },
      isGone: document.is_gone,
      isKnown: document.newest_version_id !== null,
    },
    { sequence, ...(record.revision ? { revision: record.revision } : {}) },
  );
}

async function withdraw(
  tx: Queryable,
  run: { organizationId: OrganizationId; runId: string; collectionId: string; sequence: number },
  judged: readonly { record: WithdrawingRecord; document: DocumentNow; verdict: WithdrawalVerdict }[],
): Promise<void> {
  const counting = judged.filter((one) => one.verdict !== 'overtaken');
  if (counting.length === 0) return;
  const ids = (some: typeof counting) => some.map(({ document }) => document.document_id);
  const here = counting.filter((one) => one.verdict === 'withdrawn');
  const causeOf = new Map(here.map(({ record, document }) => [document.document_id, record.cause]));

  const { withdrawn, replaced } = await withdrawDocuments(tx, {
    collectionId: run.collectionId,
    documentIds: ids(here),
    because: { acceptedUpTo: run.sequence, causes: causeOf },
  });
  const quiet = ids(counting.filter((one) => one.verdict === 'kept-away'));
  await tx.query('setQuietTombstones', SET_QUIET_TOMBSTONES, [quiet, run.sequence]);
  await orderErasures(tx, quiet);
  await tx.query('endWaitingVersions', END_WAITING_VERSIONS, [quiet, run.sequence]);
  await tx.query('setCauses', SET_CAUSES, [
    ids(counting),
    counting.map(({ record }) => record.cause),
    counting.map(({ record }) => (record.revision ? JSON.stringify(record.revision) : null)),
  ]);
  for (const { documentId, withdrawnVersions } of withdrawn) {
    await appendAudit(tx, {
      organizationId: run.organizationId,
      actor: 'source',
      action: 'document.withdrawn',
      subject: documentId,
      details: { withdrawnVersions, runId: run.runId, cause: causeOf.get(documentId) ?? '' },
    });
  }
  await auditReplacements(tx, run.organizationId, replaced);
}
