import { randomUUID } from 'node:crypto';
import { runWorkflowId, type VersionId } from '../../../core/contract/ids.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Queryable } from '../database.js';

const HELD_VERSIONS = `select version_id, organization_id from knowledge.versions where version_id = any ($1::uuid[]) order by version_id`;

// One at a time for each version: the index runs_one_at_a_time says so.
const MAKE_REVIEWS = `
  with given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[]) g (version_id, run_id, workflow_id)
  ), made as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, parent_run_id, actor, collection_id, source_id,
      workflow_id)
    select g.run_id, v.organization_id, 'review', v.version_id::text, v.run_id, 'system', d.collection_id, r.source_id,
      g.workflow_id
    from given g
    join knowledge.versions v using (version_id)
    join knowledge.documents d on d.document_id = v.document_id
    join knowledge.runs r on r.run_id = v.run_id
    on conflict (organization_id, kind, collection_id, md5(subject))
      where state = 'running' and kind not in ('ingest', 'reread') do nothing
    returning run_id, organization_id, collection_id, workflow_id, subject
  ), reviews as (
    insert into compliance.reviews (run_id, organization_id, document_id, version_id)
    select m.run_id, m.organization_id, v.document_id, v.version_id
    from made m join given g using (run_id) join knowledge.versions v on v.version_id = g.version_id
  )
  select m.run_id, m.organization_id, m.workflow_id, c.name as collection_name, m.subject as version_id
  from made m join knowledge.collections c using (collection_id)`;

interface MadeRow {
  run_id: string;
  organization_id: string;
  workflow_id: string;
  collection_name: string;
  version_id: string;
}

/** Opens a review of each held version, within the transaction that holds them, or reopens one. */
export async function openReviews(tx: Queryable, versionIds: readonly VersionId[]): Promise<StartableRun[]> {
  const held = await tx.query<{ version_id: string; organization_id: string }>('heldVersions', HELD_VERSIONS, [
    versionIds,
  ]);
  const runIds = held.map(() => randomUUID());
  const made = await tx.query<MadeRow>('makeReviews', MAKE_REVIEWS, [
    held.map((row) => row.version_id),
    runIds,
    held.map((row, at) => runWorkflowId('review', row.organization_id, runIds[at] ?? '')),
  ]);
  for (const row of made) {
    await appendAudit(tx, {
      organizationId: row.organization_id,
      actor: 'system',
      action: 'review.opened',
      subject: row.version_id,
      details: { runId: row.run_id },
    });
  }
  return made.map((row) => ({
    kind: 'review',
    runId: row.run_id,
    organizationId: row.organization_id,
    workflowId: row.workflow_id,
    collectionName: row.collection_name,
  }));
}
