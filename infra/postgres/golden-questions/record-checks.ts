import type { OrganizationId } from '../../../core/contract/ids.js';
import type { CheckedGoldenQuestion } from '../../../core/ports/golden-question-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { isExpected } from './gate-statements.js';
import { isUuid } from '../storable.js';

/** A publication shows its time of beginning, and was not seen before it ended. */
const LONGEST_PUBLICATION = `interval '1 minute'`;
const MOST_SUSPECTS = 5;

// What was published since the answer was last found, where it is lost for the first time.
const RECORD = `
  update knowledge.golden_questions g set
    checked_at = $2,
    rank = c.rank,
    lost_reason = c.lost_reason,
    found_at = case when c.lost_reason is null then $2 else g.found_at end,
    lost_since = case when c.lost_reason is null then null else coalesce(g.lost_since, $2) end,
    lost_by = case
      when c.lost_reason is null then null
      when g.lost_since is not null then g.lost_by
      else (
        select jsonb_agg(jsonb_build_object('runId', run_id, 'documentId', document_id, 'versionId', version_id))
        from (
          select v.run_id, v.document_id, v.version_id
          from knowledge.versions v join knowledge.documents d on d.document_id = v.document_id
          where v.organization_id = $1 and d.collection_id = g.collection_id
            and v.published_at > g.found_at - ${LONGEST_PUBLICATION} and v.published_at <= now()
          order by ${isExpected('g.documents')} desc, v.published_at desc, v.version_id
          limit ${MOST_SUSPECTS}
        ) suspect
      )
    end
  from unnest($3::uuid[], $4::integer[], $5::integer[], $6::text[]) c (golden_question_id, edition, rank, lost_reason)
  where g.organization_id = $1 and g.golden_question_id = c.golden_question_id and g.edition = c.edition
    and (g.checked_at is null or g.checked_at < $2)`;

export async function recordChecks(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  begunAt: Date,
  checked: readonly CheckedGoldenQuestion[],
): Promise<void> {
  const known = checked.filter(({ goldenQuestionId }) => isUuid(goldenQuestionId));
  if (known.length === 0) return;
  await database.query('recordGoldenChecks', RECORD, [
    organizationId,
    begunAt,
    known.map(({ goldenQuestionId }) => goldenQuestionId),
    known.map(({ edition }) => edition),
    known.map(({ judgement }) => (judgement.outcome === 'found' ? judgement.rank : null)),
    known.map(({ judgement }) => (judgement.outcome === 'lost' ? judgement.reason : null)),
  ]);
}
