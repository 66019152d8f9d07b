import type { OrganizationId, RunId } from '../../../core/contract/ids.js';
import type { RecordOutcome } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { RunRecord, UnreadRecord } from '../../../core/ports/run-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { TOMBSTONE_STATE } from '../documents/document-state.js';
import { isUuid, storableText } from '../storable.js';
import { actorOf, runInScope, scopeValues, VERSION_SEEN } from '../visibility.js';
import { READS_A_SOURCE } from './run-row.js';
import { IS_OPEN } from '../versions/version-states.js';

const RECORD_UNREAD = `
  insert into knowledge.run_items (run_id, record_index, organization_id, external_id, outcome, reason)
  select $2, i.record_index, $1, i.external_id, i.outcome, i.reason
  from unnest($3::integer[], $4::text[], $5::text[], $6::text[]) i (record_index, external_id, outcome, reason)
  on conflict (run_id, record_index) do nothing`;

// A document deleted since is not what became of the record when the run read it, but what its reader finds now.
const OUTCOME = `
  case
    when i.outcome in ('unchanged', 'superseded', 'rejected', 'deleted', 'failed', 'repeated', 'withdrawn') then i.outcome
    when d.deleted_at is not null then ${TOMBSTONE_STATE}
    when v.${IS_OPEN} then 'processing'
    else v.state
  end`;

// The records that the scope may see, of a run that it may see. One without a document was not read, and says no name but
// its own identity.
const RECORDS_SEEN = `
  knowledge.run_items i
  join knowledge.runs r on r.run_id = i.run_id
  left join knowledge.documents d using (document_id)
  left join knowledge.versions v using (version_id)
  left join knowledge.collections k on k.collection_id = d.collection_id
  cross join lateral (select ${OUTCOME} as outcome) o
  where i.organization_id = $1 and i.run_id = $5 and (r.actor = $4::text or i.document_id is null or ${VERSION_SEEN})`;

const IS_IN_SCOPE = `
  select from knowledge.runs r join knowledge.collections c using (collection_id)
  where ${READS_A_SOURCE} and r.run_id = $5 and ${runInScope('$4')}`;

const LIST_RECORDS = `
  select i.record_index, coalesce(d.external_id, i.external_id) as external_id, i.document_id, i.reason, o.outcome
  from ${RECORDS_SEEN}
    and ($2::uuid[] is null or r.collection_id = any ($2))
    and ($6::integer is null or i.record_index > $6) and ($7::text is null or o.outcome = $7)
  order by i.record_index
  limit $8`;

const COUNT_RECORDS = `
  select o.outcome, count(*) as records
  from ${RECORDS_SEEN} and ($2::uuid[] is null or r.collection_id = any ($2))
  group by 1`;

interface RecordRow {
  record_index: number;
  external_id: string | null;
  document_id: string | null;
  outcome: RecordOutcome;
  reason: string | null;
}

export async function recordUnread(
  database: DatabaseHandle,
  input: { organizationId: OrganizationId; runId: RunId; records: readonly UnreadRecord[] },
): Promise<void> {
  const { organizationId, runId, records } = input;
  if (records.length === 0) return;
  await database.query('recordUnread', RECORD_UNREAD, [
    organizationId,
    runId,
    records.map((record) => record.index),
    records.map(({ externalId }) => (externalId === undefined ? null : storableText(externalId))),
    records.map((record) => record.outcome),
    records.map((record) => record.reason),
  ]);
}

export async function listRecords(
  database: DatabaseHandle,
  input: { scope: AccessScope; runId: RunId; limit: number; outcome?: RecordOutcome; after?: number },
): Promise<RunRecord[] | null> {
  const { scope, runId, limit, outcome, after } = input;
  if (!isUuid(runId)) return null;
  const values = [...scopeValues(scope), actorOf(scope), runId];
  const visible = await database.query('runInScope', IS_IN_SCOPE, values);
  if (visible.length === 0) return null;
  const page = [after ?? null, outcome ?? null, limit];
  const rows = await database.query<RecordRow>('listRecords', LIST_RECORDS, [...values, ...page]);
  return rows.map((row) => ({
    index: row.record_index,
    externalId: row.external_id,
    documentId: row.document_id,
    outcome: row.outcome,
    reason: row.reason,
  }));
}

export async function countRecords(
  database: DatabaseHandle,
  scope: AccessScope,
  runId: RunId,
): Promise<Partial<Record<RecordOutcome, number>>> {
  const values = [...scopeValues(scope), actorOf(scope), runId];
  const rows = await database.query<{ outcome: RecordOutcome; records: number }>('countRecords', COUNT_RECORDS, values);
  return Object.fromEntries(rows.map(({ outcome, records }) => [outcome, records]));
}
