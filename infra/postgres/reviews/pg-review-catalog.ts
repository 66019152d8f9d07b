import type { DocumentId, OrganizationId, RunId } from '../../../core/contract/ids.js';
import type { AppliedDecision, ReviewVerdict } from '../../../core/contract/review-messages.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type {
  DecideInput,
  PhiAccess,
  RecogniserCount,
  RecordedPhiAccess,
  Review,
  ReviewCatalog,
  ReviewCounts,
  ReviewDetail,
  ReviewListing,
  ReviewRunEnd,
} from '../../../core/ports/review-catalog.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Queryable } from '../database.js';
import { isUuid } from '../storable.js';
import { scopeValues } from '../visibility.js';
import { appendEvents } from '../webhooks/append-events.js';
import { decideReview } from './decide-review.js';
import { finishReview, overtakenReviews, reopenReview } from './end-reviews.js';
import { countRecognisers, countReviews, listReviews } from './list-reviews.js';
import { listPhiAccess, recordPhiAccess } from './phi-access.js';
import {
  type FindingRow,
  REVIEW_COLUMNS,
  REVIEW_IN_SCOPE,
  REVIEWS,
  type ReviewDetailRow,
  toReviewDetail,
} from './review-row.js';

const DETAIL = `
  select ${REVIEW_COLUMNS}, v.reading_ref, v.run_id as reading_run_id, v.published_at is not null as was_live, c.four_eyes, c.review_due_hours, on_its_way.state as goes_on_state,
    on_its_way.failure_code as goes_on_failure
  from ${REVIEWS}
  left join knowledge.versions on_its_way on on_its_way.version_id = case w.verdict
    when 'approve' then w.version_id when 'redact' then w.successor_id end`;
const GET = `${DETAIL} where ${REVIEW_IN_SCOPE} and w.run_id = $4`;
const LOAD = `${DETAIL} where w.organization_id = $1 and w.run_id = $2`;

const FINDINGS = `
  select ordinal, category, start_offset, end_offset, page, score, recogniser, span_hash, dismissed, field
  from compliance.findings where organization_id = $1 and version_id = $2 order by ordinal`;

const RECORD_OPINION = `
  update compliance.reviews set first_actor = $3, first_verdict = $4, claimed_by = null, claimed_until = null
  where organization_id = $1 and run_id = $2 and verdict is null
  returning version_id`;

const CLAIM = `
  update compliance.reviews set claimed_by = $3, claimed_until = $4
  where organization_id = $1 and run_id = $2 and verdict is null`;

const RECORD_OVERDUE = `
  update compliance.reviews set overdue_at = now()
  where organization_id = $1 and run_id = $2 and verdict is null and overdue_at is null
  returning version_id, document_id, (
    select collection_id from knowledge.documents d where d.document_id = reviews.document_id) as collection_id`;

const REMEMBERED = `
  select a.document_id, a.span_hash
  from unnest($2::uuid[], $3::text[]) a (document_id, span_hash)
  where exists (
    select from compliance.remembered_spans s
    join knowledge.documents d on d.document_id = a.document_id
    where s.organization_id = $1 and s.collection_id = d.collection_id and s.span_hash = a.span_hash
      and (s.document_id is null or s.document_id = a.document_id))`;

const ORIGINAL_IS_NEEDED_HELD = `
  select 1 as held from knowledge.versions v join knowledge.runs r using (run_id)
  where r.organization_id = $1 and r.object_key = $2
    and (v.state in ('held', 'rejected', 'sanitized') or v.phi_status = 'sanitized')
  limit 1`;

const ALL_ORGANIZATIONS = 'goes through the rows of all organizations';

export class PgReviewCatalog implements ReviewCatalog {
  constructor(private readonly database: Database) {}

  list(scope: AccessScope, listing: ReviewListing): Promise<Review[]> {
    return listReviews(this.database.forOrganization(scope.organizationId), scope, listing);
  }

  counts(scope: AccessScope): Promise<ReviewCounts> {
    return countReviews(this.database.forOrganization(scope.organizationId), scope);
  }

  recognisers(scope: AccessScope): Promise<RecogniserCount[]> {
    return countRecognisers(this.database.forOrganization(scope.organizationId), scope);
  }

  get(scope: AccessScope, reviewId: RunId): Promise<ReviewDetail | null> {
    return this.#detail(scope.organizationId, reviewId, GET, [...scopeValues(scope), reviewId]);
  }

  load(organizationId: OrganizationId, reviewId: RunId): Promise<ReviewDetail | null> {
    return this.#detail(organizationId, reviewId, LOAD, [organizationId, reviewId]);
  }

  decide(input: DecideInput): Promise<AppliedDecision> {
    return decideReview(this.database.forOrganization(input.organizationId), input);
  }

