import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import { type DocumentNow, judgeArrival } from '../../../core/publishing/judge-arrival.js';
import type { RecordRevision } from '../../../core/contract/record-revision.js';
import { SAFETY_LEVELS, type VersionState } from '../../../core/contract/states.js';
import type { OpenedVersion, OpenVersionItem, OpenVersionsInput } from '../../../core/ports/version-catalog.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { storableText } from '../storable.js';
import { reopenErasures } from '../erasure/order-erasures.js';
import { lockDocumentsNamed, restoreNames } from './find-documents.js';

// A run cannot end between this look and the versions made for it, and two tries of one call come one after the other.
const LOCK_RUN = `
  select collection_id, sequence, state, object_sha256, parent_run_id, retry_of is not null as is_retry, kind = 'reread' as is_reread
  from knowledge.runs where organization_id = $1 and run_id = $2 for no key update`;

const OPENED_BEFORE = `
  select record_index, document_id, version_id, outcome
  from knowledge.run_items
  where run_id = $1 and record_index = any ($2::integer[]) and version_id is not null`;

// A statement of its own: what is read while waiting for the lock would be what was true before the wait.
const DOCUMENTS_NOW = `
  select d.document_id, live.version_id as live_version_id, live.fingerprint as live_fingerprint,
    live.record_revision as live_revision, d.withdrawn_cause is not null as withdrawn, d.withdrawn_revision,
    taken.version_id as taken_out_version_id, taken.record_revision as taken_out_revision,
    newest.version_id as newest_version_id, newest.fingerprint as newest_fingerprint, newest.state as newest_state,
    own.version_id as own_version_id, d.deleted_at is not null and d.deleted_by_hand as deleted_by_hand,
    coalesce((select max(number) from knowledge.versions v where v.document_id = d.document_id), 0) as last_number
  from knowledge.documents d
  left join knowledge.versions live on live.version_id = d.live_version_id
  left join knowledge.versions taken on taken.version_id = d.taken_out_version_id and d.deleted_at is null
  left join knowledge.versions own on own.run_id = $2 and own.document_id = d.document_id
  left join lateral (
    select version_id, fingerprint, state from knowledge.versions v
    where v.document_id = d.document_id
    order by sequence desc, number desc limit 1
  ) newest on true
  where d.document_id = any ($1::uuid[])`;

// The upload's own safety level counts from here on, before anything of the file was read.
const MAKE_VERSIONS = `
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint,
    page_count, source_sha256, record_revision, safety_level)
  select v.version_id, $1, v.document_id, $2, $3, v.number, v.fingerprint, v.page_count, $4, v.record_revision, (
      select r.metadata -> 'custom' ->> 'safetyLevel' from knowledge.runs r
      where r.run_id = $2 and r.metadata -> 'custom' ->> 'safetyLevel' = any ($11::text[]))
  from unnest($5::uuid[], $6::uuid[], $7::integer[], $8::text[], $9::integer[], $10::jsonb[])
    v (version_id, document_id, number, fingerprint, page_count, record_revision)`;

const RECORD_ITEMS = `
  insert into knowledge.run_items (run_id, record_index, organization_id, document_id, version_id, outcome, reason)
  select $1, i.record_index, $2, i.document_id, i.version_id, i.outcome, i.reason
  from unnest($3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::text[])
    i (record_index, document_id, version_id, outcome, reason)`;

// What is live is also what was accepted last: an older upload still on its way must not replace it.
const RAISE_LIVE_SEQUENCE = `
  update knowledge.documents set live_sequence = greatest(live_sequence, $2) where document_id = any ($1::uuid[])`;

interface RunNow {
  collection_id: string;
  sequence: number;
  state: string;
  object_sha256: string;
  /** The sync that listed the source. */
  parent_run_id: string | null;
  is_retry: boolean;
  is_reread: boolean;
}

/** A document as it stands, under its lock. */
interface DocumentNowRow {
  document_id: string;
  live_version_id: string | null;
  live_fingerprint: string;
  live_revision: RecordRevision | null;
  withdrawn: boolean;
  withdrawn_revision: RecordRevision | null;
  taken_out_version_id: string | null;
  taken_out_revision: RecordRevision | null;
  newest_version_id: string | null;
  newest_fingerprint: string;
  newest_state: VersionState;
  own_version_id: string | null;
  deleted_by_hand: boolean;
  /** 0 when there is no version yet. */
  last_number: number;
}

interface ItemRow {
  record_index: number;
  document_id: string;
  version_id: string;
  outcome: OpenedVersion['outcome'];
}

/** For a record that was read and changed nothing. */
const SUPERSEDED = 'a newer record of the document counts';

/**
 * Records of one run with the same external id are one document and share one version.
 * Errors: `Failure WORKFLOW_ENDED` when the run is over and an item was not opened before.
 */
