import type { PhiCategory, ScreenedField } from '../../../core/contract/finding.js';
import type { ObjectRef } from '../../../core/contract/object-ref.js';
import type { ReviewState } from '../../../core/contract/review-messages.js';
import type { RecordedFinding, Review, ReviewDetail } from '../../../core/ports/review-catalog.js';
import { isFailureCode } from '../../../core/contract/failures.js';
import { SAFETY_LEVELS, type VersionState } from '../../../core/contract/states.js';

/** How a review `w` of a version `v` stands. */
export const REVIEW_STATE = `
  case
    when w.verdict = 'approve' then 'approved'
    when w.verdict = 'redact' then 'redacted'
    when w.verdict = 'reject' then 'rejected'
    when v.state <> 'held' or r.state <> 'running' then 'superseded'
    when w.first_actor is not null then 'second_opinion'
    else 'waiting'
  end`;

export const REVIEW_COLUMNS = `
  w.run_id, w.organization_id, r.workflow_id, r.collection_id, c.name as collection_name, w.document_id, w.version_id,
  ${REVIEW_STATE} as state, w.opened_at,
  case when w.claimed_until > now() then w.claimed_by end as claimed_by,
  case when w.claimed_until > now() then w.claimed_until end as claimed_until,
  w.first_actor, w.overdue_at, w.decided_by, w.decided_at, w.successor_id,
  coalesce((
    select jsonb_object_agg(f.category, f.count) from (
      select category, count(*) as count from compliance.findings
      where version_id = w.version_id and not dismissed group by category) f), '{}') as findings`;

/** Reviews `w` with their run `r`, version `v` and collection `c`. */
export const REVIEWS = `
  compliance.reviews w
  join knowledge.runs r on r.run_id = w.run_id
  join knowledge.versions v on v.version_id = w.version_id
  join knowledge.collections c on c.collection_id = r.collection_id`;

/**
 * Parameters: those of `scopeValues` (visibility.ts). What is held is as strict as the strictest safety level, and stays so
 * for those who look at its review afterwards.
 */
export const REVIEW_IN_SCOPE = `
  w.organization_id = $1 and ($2::uuid[] is null or r.collection_id = any ($2))
  and '${SAFETY_LEVELS.at(-1)}' = any ($3::text[])`;

export interface ReviewRow {
  run_id: string;
  organization_id: string;
  workflow_id: string;
  collection_id: string;
  collection_name: string;
  document_id: string;
  version_id: string;
  state: ReviewState;
  opened_at: Date;
  claimed_by: string | null;
  claimed_until: Date | null;
  first_actor: string | null;
  overdue_at: Date | null;
  decided_by: string | null;
  decided_at: Date | null;
  successor_id: string | null;
  findings: Partial<Record<PhiCategory, number>>;
}

export interface ReviewDetailRow extends ReviewRow {
  reading_ref: ObjectRef | null;
  reading_run_id: string;
  was_live: boolean;
  four_eyes: boolean;
  review_due_hours: number;
  goes_on_state: VersionState | null;
  goes_on_failure: string | null;
}

export interface FindingRow {
  ordinal: number;
  category: PhiCategory;
  start_offset: number;
  end_offset: number;
  page: number | null;
  score: number;
  recogniser: string;
  span_hash: string | null;
  dismissed: boolean;
  field: ScreenedField | null;
}

export function toReview(row: ReviewRow): Review {
  return {
    kind: 'review',
    runId: row.run_id,
    organizationId: row.organization_id,
    workflowId: row.workflow_id,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    documentId: row.document_id,
    versionId: row.version_id,
    state: row.state,
    openedAt: row.opened_at,
    claimedBy: row.claimed_by,
    claimedUntil: row.claimed_until,
    firstActor: row.first_actor,
    overdueAt: row.overdue_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    successorId: row.successor_id,
    findings: row.findings,
  };
}

export function toReviewDetail(row: ReviewDetailRow, findings: readonly FindingRow[]): ReviewDetail {
  return {
    ...toReview(row),
    reading: row.reading_ref,
    wasLive: row.was_live,
    readingRunId: row.reading_run_id,
    fourEyes: row.four_eyes,
    reviewDueHours: row.review_due_hours,
    goesOnState: row.goes_on_state,
    goesOnFailure: isFailureCode(row.goes_on_failure) ? row.goes_on_failure : null,
    recorded: findings.map(toRecordedFinding),
  };
}

function toRecordedFinding(row: FindingRow): RecordedFinding {
  const { ordinal, category, page, score, recogniser, dismissed, field } = row;
  const { start_offset: start, end_offset: end, span_hash: spanHash } = row;
  return { ordinal, category, start, end, page, score, recogniser, spanHash, dismissed, field };
}
