import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import { ingestSourceWorkflowId } from '../../../core/contract/ids.js';
import type { AcceptedRun, AcceptSourceInput, UploadMetadata } from '../../../core/ports/run-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { storableSourceKey } from '../sources/source-key.js';
import { isUuid, storableJson, storableText } from '../storable.js';
import { RUN_COLUMNS, type RunRow, toRun } from './run-row.js';

// Locks the source's row until the end of the transaction, whether it was there or not: uploads to one slot come in one
// after the other. (`do nothing` would not lock.) A source that was gone is back.
const LOCK_SOURCE = `
  insert into knowledge.sources (source_id, organization_id, collection_id, source_key)
  select $4, organization_id, collection_id, $3
  from knowledge.collections where organization_id = $1 and collection_id = $2
  on conflict (organization_id, collection_id, source_key) do update set gone_at = null
  returning source_id, latest_run_id`;

// Until the run is made, its sync does not end: a run that came after its end would wait for nobody. Before the source's
// row, in the order in which the end of a sync takes the two.
const LOCK_RUNNING_SYNC = `
  select actor from knowledge.runs
  where organization_id = $1 and run_id = $2 and kind = 'sync' and state = 'running' for share`;

const JOINABLE_RUN = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.run_id = $1 and r.state = 'running' and r.object_sha256 = $2 and r.metadata = $3::jsonb`;

const RUN_OF_SYNC = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.source_id = $1 and r.kind = 'ingest' and r.parent_run_id = $2`;

// What was told of the source when it came in last, and whether what came of it was deleted since. The latter is asked only where it
// matters, of a single document: a file of records has as many as it has.
const FORMER = `
  select r.metadata, case when r.metadata ? 'supersedes' then exists (
    select from knowledge.runs former
    join knowledge.versions v on v.run_id = former.run_id
    join knowledge.documents d on d.document_id = v.document_id
    where former.source_id = r.source_id and d.deleted_at is not null) else false end as deleted
  from knowledge.runs r where r.run_id = $1`;

interface FormerRow {
  metadata: UploadMetadata;
  deleted: boolean;
}

const MAKE_RUN = `
  with made as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, collection_id, source_id, workflow_id, file_name,
      object_key, object_sha256, object_size_bytes, metadata, parent_run_id, source_fingerprint, actor, urgent)
    values ($1, $2, 'ingest', $4::text, $3, $4::uuid, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    returning *
  ), latest as (
    update knowledge.sources set latest_run_id = $1 where source_id = $4::uuid
  )
  select ${RUN_COLUMNS} from made r join knowledge.collections c using (collection_id)`;

export async function acceptSource(
  database: Pick<DatabaseHandle, 'transaction'>,
  input: AcceptSourceInput,
): Promise<AcceptedRun> {
  const { organizationId, collectionId, object } = input;
  if (!isUuid(collectionId)) throw new Failure('COLLECTION_MISSING');
  const runId = randomUUID();
  return database.transaction('acceptSource', async (tx) => {
    const [sync] = input.sync
      ? await tx.query<{ actor: string }>('lockRunningSync', LOCK_RUNNING_SYNC, [organizationId, input.sync.runId])
      : [];
    const [source] = await tx.query<{ source_id: string; latest_run_id: string | null }>('lockSource', LOCK_SOURCE, [
      organizationId,
      collectionId,
      storableSourceKey(storableText(input.sourceKey)),
      randomUUID(),
    ]);
    if (!source) throw new Failure('COLLECTION_MISSING');

    const [former] = await tx.query<FormerRow>('former', FORMER, [source.latest_run_id]);
    const metadata = storableJson(metadataOf(input, former));
    const [running] = input.sync
      ? await tx.query<RunRow>('runOfSync', RUN_OF_SYNC, [source.source_id, input.sync.runId])
      : await tx.query<RunRow>('joinableRun', JOINABLE_RUN, [source.latest_run_id, object.sha256, metadata]);
    if (running) return { run: toRun(running), joined: true };
    if (input.sync && !sync) throw new Failure('WORKFLOW_ENDED', { detail: 'the sync is over' });

    const [made] = await tx.query<RunRow>('makeRun', MAKE_RUN, [
      runId,
      organizationId,
      collectionId,
      source.source_id,
      input.sync?.workflowId ?? ingestSourceWorkflowId(organizationId, runId),
      storableText(input.fileName),
      object.key,
      object.sha256,
      object.sizeBytes,
      metadata,
      input.sync?.runId ?? null,
      input.sync?.fingerprint ?? null,
      sync?.actor ?? input.actor,
      input.urgent ?? false,
    ]);
    if (!made) throw new Error('the run was not made');
    return { run: toRun(made), joined: false };
  });
}

/**
 * A listing knows nothing of a source but its name: what somebody told of it, when naming it by its URI, goes on to count. An
 * upload says all of its document, but one thing that goes on to count unless it says otherwise: whose place the document takes,
 * and from when on. Whoever sends a corrected file seldom means that the old edition is cited beside it again. A document that was
 * deleted begins anew.
 */
function metadataOf({ metadata, sync }: AcceptSourceInput, former: FormerRow | undefined): UploadMetadata {
  if (!former) return metadata;
  if (sync) return former.metadata;
  const { supersedes, effectiveFrom } = former.metadata;
  if (metadata.supersedes !== undefined || supersedes === undefined || former.deleted) return metadata;
  return { ...(effectiveFrom === undefined ? {} : { effectiveFrom }), ...metadata, supersedes };
}
