import type { RunId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { RunDocument, RunView } from '../../../core/ports/run-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { TOMBSTONE_STATE } from '../documents/document-state.js';
import { isUuid } from '../storable.js';
import { actorOf, runInScope, scopeValues, VERSION_SEEN, TITLE_TOLD } from '../visibility.js';
import { READS_A_SOURCE, RUN_COLUMNS, type RunRow, toRun } from './run-row.js';
import { IS_OPEN } from '../versions/version-states.js';

/** What clients outside this repository rely on (DESIGN §6). */
const MAX_DOCUMENTS = 1000;

const SCOPED_RUN = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.run_id = $5 and ${READS_A_SOURCE} and ${runInScope('$4')}`;

// Two records of one run may be one document: it is listed once. Of a held one no title is told.
const RUN_DOCUMENTS = `
  with items as (
    select distinct on (document_id) record_index, document_id, version_id, outcome
    from knowledge.run_items where organization_id = $1 and run_id = $5 and document_id is not null
    order by document_id, record_index
  )
  select i.document_id, d.external_id,
    ${TITLE_TOLD} as title,
    case
      when i.outcome in ('unchanged', 'superseded', 'rejected') then i.outcome
      when d.deleted_at is not null then ${TOMBSTONE_STATE}
      when v.${IS_OPEN} then 'processing'
      -- What waited for a person waits no more once a later file of the document is found by searches.
      when v.state in ('held', 'needs_attention', 'failed') and d.live_sequence > v.sequence and d.taken_out_version_id is distinct from v.version_id then 'superseded'
      else v.state
    end as state, v.screened_with
  from items i
  join knowledge.documents d using (document_id)
  join knowledge.versions v using (version_id)
  join knowledge.runs r on r.run_id = $5
  join knowledge.collections k on k.collection_id = d.collection_id
  where ($2::uuid[] is null or d.collection_id = any ($2)) and (r.actor = $4::text or ${VERSION_SEEN})
  order by i.record_index
  limit ${MAX_DOCUMENTS}`;

interface RunDocumentRow {
  document_id: string;
  external_id: string;
  title: string | null;
  state: RunDocument['state'];
  screened_with: string | null;
}

export async function runView(database: DatabaseHandle, scope: AccessScope, runId: RunId): Promise<RunView | null> {
  if (!isUuid(runId)) return null;
  const values = [...scopeValues(scope), actorOf(scope), runId];
  const [row] = await database.query<RunRow>('getRun', SCOPED_RUN, values);
  if (!row) return null;
  const documents = await database.query<RunDocumentRow>('runDocuments', RUN_DOCUMENTS, values);
  return {
    ...toRun(row),
    documents: documents.map(({ document_id, external_id, title, state, screened_with }) => ({
      documentId: document_id,
      externalId: external_id,
      title,
      state,
      screenedWith: screened_with,
    })),
  };
}
