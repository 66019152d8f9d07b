import type { CollectionId, DocumentId, VersionId } from '../../../core/contract/ids.js';
import type { Queryable } from '../database.js';

/** What a document's live version was and is now. */
export interface LivenessChange {
  readonly documentId: DocumentId;
  readonly from: VersionId | null;
  readonly to: VersionId | null;
}

// Chunks that both versions have are not touched, so a new version that changes a paragraph counts a paragraph.
const COUNT_LIVE_CHUNKS = `
  with changes as (
    select * from unnest($2::uuid[], $3::uuid[]) c (from_version, to_version)
  ), incoming as (
    select vc.chunk_no from changes c join knowledge.version_chunks vc on vc.version_id = c.to_version
  ), outgoing as (
    select vc.chunk_no from changes c join knowledge.version_chunks vc on vc.version_id = c.from_version
  ), moved as (
    select chunk_no, 1 as step from incoming where chunk_no not in (select chunk_no from outgoing)
    union all
    select chunk_no, -1 from outgoing where chunk_no not in (select chunk_no from incoming)
  ), steps as (
    select word & -256 as term_key, sum(m.step) as step
    from moved m
    join knowledge.chunks c using (chunk_no)
    cross join lateral unnest(c.words) word
    group by 1
    having sum(m.step) <> 0
  ), more as (
    insert into knowledge.lexical_terms (term_key, organization_id, collection_id, document_frequency)
    select s.term_key, k.organization_id, k.collection_id, s.step
    from steps s join knowledge.collections k on k.collection_id = $1
    where s.step > 0
    order by s.term_key
    on conflict (term_key) do update
      set document_frequency = lexical_terms.document_frequency + excluded.document_frequency
  ), fewer as (
    update knowledge.lexical_terms t set document_frequency = t.document_frequency + s.step
    from steps s
    where s.step < 0 and t.term_key = s.term_key
  ), totals as (
    select coalesce(sum(m.step), 0) as chunks, coalesce(sum(m.step * c.term_count), 0) as terms
    from moved m join knowledge.chunks c using (chunk_no)
  )
  update knowledge.collections k set
    live_chunks = k.live_chunks + totals.chunks,
    live_terms = k.live_terms + totals.terms,
    live_documents = k.live_documents
      + (select count(*) from changes where from_version is null and to_version is not null)
      - (select count(*) from changes where from_version is not null and to_version is null)
  from totals
  where k.collection_id = $1`;

/** Keeps what BM25 needs to know of a collection; within the transaction that changes what is live, collection locked. */
export async function countLiveChunks(
  tx: Queryable,
  collectionId: CollectionId,
  changes: readonly LivenessChange[],
): Promise<void> {
  await tx.query('countLiveChunks', COUNT_LIVE_CHUNKS, [
    collectionId,
    changes.map((change) => change.from),
    changes.map((change) => change.to),
  ]);
}
