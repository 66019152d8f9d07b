import type { RunId } from '../../../core/contract/ids.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { holdersOf, readHoldersAgain, withdrawGoneDocuments } from './withdraw-gone-documents.js';

// Found by an earlier run of the run's source, and not by this one. One that a person deleted is gone already.
const VANISHED_FROM = (run: string): string => `
  from knowledge.runs earlier
  join knowledge.run_items i on i.run_id = earlier.run_id
  join knowledge.documents d on d.document_id = i.document_id and d.deleted_at is null
  where earlier.source_id = ${run}.source_id and earlier.sequence < ${run}.sequence
    and not exists (
      select from knowledge.run_items found where found.run_id = ${run}.run_id and found.document_id = i.document_id)`;

const RUNS_WITH_VANISHED = `
  select r.run_id from knowledge.runs r
  where r.run_id = any ($1::uuid[]) and r.kind = 'ingest' and r.parent_run_id is not null and exists (select ${VANISHED_FROM('r')})`;

// The lock order of publish and delete: the run, the collection, the documents. A run that ended has had its withdrawals.
const LOCK_RUN = `
  select r.organization_id, r.collection_id, r.source_id, r.parent_run_id as sync_run_id,
    (s.details ->> 'maxWithdrawnShare')::double precision as max_withdrawn_share,
    (s.details ->> 'withdrawalsConfirmed')::boolean as withdrawals_confirmed
  from knowledge.runs r join knowledge.runs s on s.run_id = r.parent_run_id and s.kind = 'sync'
  where r.run_id = $1 and r.kind = 'ingest' and r.state = 'running'
  for no key update of r`;

const LOCK_COLLECTION = `
  select collection_id from knowledge.collections where collection_id = $1 for no key update`;

/** Documents `d` to be withdrawn for the run $1 of the source $2: an array of one. */
const WITHDRAWABLE = `
  from knowledge.documents d
  where d.document_id in (
      select i.document_id from knowledge.runs r cross join lateral (select i.document_id ${VANISHED_FROM('r')}) i
      where r.run_id = $1)
    and not exists (${holdersOf('$2')})`;

const COUNT_VANISHED = `
  select (select count(*) ${WITHDRAWABLE}) as vanished, (
    select count(distinct i.document_id)
    from knowledge.run_items i
    join knowledge.runs r using (run_id)
    where i.run_id = $1 and exists (
      select from knowledge.run_items before join knowledge.runs earlier using (run_id)
      where before.document_id = i.document_id and earlier.source_id = r.source_id and earlier.sequence < r.sequence)
  ) as stayed`;

const VANISHED_BATCH = `
  select d.document_id ${WITHDRAWABLE}
  order by d.document_id limit $3
  for no key update of d`;

interface VanishingRun {
  organization_id: string;
  collection_id: string;
  source_id: string;
  sync_run_id: string;
  max_withdrawn_share: number;
  withdrawals_confirmed: boolean;
}

export async function runsWithVanished(database: Queryable, runIds: readonly RunId[]): Promise<RunId[]> {
  const rows = await database.query<{ run_id: string }>('runsWithVanished', RUNS_WITH_VANISHED, [runIds]);
  return rows.map((row) => row.run_id);
}

export async function withdrawVanished(
  database: DatabaseHandle,
  runId: RunId,
  limit: number,
): Promise<{ withdrawn: number; left: number; asks: boolean }> {
  return database.transaction('withdrawVanished', async (tx) => {
    const [run] = await tx.query<VanishingRun>('lockRun', LOCK_RUN, [runId]);
    if (!run) return { withdrawn: 0, left: 0, asks: false };
    await tx.query('lockCollection', LOCK_COLLECTION, [run.collection_id]);
    const of = [runId, [run.source_id]];
    const [count] = await tx.query<{ vanished: number; stayed: number }>('countVanished', COUNT_VANISHED, of);
    if (!count) throw new Error('a count without a row');
    const { vanished, stayed } = count;
    // After a batch was withdrawn the rest is a smaller share: what did not ask at first does not ask later.
    const asks = !run.withdrawals_confirmed && vanished > run.max_withdrawn_share * (vanished + stayed);
    if (asks) return { withdrawn: 0, left: vanished, asks };

    const rows = await tx.query<{ document_id: string }>('vanishedBatch', VANISHED_BATCH, [...of, limit]);
    const documentIds = rows.map((row) => row.document_id);
    await withdrawGoneDocuments(tx, {
      organizationId: run.organization_id,
      collectionId: run.collection_id,
      syncRunId: run.sync_run_id,
      goneFrom: [run.source_id],
      documentIds,
    });
    await readHoldersAgain(tx, { goneFrom: [run.source_id], notFoundBy: runId });
    return { withdrawn: documentIds.length, left: vanished - documentIds.length, asks };
  });
}
