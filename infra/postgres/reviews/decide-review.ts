import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import type { AppliedDecision, ReviewVerdict } from '../../../core/contract/review-messages.js';
import type { DecideInput } from '../../../core/ports/review-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { isUuid } from '../storable.js';

// Locks in the order of 0001: run, collection, document, version.
const LOCK_RUN = `
  select r.collection_id from knowledge.runs r
  where r.organization_id = $1 and r.run_id = $2 and r.kind = 'review' for no key update`;
const LOCK_COLLECTION = `select collection_id from knowledge.collections where collection_id = $1 for no key update`;
const LOCK_DOCUMENT = `
  select d.document_id from knowledge.documents d
  where d.document_id = (select document_id from compliance.reviews where organization_id = $1 and run_id = $2)
  for no key update`;
const LOCK_VERSION = `
  select v.version_id from knowledge.versions v
  where v.version_id = (select version_id from compliance.reviews where organization_id = $1 and run_id = $2)
  for no key update`;

// A statement of its own: what is read while waiting for a lock would be what was true before the wait.
const STANDING = `
  select w.document_id, w.version_id, w.verdict, w.successor_id, v.state
  from compliance.reviews w join knowledge.versions v on v.version_id = w.version_id
  where w.organization_id = $1 and w.run_id = $2`;

const MOVE_VERSION = `update knowledge.versions set state = $2 where version_id = $1`;
// What was redacted before stays so called: its original shows what was taken out.
const SET_APPROVED = `
  update knowledge.versions set phi_status = 'approved' where version_id = $1 and phi_status <> 'sanitized'`;
const DISMISS = `update compliance.findings set dismissed = true where version_id = $1 and ordinal = any ($2::integer[])`;

const REMEMBER = `
  insert into compliance.remembered_spans (organization_id, collection_id, document_id, span_hash, category, review_id, decided_by)
  select distinct on (f.span_hash) $1, $2::uuid, $3::uuid, f.span_hash, f.category, $4::uuid, $5
  from compliance.findings f
  where f.version_id = $6 and f.ordinal = any ($7::integer[]) and f.span_hash is not null
  on conflict do nothing`;

// In the place of the held one: of the same record, and as new as that. Its run is the review.
const MAKE_SUCCESSOR = `
  insert into knowledge.versions (version_id, organization_id, document_id, run_id, sequence, number, fingerprint, page_count,
    source_sha256, record_revision, safety_level, partial)
  select $2, v.organization_id, v.document_id, $3, v.sequence,
    (select max(number) + 1 from knowledge.versions n where n.document_id = v.document_id),
    v.fingerprint, v.page_count, v.source_sha256, v.record_revision, v.safety_level, v.partial
  from knowledge.versions v where v.version_id = $1`;
const RECORD_SUCCESSOR = `
  insert into knowledge.run_items (run_id, record_index, organization_id, document_id, version_id, outcome)
  select $1, 0, organization_id, document_id, version_id, 'open' from knowledge.versions where version_id = $2`;

// Of a version that was live: in its place the redacted one may go live.
const PASS_PLACE_ON = `
  update knowledge.documents d set taken_out_version_id = $2
  where d.taken_out_version_id = $1`;

const RECORD_VERDICT = `
  update compliance.reviews set verdict = $3, decided_by = $4, decided_at = now(), first_actor = $5, successor_id = $6,
    claimed_by = null, claimed_until = null
  where organization_id = $1 and run_id = $2`;

const OUTCOMES = { approve: 'approved', redact: 'redacted', reject: 'rejected' } as const satisfies Record<
  ReviewVerdict,
  AppliedDecision['outcome']
>;

interface Standing {
  document_id: string;
  version_id: string;
  verdict: ReviewVerdict | null;
  successor_id: string | null;
  state: string;
}

