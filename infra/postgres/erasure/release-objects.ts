import type { ErasureBatch, ReleasedObjects } from '../../../core/ports/erasure-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { objectPlaces, type OriginalRow, type VersionPlaceRow } from '../documents/object-places.js';
import { REQUESTED_LEVEL } from '../visibility.js';

// Uploads to a source, retries and rereads take this lock before they make a run: none can be made of an original that goes.
const LOCK_SOURCES = `
  select s.source_id from knowledge.sources s
  where s.organization_id = $1 and s.source_id in (
    select r.source_id from knowledge.run_items i join knowledge.runs r using (run_id) where i.document_id = any ($2::uuid[])
    union
    select r.source_id from knowledge.versions v join knowledge.runs r using (run_id) where v.document_id = any ($2::uuid[]))
  order by s.source_id for update`;

// A run is needed no more when it is over and every version that it made or met is erased. One that met none (its file could
// not be read) goes when nothing of its source is left and it came before the deletion. A retry or a reread shares its
// original with the run before it: the original goes when all of them do.
const RELEASE_RUNS = `
  with given as (
    select r.run_id, r.source_id, r.object_key, r.state, r.sequence
    from knowledge.runs r where r.source_id = any ($2::uuid[]) and r.organization_id = $1
  ), needed_sources as (
    select distinct g.source_id from given g join knowledge.versions v using (run_id) where v.state <> 'erased'
  ), last_orders as (
    select max(up_to_sequence) as sequence from knowledge.erasures
    where document_id = any ($3::uuid[]) and finished_at is null
  ), over as (
    select g.* from given g
    where g.state <> 'running'
      and not exists (select from knowledge.versions v where v.run_id = g.run_id and v.state <> 'erased')
      and not exists (
        select from knowledge.run_items i join knowledge.versions v using (version_id)
        where i.run_id = g.run_id and v.state <> 'erased')
      and (
        exists (select from knowledge.run_items i where i.run_id = g.run_id and i.version_id is not null)
        or (g.source_id not in (select source_id from needed_sources)
          and g.sequence <= (select sequence from last_orders)))
  )
  update knowledge.runs r set
    original_erased_at = coalesce(r.original_erased_at, clock_timestamp()), file_name = '',
    -- Who may see the run stays what it was.
    metadata = jsonb_build_object('custom',
      jsonb_strip_nulls(jsonb_build_object('safetyLevel', ${REQUESTED_LEVEL})))
  from over o
  where r.run_id = o.run_id and not exists (
    select from given other
    where other.object_key = o.object_key and other.run_id not in (select run_id from over))
  returning r.run_id`;

// Records of its file that could not be read, and the upload that brought it.
const FORGET_RECORDS = `
  update knowledge.run_items set external_id = null where run_id = any ($1::uuid[]) and external_id is not null`;
const FORGET_UPLOADS = `
  update knowledge.uploads set file_name = '', metadata = '{"custom": {}}' where run_id = any ($1::uuid[])`;

// A slot is known by a name; without a run that has an original it is no slot any more. Where a file lies in its team's own
// bucket stays known as long as it lies there, or every sync would fetch it again.
const FORGET_SOURCES = `
  update knowledge.sources s set source_key = 'erased:' || s.source_id, uri = null
  where s.source_id = any ($1::uuid[]) and (s.uri is null or s.gone_at is not null) and s.source_key !~ '^erased:'
    and not exists (
      select from knowledge.runs r where r.source_id = s.source_id and r.object_key is not null and r.original_erased_at is null)`;

const ERASED_VERSIONS = `
  select document_id, version_id, run_id from knowledge.versions
  where organization_id = $1 and document_id = any ($2::uuid[]) and state = 'erased'`;

// Also those of an earlier try that was broken off. A file of many records goes with the last of them.
const RELEASED_RUNS = `
  select distinct on (r.run_id) coalesce(i.document_id, $3::uuid) as document_id, r.run_id, r.object_key, r.object_sha256,
    r.object_size_bytes
  from knowledge.runs r left join knowledge.run_items i on i.run_id = r.run_id and i.document_id = any ($4::uuid[])
  where r.organization_id = $1 and r.source_id = any ($2::uuid[]) and r.original_erased_at is not null
  order by r.run_id, i.record_index`;

interface VersionRow extends VersionPlaceRow {
  document_id: string;
}

interface RunRow extends OriginalRow {
  document_id: string;
  object_sha256: string;
  object_size_bytes: number;
}

export async function releaseObjects(database: DatabaseHandle, batch: ErasureBatch): Promise<ReleasedObjects[]> {
  const { organizationId, documentIds } = batch;
  return database.transaction('releaseObjects', async (tx) => {
    const documents = [organizationId, documentIds];
    const sources = await tx.query<{ source_id: string }>('lockSources', LOCK_SOURCES, documents);
    const sourceIds = sources.map((row) => row.source_id);
    const released = await tx.query<{ run_id: string }>('releaseRuns', RELEASE_RUNS, [
      organizationId,
      sourceIds,
      documentIds,
    ]);
    const releasedIds = released.map((row) => row.run_id);
    await tx.query('forgetRecords', FORGET_RECORDS, [releasedIds]);
    await tx.query('forgetUploads', FORGET_UPLOADS, [releasedIds]);
    await tx.query('forgetSources', FORGET_SOURCES, [sourceIds]);
    const versions = await tx.query<VersionRow>('erasedVersions', ERASED_VERSIONS, documents);
    const runs = await tx.query<RunRow>('releasedRuns', RELEASED_RUNS, [
      organizationId,
      sourceIds,
      documentIds[0] ?? null,
      documentIds,
    ]);
    return documentIds.map((documentId) =>
      objectsOf(
        batch,
        documentId,
        versions.filter((row) => row.document_id === documentId),
        runs.filter((row) => row.document_id === documentId),
      ),
    );
  });
}

function objectsOf(
  { organizationId }: ErasureBatch,
  documentId: string,
  versions: readonly VersionRow[],
  runs: readonly RunRow[],
): ReleasedObjects {
  return {
    documentId,
    originals: runs.flatMap(({ object_key: key, object_sha256: sha256, object_size_bytes: sizeBytes }) =>
      key === null ? [] : [{ key, sha256, sizeBytes }],
    ),
    ...objectPlaces(organizationId, versions, runs),
  };
}