  async recordOpinion(
    organizationId: OrganizationId,
    reviewId: RunId,
    { actor, verdict }: { actor: string; verdict: ReviewVerdict },
  ): Promise<void> {
    await this.database.forOrganization(organizationId).transaction('recordOpinion', async (tx) => {
      const values = [organizationId, reviewId, actor, verdict];
      const [recorded] = await tx.query<{ version_id: string }>('recordOpinion', RECORD_OPINION, values);
      if (!recorded) return;
      const subject = recorded.version_id;
      const details = { runId: reviewId, verdict };
      await appendAudit(tx, { organizationId, actor, action: 'review.first_opinion', subject, details });
    });
  }

  async claim(
    organizationId: OrganizationId,
    reviewId: RunId,
    { actor, until }: { actor: string; until: Date | null },
  ): Promise<void> {
    await this.database
      .forOrganization(organizationId)
      .query('claimReview', CLAIM, [organizationId, reviewId, until === null ? null : actor, until]);
  }

  async recordOverdue(organizationId: OrganizationId, reviewId: RunId): Promise<void> {
    await this.database.forOrganization(organizationId).transaction('recordOverdue', async (tx) => {
      const [overdue] = await tx.query<{ version_id: string; document_id: string; collection_id: string }>(
        'recordOverdue',
        RECORD_OVERDUE,
        [organizationId, reviewId],
      );
      if (!overdue) return;
      const { version_id: versionId, document_id: documentId, collection_id: collectionId } = overdue;
      const data = { reviewId, documentId, versionId };
      await appendEvents(tx, [{ organizationId, collectionId, type: 'review.overdue', data }]);
      const entry = { organizationId, actor: 'system', action: 'review.overdue', subject: overdue.version_id };
      await appendAudit(tx, { ...entry, details: { runId: reviewId } });
    });
  }

  async remembered(
    organizationId: OrganizationId,
    documents: readonly { readonly documentId: DocumentId; readonly spanHashes: readonly string[] }[],
  ): Promise<Map<DocumentId, ReadonlySet<string>>> {
    const asked = documents.flatMap(({ documentId, spanHashes }) =>
      [...new Set(spanHashes)].map((spanHash) => ({ documentId, spanHash })),
    );
    const remembered = new Map<DocumentId, Set<string>>();
    if (asked.length === 0) return remembered;
    const rows = await this.database
      .forOrganization(organizationId)
      .query<{ document_id: string; span_hash: string }>('rememberedSpans', REMEMBERED, [
        organizationId,
        asked.map(({ documentId }) => documentId),
        asked.map(({ spanHash }) => spanHash),
      ]);
    for (const { document_id: documentId, span_hash: spanHash } of rows) {
      const known = remembered.get(documentId);
      if (known) known.add(spanHash);
      else remembered.set(documentId, new Set([spanHash]));
    }
    return remembered;
  }

  overtaken(): Promise<StartableRun[]> {
    return overtakenReviews(this.database.forSystem(ALL_ORGANIZATIONS));
  }

  reopen(organizationId: OrganizationId, reviewId: RunId): Promise<StartableRun | null> {
    return reopenReview(this.database.forOrganization(organizationId), { organizationId, reviewId });
  }

  finish(organizationId: OrganizationId, reviewId: RunId, end: ReviewRunEnd): Promise<void> {
    return finishReview(this.database.forOrganization(organizationId), { organizationId, reviewId, end });
  }

  async originalIsClear(organizationId: OrganizationId, objectKey: string): Promise<boolean> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query('originalIsClear', ORIGINAL_IS_NEEDED_HELD, [organizationId, objectKey]);
    return rows.length === 0;
  }

  async recordAccess(accesses: readonly PhiAccess[]): Promise<void> {
    const [first] = accesses;
    if (first) await recordPhiAccess(this.database.forOrganization(first.organizationId), accesses);
  }

  listAccess(organizationId: OrganizationId, options: { after?: number; limit: number }): Promise<RecordedPhiAccess[]> {
    return listPhiAccess(this.database.forOrganization(organizationId), organizationId, options);
  }

  async #detail(
    organizationId: OrganizationId,
    reviewId: RunId,
    sql: string,
    values: readonly unknown[],
  ): Promise<ReviewDetail | null> {
    if (!isUuid(reviewId)) return null;
    const database: Queryable = this.database.forOrganization(organizationId);
    const [row] = await database.query<ReviewDetailRow>('getReview', sql, values);
    if (!row) return null;
    const findings = await database.query<FindingRow>('findingsOfReview', FINDINGS, [organizationId, row.version_id]);
    return toReviewDetail(row, findings);
  }
}