/** Errors: `Failure WORKFLOW_ENDED` when there is no such review. */
export async function decideReview(database: DatabaseHandle, input: DecideInput): Promise<AppliedDecision> {
  const { organizationId, reviewId } = input;
  if (!isUuid(reviewId)) throw new Failure('WORKFLOW_ENDED', { detail: 'review=unknown' });
  return database.transaction('decideReview', async (tx) => {
    const review = [organizationId, reviewId];
    const [run] = await tx.query<{ collection_id: string }>('lockRun', LOCK_RUN, review);
    if (!run) throw new Failure('WORKFLOW_ENDED', { detail: 'review=unknown' });
    await tx.query('lockCollection', LOCK_COLLECTION, [run.collection_id]);
    await tx.query('lockDocument', LOCK_DOCUMENT, review);
    await tx.query('lockVersion', LOCK_VERSION, review);
    const [standing] = await tx.query<Standing>('standing', STANDING, review);
    if (!standing) throw new Failure('WORKFLOW_ENDED', { detail: 'review=unknown' });
    if (standing.verdict !== null) return answer(standing.verdict, standing);
    if (standing.state !== 'held') return { outcome: 'overtaken' };
    const successorId = await move(tx, input, standing);
    await rememberFalseAlarms(tx, input, { ...standing, collectionId: run.collection_id });
    await tx.query('recordVerdict', RECORD_VERDICT, [
      ...review,
      input.verdict,
      input.actor,
      input.firstActor ?? null,
      successorId,
    ]);
    await appendAudit(tx, {
      organizationId,
      actor: input.actor,
      action: `review.${OUTCOMES[input.verdict]}`,
      subject: standing.version_id,
      details: {
        runId: reviewId,
        documentId: standing.document_id,
        falseAlarms: input.falseAlarms.length,
        added: input.added,
        ...(input.firstActor === undefined ? {} : { firstActor: input.firstActor }),
        ...(successorId === null ? {} : { successorId }),
      },
    });
    return answer(input.verdict, { ...standing, successor_id: successorId });
  });
}

/** Answers the version that goes on in the held one's place; `null`: there is none. */
async function move(tx: Queryable, input: DecideInput, { version_id: versionId }: Standing): Promise<string | null> {
  switch (input.verdict) {
    case 'approve':
      await tx.query('moveVersion', MOVE_VERSION, [versionId, 'open']);
      await tx.query('setApproved', SET_APPROVED, [versionId]);
      await tx.query('dismiss', DISMISS, [versionId, input.falseAlarms]);
      return null;
    case 'reject':
      await tx.query('moveVersion', MOVE_VERSION, [versionId, 'rejected']);
      return null;
    case 'redact': {
      const successorId = randomUUID();
      await tx.query('moveVersion', MOVE_VERSION, [versionId, 'sanitized']);
      await tx.query('makeSuccessor', MAKE_SUCCESSOR, [versionId, successorId, input.reviewId]);
      await tx.query('recordSuccessor', RECORD_SUCCESSOR, [input.reviewId, successorId]);
      await tx.query('passPlaceOn', PASS_PLACE_ON, [versionId, successorId]);
      return successorId;
    }
  }
}

async function rememberFalseAlarms(
  tx: Queryable,
  { organizationId, reviewId, actor, falseAlarms, remember }: DecideInput,
  { collectionId, document_id: documentId, version_id: versionId }: Standing & { collectionId: string },
): Promise<void> {
  if (remember === 'nowhere' || falseAlarms.length === 0) return;
  await tx.query('remember', REMEMBER, [
    organizationId,
    collectionId,
    remember === 'document' ? documentId : null,
    reviewId,
    actor,
    versionId,
    falseAlarms,
  ]);
}

function answer(verdict: ReviewVerdict, standing: Standing): AppliedDecision {
  const { document_id: documentId, version_id: heldId, successor_id: successorId } = standing;
  const versionId = verdict === 'approve' ? heldId : successorId;
  return { outcome: OUTCOMES[verdict], ...(versionId === null ? {} : { goesOn: { documentId, versionId } }) };
}
