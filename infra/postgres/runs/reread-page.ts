import { randomUUID } from 'node:crypto';
import { type DocumentId, runWorkflowId } from '../../../core/contract/ids.js';
import type { PageMethod, VersionState } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { AcceptedRun, Reread, RereadRefusal } from '../../../core/ports/run-catalog.js';
import { judgeReread } from '../../../core/publishing/judge-reread.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle } from '../database.js';
import { levelsUpTo, withinLevels } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid, storableJson } from '../storable.js';
import { RUN_COLUMNS, type RunRow, toRun } from './run-row.js';

const NEWEST_VERSION = `
  select v.version_id, v.run_id, v.state, r.source_id,
    exists (select from knowledge.pages p where p.version_id = v.version_id and p.page = $5) as has_page
  from knowledge.documents d
  join knowledge.collections k using (collection_id)
  cross join lateral (
    select * from knowledge.versions newest where newest.document_id = d.document_id
    order by newest.sequence desc, newest.number desc limit 1
  ) v
  join knowledge.runs r on r.run_id = v.run_id
  where d.organization_id = $1 and ($2::uuid[] is null or d.collection_id = any ($2)) and d.document_id = $4
    and d.deleted_at is null and ${withinLevels('v.safety_level', 'k.safety_level', '$3')}`;

// As an upload to the same slot does: of an upload and a reread at once one comes after the other.
const LOCK_SOURCE = `select latest_run_id from knowledge.sources where source_id = $1 for update`;

const LATEST_RUN = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.run_id = $1`;

const MAKE_RUN = `
  with made as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, actor, collection_id, source_id, workflow_id,
      file_name, object_key, object_sha256, object_size_bytes, metadata, details)
    select $2, organization_id, 'reread', $5, $6, collection_id, source_id, $3,
      file_name, object_key, object_sha256, object_size_bytes, metadata, $4
    from knowledge.runs where run_id = $1
    returning *
  ), latest as (
    update knowledge.sources s set latest_run_id = $2 from made where s.source_id = made.source_id
  )
  select ${RUN_COLUMNS} from made r join knowledge.collections c using (collection_id)`;

interface NewestVersion {
  version_id: string;
  run_id: string;
  state: VersionState;
  source_id: string;
  has_page: boolean;
}

export async function rereadPage(
  database: DatabaseHandle,
  scope: AccessScope,
  input: { documentId: DocumentId; page: number; method: PageMethod; actor: string },
): Promise<AcceptedRun | RereadRefusal | null> {
  const { documentId, page, method, actor } = input;
  if (!isUuid(documentId)) return null;
  const newest = [
    scope.organizationId,
    scopedCollections(scope),
    levelsUpTo(scope.safetyLevel),
    documentId,
    page,
  ] as const;
  return database.transaction('rereadPage', async (tx) => {
    const [seen] = await tx.query<NewestVersion>('newestVersion', NEWEST_VERSION, newest);
    if (!seen) return null;
    const [source] = await tx.query<{ latest_run_id: string }>('lockSource', LOCK_SOURCE, [seen.source_id]);
    const [latest] = await tx.query<RunRow>('latestRun', LATEST_RUN, [source?.latest_run_id]);
    // Asked twice: while the first is under way, its version is the newest already.
    if (latest?.state === 'running' && isSame(latest, input)) return { run: toRun(latest), joined: true };
    // A statement of its own: what was read before waiting for the lock may be old.
    const [base] = await tx.query<NewestVersion>('newestVersion', NEWEST_VERSION, newest);
    if (!base) return null;
    const refusal = judgeReread({
      state: base.state,
      hasPage: base.has_page,
      isUnderWay: latest?.state === 'running',
    });
    if (refusal) return refusal;

    const runId = randomUUID();
    const reread: Reread = { documentId, page, method, baseRunId: base.run_id, baseVersionId: base.version_id };
    const [made] = await tx.query<RunRow>('makeRun', MAKE_RUN, [
      base.run_id,
      runId,
      runWorkflowId('reread', scope.organizationId, runId),
      storableJson(reread),
      documentId,
      actor,
    ]);
    if (!made) throw new Error('the run was not made');
    await appendAudit(tx, {
      organizationId: scope.organizationId,
      actor,
      action: 'page.reread',
      subject: documentId,
      details: { page, method, runId },
    });
    return { run: toRun(made), joined: false };
  });
}

function isSame(latest: RunRow, asked: { documentId: DocumentId; page: number; method: PageMethod }): boolean {
  const { reread } = toRun(latest);
  return (
    reread !== null &&
    reread.documentId === asked.documentId &&
    reread.page === asked.page &&
    reread.method === asked.method
  );
}