export async function openVersions(database: DatabaseHandle, input: OpenVersionsInput): Promise<OpenedVersion[]> {
  if (input.items.length === 0) return [];
  return database.transaction('openVersions', async (tx) => {
    const [run] = await tx.query<RunNow>('lockRun', LOCK_RUN, [input.organizationId, input.runId]);
    if (!run) throw new Failure('WORKFLOW_ENDED', { detail: 'run=unknown' });

    const opened = new Map((await openedBefore(tx, input)).map((row) => [row.record_index, row]));
    const items = input.items
      .filter((item) => !opened.has(item.recordIndex))
      .map((item) => ({ ...item, externalId: storableText(item.externalId) }));
    if (items.length > 0) {
      if (run.state !== 'running') throw new Failure('WORKFLOW_ENDED', { detail: `run=${run.state}` });
      for (const row of await openNew(tx, input, run, items)) opened.set(row.record_index, row);
    }
    return input.items.map(({ recordIndex }) => {
      const row = opened.get(recordIndex);
      if (!row) throw new Error('an item was left without a version');
      return { recordIndex, documentId: row.document_id, versionId: row.version_id, outcome: row.outcome };
    });
  });
}

function openedBefore(tx: Queryable, input: OpenVersionsInput): Promise<ItemRow[]> {
  return tx.query<ItemRow>('openedBefore', OPENED_BEFORE, [input.runId, input.items.map((item) => item.recordIndex)]);
}

async function openNew(
  tx: Queryable,
  { organizationId, runId }: OpenVersionsInput,
  run: RunNow,
  items: readonly OpenVersionItem[],
): Promise<ItemRow[]> {
  const documentIds = await lockDocumentsNamed(tx, {
    organizationId,
    collectionId: run.collection_id,
    externalIds: items.map((item) => item.externalId),
  });
  const documents = await tx.query<DocumentNowRow>('documentsNow', DOCUMENTS_NOW, [[...documentIds.values()], runId]);

  const byId = new Map(documents.map((document) => [document.document_id, document]));
  const made: (OpenVersionItem & { documentId: string; versionId: string; number: number })[] = [];
  const rows = items.map((item): ItemRow => {
    const document = byId.get(documentIds.get(item.externalId) ?? '');
    if (!document) throw new Error('a document was not made');
    const judged = judgeArrival(toDocumentNow(document), {
      ...item,
      isRetry: run.is_retry,
      isReread: run.is_reread,
      respectsTombstone: run.parent_run_id !== null,
    });
    const versionId = judged.versionId ?? randomUUID();
    if (judged.versionId === null) {
      made.push({ ...item, documentId: document.document_id, versionId, number: document.last_number + 1 });
      document.own_version_id = versionId;
    }
    return {
      record_index: item.recordIndex,
      document_id: document.document_id,
      version_id: versionId,
      outcome: judged.outcome,
    };
  });

  await tx.query('makeVersions', MAKE_VERSIONS, [
    organizationId,
    runId,
    run.sequence,
    run.object_sha256,
    made.map((version) => version.versionId),
    made.map((version) => version.documentId),
    made.map((version) => version.number),
    made.map((version) => version.fingerprint),
    made.map((version) => version.pageCount),
    made.map(({ revision }) => (revision ? JSON.stringify(revision) : null)),
    SAFETY_LEVELS,
  ]);
  await restoreNames(tx, made);
  await reopenErasures(
    tx,
    made.map((version) => version.documentId),
    run.sequence,
  );
  await tx.query('recordItems', RECORD_ITEMS, [
    runId,
    organizationId,
    rows.map((row) => row.record_index),
    rows.map((row) => row.document_id),
    rows.map((row) => row.version_id),
    rows.map((row) => row.outcome),
    rows.map((row) => (row.outcome === 'superseded' ? SUPERSEDED : null)),
  ]);
  const unchanged = rows.filter((row) => row.outcome === 'unchanged').map((row) => row.document_id);
  if (unchanged.length > 0) await tx.query('raiseLiveSequence', RAISE_LIVE_SEQUENCE, [unchanged, run.sequence]);
  return rows;
}

function toDocumentNow(row: DocumentNowRow): DocumentNow {
  const { live_version_id: liveId, taken_out_version_id: takenId, newest_version_id: newestId } = row;
  return {
    live:
      liveId === null ? null : { versionId: liveId, fingerprint: row.live_fingerprint, revision: row.live_revision },
    takenOut: takenId === null ? null : { versionId: takenId, revision: row.taken_out_revision },
    newest:
      newestId === null ? null : { versionId: newestId, fingerprint: row.newest_fingerprint, state: row.newest_state },
    ownVersionId: row.own_version_id,
    deletedByHand: row.deleted_by_hand,
    withdrawal: row.withdrawn ? { revision: row.withdrawn_revision } : null,
  };
}
