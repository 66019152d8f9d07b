import type { OrganizationId, RunId } from '../../../core/contract/ids.js';
import type { ReviewRunEnd } from '../../../core/ports/review-catalog.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { isUuid } from '../storable.js';
import { IS_OPEN } from '../versions/version-states.js';
import { appendEndedRuns } from '../webhooks/append-events.js';
import { openReviews } from './open-reviews.js';

// One statement, so that a review never ends without the version that it had going on: nothing waits for ever.
const FINISH = `
  with ended as (
    update knowledge.runs set state = $3, error_code = $4, stage = 'done', finished_at = now()
    where organization_id = $1 and run_id = $2 and kind = 'review' and state = 'running'
    returning *
  ), told as (${appendEndedRuns('ended')})
  update knowledge.versions v set
    state = case when $3 = 'cancelled' then 'cancelled' else 'failed' end, failure_code = coalesce($4, 'WORKFLOW_ENDED')
  from ended join compliance.reviews w using (run_id)
  where v.version_id = case w.verdict when 'approve' then w.version_id else w.successor_id end and v.${IS_OPEN}`;

// The version waits no longer, and no decision is under way: a decided review has its verdict in the same transaction.
const OVERTAKEN = `
  select r.run_id, r.organization_id, r.workflow_id, c.name as collection_name
  from knowledge.runs r
  join compliance.reviews w using (run_id)
  join knowledge.versions v on v.version_id = w.version_id
  join knowledge.collections c on c.collection_id = r.collection_id
  where r.kind = 'review' and r.state = 'running' and w.verdict is null and v.state <> 'held'
  order by r.sequence
  limit 500`;

const LOCK_REVIEWED = `
  select v.version_id, v.state, w.verdict
  from compliance.reviews w join knowledge.versions v on v.version_id = w.version_id
  where w.organization_id = $1 and w.run_id = $2
  for no key update of v`;

interface StartableRow {
  run_id: string;
  organization_id: string;
  workflow_id: string;
  collection_name: string;
}

export async function finishReview(
  database: Queryable,
  input: { organizationId: OrganizationId; reviewId: RunId; end: ReviewRunEnd },
): Promise<void> {
  const { organizationId, reviewId, end } = input;
  await database.query('finishReview', FINISH, [organizationId, reviewId, end.state, end.error ?? null]);
}

export async function overtakenReviews(database: Queryable): Promise<StartableRun[]> {
  const rows = await database.query<StartableRow>('overtakenReviews', OVERTAKEN);
  return rows.map((row) => ({
    kind: 'review',
    runId: row.run_id,
    organizationId: row.organization_id,
    workflowId: row.workflow_id,
    collectionName: row.collection_name,
  }));
}

/** Ends the run and opens another one, in one transaction. `null`: nobody need decide any more. */
export async function reopenReview(
  database: DatabaseHandle,
  input: { organizationId: OrganizationId; reviewId: RunId },
): Promise<StartableRun | null> {
  const { organizationId, reviewId } = input;
  if (!isUuid(reviewId)) return null;
  return database.transaction('reopenReview', async (tx) => {
    const end = { state: 'failed', error: 'WORKFLOW_ENDED' } as const;
    await finishReview(tx, { organizationId, reviewId, end });
    const [reviewed] = await tx.query<{ version_id: string; state: string; verdict: string | null }>(
      'lockReviewed',
      LOCK_REVIEWED,
      [organizationId, reviewId],
    );
    if (!reviewed || reviewed.verdict !== null || reviewed.state !== 'held') return null;
    const [opened] = await openReviews(tx, [reviewed.version_id]);
    return opened ?? null;
  });
}
