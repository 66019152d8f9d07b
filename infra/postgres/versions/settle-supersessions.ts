import type { Queryable } from '../database.js';
import type { CandidateRow } from './candidate-row.js';

const FORGET_NAMES = `delete from knowledge.supersessions where document_id = any ($1::uuid[])`;

const RECORD_NAMES = `
  insert into knowledge.supersessions (document_id, ordinal, organization_id, collection_id, named, predecessor_id)
  select d.document_id, n.ordinal, d.organization_id, d.collection_id, n.named,
    knowledge.document_named(d.collection_id, n.named)
  from knowledge.versions v
  join knowledge.documents d using (document_id)
  cross join lateral unnest(v.supersedes) with ordinality n (named, ordinal)
  where v.version_id = any ($1::uuid[])`;

// Finds documents that would take their own place: directly, or by way of others. Then all of them would be gone from the
// results. At least one document on the way must be live, or about to be: deleted documents take nobody's place.
const IN_CIRCLES = `
  with recursive reached (start_id, document_id, by_live) as (
    select s.document_id, s.predecessor_id, false
    from knowledge.supersessions s where s.document_id = any ($1::uuid[]) and s.predecessor_id is not null
    union
    select r.start_id, s.predecessor_id, r.by_live or d.live_version_id is not null or d.document_id = any ($1::uuid[])
    from reached r
    join knowledge.documents d on d.document_id = r.document_id
    join knowledge.supersessions s on s.document_id = r.document_id and s.predecessor_id is not null
    where r.document_id <> r.start_id
  )
  select distinct start_id as document_id from reached where document_id = start_id and by_live
  union
  select document_id from knowledge.supersessions
  where document_id = any ($1::uuid[]) and predecessor_id = document_id`;

/**
 * Records which documents the candidates supersede, and answers the versions that may not go live, because they would
 * close a circle. For a refused version, the record stays what its document's live version names. Where several versions
 * close one circle, the one accepted last is refused first. `candidates`: about to go live, newest first. The caller has
 * locked the documents.
 */
export async function settleSupersessions(tx: Queryable, candidates: readonly CandidateRow[]): Promise<Set<string>> {
  const refused = new Set<string>();
  for (;;) {
    const going = candidates.filter((candidate) => !refused.has(candidate.version_id));
    const goingIds = going.map((candidate) => candidate.document_id);
    await tx.query('forgetNames', FORGET_NAMES, [candidates.map((candidate) => candidate.document_id)]);
    await tx.query('recordNames', RECORD_NAMES, [
      candidates.flatMap((candidate) =>
        refused.has(candidate.version_id) ? (candidate.live_version_id ?? []) : candidate.version_id,
      ),
    ]);
    const rows = await tx.query<{ document_id: string }>('inCircles', IN_CIRCLES, [goingIds]);
    const inCircle = new Set(rows.map((row) => row.document_id));
    const last = going.find((candidate) => inCircle.has(candidate.document_id));
    if (!last) return refused;
    refused.add(last.version_id);
  }
}
