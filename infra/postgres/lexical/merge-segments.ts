import type { CollectionId, OrganizationId } from '../../../core/contract/ids.js';
import type { Database, DatabaseHandle, Queryable } from '../database.js';

/** So many segments of about a size become one. Fewer are merged more often, more are searched one by one for every term. */
const SEGMENTS_A_MERGE = 8;
/**
 * From one size to the next, in chunks. From the last on a segment stays: an erasure rewrites what a segment has of each
 * word of a document, and twice the size is twice the work for it, and spares a search of 100,000 chunks twelve look-ups a term.
 */
const SIZES = [64, 512, 4_096];
/** Terms are moved in so many parts as there are this many chunks: about 40,000 postings a transaction. */
export const CHUNKS_A_SLICE = 512;
/** More that are to be merged some day than this is not left to maintenance: whoever writes another segment merges first. */
const MANY_SEGMENTS = 48;

/** `level`: which of the sizes segments have. Postings are not counted: chunks have the same number of terms on the whole. */
const DUE_GROUPS = `
  select organization_id, collection_id, level
  from (
    select organization_id, collection_id, width_bucket(chunks, array[${SIZES.join(', ')}]) as level
    from knowledge.lexical_segments s
    where ($1::uuid is null or collection_id = $1)
      and segment_no not in (
        select unnest(source_nos || target_no) from knowledge.lexical_merges m
        where m.collection_id = s.collection_id and target_no is not null)
  ) sized
  where level < ${SIZES.length}
  group by organization_id, collection_id, level
  having count(*) >= ${SEGMENTS_A_MERGE}`;

const DUE_COLLECTION = `
  select organization_id, collection_id from knowledge.lexical_merges
  where target_no is not null and ($1::uuid is null or collection_id = $1)
  union all
  select organization_id, collection_id from (${DUE_GROUPS}) due
  limit 1`;

// Waits for whoever is changing postings of the collection, whether or not the row was there.
const LOCK_POSTINGS = `
  insert into knowledge.lexical_merges as m (collection_id, organization_id) values ($1, $2)
  on conflict (collection_id) do update set organization_id = m.organization_id
  returning target_no, source_nos, slices_done, slices`;

// The smallest first, and of them the oldest: what lies side by side in the order of chunks stays side by side.
const BEGIN_MERGE = `
  with due as (
    select segment_no, chunks, first_chunk_no, last_chunk_no
    from knowledge.lexical_segments
    where collection_id = $1
      and width_bucket(chunks, array[${SIZES.join(', ')}]) = (select min(level) from (${DUE_GROUPS}) g)
    order by segment_no
    limit ${SEGMENTS_A_MERGE}
  ), target as (
    insert into knowledge.lexical_segments (organization_id, collection_id, chunks, first_chunk_no, last_chunk_no)
    select $2, $1, sum(chunks), min(first_chunk_no), max(last_chunk_no) from due having count(*) > 1
    returning segment_no, chunks
  )
  update knowledge.lexical_merges set target_no = target.segment_no, source_nos = array(select segment_no from due),
    slices_done = 0,
    slices = ceil(target.chunks / $3::numeric)
  from target
  where collection_id = $1
  returning target_no, source_nos, slices_done, slices`;

// Keys are spread evenly over all of 64 bits.
const MOVE_SLICE = `
  with bounds as (
    select (-9223372036854775808 + div(18446744073709551615 * n, $4::integer))::bigint as lowest
    from unnest(array[$3::integer::numeric, $3::integer + 1]) n
  ), moved as (
    delete from knowledge.lexical_postings
    where segment_no = any ($2::bigint[])
      and term_key between (select min(lowest) from bounds) and (select max(lowest) from bounds)
    returning segment_no, term_key, organization_no, postings
  )
  insert into knowledge.lexical_postings (segment_no, term_key, organization_no, postings)
  select $1, term_key, organization_no, knowledge.joined(postings order by segment_no)
  from moved
  group by term_key, organization_no
  order by term_key`;

const NOTE_SLICE = `update knowledge.lexical_merges set slices_done = slices_done + 1 where collection_id = $1`;

const FORGET_SOURCES = `delete from knowledge.lexical_segments where segment_no = any ($1::bigint[])`;

const END_MERGE = `
  update knowledge.lexical_merges set target_no = null, source_nos = '{}', slices_done = 0, slices = 0 where collection_id = $1`;

const COUNT_SEGMENTS = `
  select count(*)::int as segments from knowledge.lexical_segments
  where collection_id = $1 and chunks < ${SIZES.at(-1)}`;

interface DueCollection {
  organization_id: OrganizationId;
  collection_id: CollectionId;
}

interface MergeRow {
  target_no: number | null;
  source_nos: string[];
  slices_done: number;
  slices: number;
}

/**
 * Locks the postings of a collection against other merges and erasures, until the transaction ends. Gives the segments of the
 * merge that is under way.
 */
export async function lockPostings(
  tx: Queryable,
  collectionId: CollectionId,
  organizationId: OrganizationId,
): Promise<MergeRow | undefined> {
  const [merge] = await tx.query<MergeRow>('lockPostings', LOCK_POSTINGS, [collectionId, organizationId]);
  return merge;
}

/** One step in any collection of any organization where one is due. */
export async function mergeSegments(database: Database, chunksASlice: number): Promise<{ readonly more: boolean }> {
  const system = database.forSystem('looks where segments are to be merged, in all organizations');
  const [due] = await system.query<DueCollection>('dueMerge', DUE_COLLECTION, [null]);
  if (!due) return { more: false };
  await mergeStep(database.forOrganization(due.organization_id), due, chunksASlice);
  return { more: true };
}

/** Merges what is due in a collection whose segments have become many; nothing otherwise. */
export async function mergeIfMany(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  collectionId: CollectionId,
): Promise<void> {
  const [found] = await database.query<{ segments: number }>('countSegments', COUNT_SEGMENTS, [collectionId]);
  if (!found || found.segments <= MANY_SEGMENTS) return;
  const place = { organization_id: organizationId, collection_id: collectionId };
  while ((await database.query('dueMerge', DUE_COLLECTION, [collectionId])).length > 0)
    await mergeStep(database, place);
}

/**
 * A transaction that begins a merge or moves a slice of its terms, and ends it with the last one. Searches see each posting in
 * its former place or its new one, never in both.
 */
function mergeStep(database: DatabaseHandle, place: DueCollection, chunksASlice = CHUNKS_A_SLICE): Promise<void> {
  const { organization_id: organizationId, collection_id: collectionId } = place;
  return database.transaction('mergeSegments', async (tx) => {
    let merge = await lockPostings(tx, collectionId, organizationId);
    if (merge?.target_no == null) {
      [merge] = await tx.query<MergeRow>('beginMerge', BEGIN_MERGE, [collectionId, organizationId, chunksASlice]);
    }
    // Others did what was due while the lock was waited for.
    if (merge?.target_no == null) return;
    const { target_no: target, source_nos: sources, slices_done: slice, slices } = merge;
    await tx.query('moveSlice', MOVE_SLICE, [target, sources, slice, slices]);
    await tx.query('noteSlice', NOTE_SLICE, [collectionId]);
    if (slice + 1 < slices) return;
    await tx.query('forgetSources', FORGET_SOURCES, [sources]);
    await tx.query('endMerge', END_MERGE, [collectionId]);
  });
}
