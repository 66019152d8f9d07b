/**
 * Goes from a row that names a collection and a term to the term's postings, `posting` (migration 0047): one row a chunk.
 *
 * "offset 0" keeps each look-up to its key, as in documents/live-lookup.ts.
 */
export function postingsOf(row: { readonly collectionId: string; readonly termKey: string }): string {
  return `
    cross join lateral (
      select segment_no from knowledge.lexical_segments where collection_id = ${row.collectionId} offset 0
    ) segment
    cross join lateral (
      select postings from knowledge.lexical_postings
      where segment_no = segment.segment_no and term_key = ${row.termKey}
      offset 0
    ) held_by
    cross join lateral unnest(held_by.postings) posting`;
}
