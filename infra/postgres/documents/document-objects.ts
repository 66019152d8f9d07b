import { batchListPrefix } from '../../../core/contract/object-keys.js';
import type { DocumentId, OrganizationId } from '../../../core/contract/ids.js';
import type { DocumentObjects } from '../../../core/ports/document-catalog.js';
import type { Queryable } from '../database.js';
import { isUuid } from '../storable.js';
import { objectPlaces, type OriginalRow, placesOfOriginal, unique, type VersionPlaceRow } from './object-places.js';

// All runs of the sources that brought the document, also those that never came as far as a version: their originals are
// states of the same document. A source that holds other documents as well counts with those runs that met this one.
const RUNS_OF_DOCUMENT = `
  with brought as (
    select distinct r.source_id
    from knowledge.run_items i join knowledge.runs r using (run_id)
    where i.organization_id = $1 and i.document_id = $2
  ), sources as (
    select b.source_id, exists (
      select from knowledge.runs r join knowledge.run_items i using (run_id)
      where r.source_id = b.source_id and i.document_id <> $2) as is_shared
    from brought b
  )
  select r.run_id, case when r.kind = 'ingest' then r.parent_run_id end as sync_run_id, r.object_key, s.is_shared
  from sources s join knowledge.runs r using (source_id)
  where not s.is_shared or exists (
    select from knowledge.run_items i where i.run_id = r.run_id and i.document_id = $2)`;

const VERSIONS_OF_DOCUMENT = `
  select version_id, run_id
  from knowledge.versions where organization_id = $1 and document_id = $2`;

interface RunRow extends OriginalRow {
  sync_run_id: string | null;
  is_shared: boolean;
}

/** Where the objects of a document lie. `null`: there is no such document. */
export async function documentObjects(
  database: Queryable,
  organizationId: OrganizationId,
  documentId: DocumentId,
): Promise<DocumentObjects | null> {
  if (!isUuid(documentId)) return null;
  const versions = await database.query<VersionPlaceRow>('versionsOfDocument', VERSIONS_OF_DOCUMENT, [
    organizationId,
    documentId,
  ]);
  if (versions.length === 0) return null;
  const runs = await database.query<RunRow>('runsOfDocument', RUNS_OF_DOCUMENT, [organizationId, documentId]);

  const shared = runs.filter((run) => run.is_shared);
  return {
    ...objectPlaces(
      organizationId,
      versions,
      runs.filter((run) => !run.is_shared),
    ),
    sharedOriginals: unique(shared.flatMap(placesOfOriginal)),
    batchPrefixes: unique([
      ...shared.map((run) => batchListPrefix({ organizationId, runId: run.run_id }, 'records')),
      ...runs.flatMap(({ sync_run_id: runId }) =>
        runId === null ? [] : [batchListPrefix({ organizationId, runId }, 'batch')],
      ),
    ]),
  };
}
