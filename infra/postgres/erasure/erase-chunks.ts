import type { ChunkId } from '../../../core/contract/ids.js';
import type { ErasureBatch } from '../../../core/ports/erasure-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { lockPostings } from '../lexical/merge-segments.js';

// Publications count terms under this lock: a term without documents stays without until this transaction ends.
const LOCK_COLLECTION = `
  select collection_id from knowledge.collections
  where organization_id = $1 and collection_id = $2 for no key update`;

const LOCK_MARKED = `
  select c.chunk_no
  from knowledge.chunks c join knowledge.chunks_to_erase m using (chunk_no)
  where c.organization_id = $1 and c.document_id = any ($2::uuid[]) and c.chunk_id = any ($3::uuid[])
  order by c.chunk_id
  for update of c`;

// Also in the stages of a merge that is under way: a posting lies in a segment whose range has its chunk.
const ERASE_POSTINGS = `
  with going as (
    select s.segment_no, c.words
    from knowledge.chunks c
    join knowledge.lexical_segments s on c.chunk_no between s.first_chunk_no and s.last_chunk_no
    where c.chunk_no = any ($1::bigint[]) and s.collection_id = $2
  ), places as (
    select distinct segment_no, word & -256 as term_key from going cross join lateral unnest(words) word
  ), found as materialized (
    select p.segment_no, p.term_key, parted.staying, parted.going
    from places
    cross join lateral (
      select * from knowledge.lexical_postings
      where segment_no = places.segment_no and term_key = places.term_key offset 0
    ) p
    cross join lateral (
      select array_agg(posting) filter (where posting >> 23 <> all ($1::bigint[])) as staying,
        array_agg(posting >> 23) filter (where posting >> 23 = any ($1::bigint[])) as going
      from unnest(p.postings) posting
    ) parted
    where parted.going is not null
  ), emptied as (
    delete from knowledge.lexical_postings p using found f
    where f.staying is null and p.segment_no = f.segment_no and p.term_key = f.term_key
  ), rewritten as (
    update knowledge.lexical_postings p set postings = f.staying
    from found f
    where f.staying is not null and p.segment_no = f.segment_no and p.term_key = f.term_key
  )
  select c.document_id, count(*) as erased
  from found cross join lateral unnest(found.going) chunk_no join knowledge.chunks c using (chunk_no)
  group by c.document_id`;

// What has no posting left, unless a merge counts on it.
const ERASE_SEGMENTS = `
  delete from knowledge.lexical_segments s
  where s.collection_id = $2
    and exists (select from unnest($1::bigint[]) n where n between s.first_chunk_no and s.last_chunk_no)
    and not exists (select from knowledge.lexical_postings p where p.segment_no = s.segment_no)
    and not exists (
      select from knowledge.lexical_merges m
      where m.collection_id = $2 and (m.target_no = s.segment_no or s.segment_no = any (m.source_nos)))`;

// Document frequencies count live chunks, so a term of none is a word of nothing that can be found.
const ERASE_TERMS = `
  delete from knowledge.lexical_terms t
  where t.document_frequency = 0 and t.term_key in (
    select word & -256 from knowledge.chunks c cross join lateral unnest(c.words) word where c.chunk_no = any ($1::bigint[]))`;

// The cache is by text: another chunk with the same text keeps its entry.
const ERASE_EMBEDDINGS = `
  with inputs as (
    select c.input_sha256, min(c.document_id::text)::uuid as document_id
    from knowledge.chunks c where c.chunk_no = any ($1::bigint[])
    group by c.input_sha256
  ), unused as (
    select * from inputs where not exists (
      select from knowledge.chunks other
      where other.organization_id = $2 and other.input_sha256 = inputs.input_sha256 and other.chunk_no <> all ($1::bigint[]))
  ), erased as (
    delete from knowledge.embedding_cache e using unused
    where e.organization_id = $2 and e.input_sha256 = unused.input_sha256
    returning unused.document_id
  )
  select document_id, count(*) as erased from erased group by document_id`;

const ERASE_CHUNKS = `
  with erased as (
    delete from knowledge.chunks where chunk_no = any ($1::bigint[]) returning document_id
  )
  select document_id, count(*) as erased from erased group by document_id`;

// On the newest of the orders that are open: they are finished together.
const COUNT_ERASED = `
  update knowledge.erasures e set
    chunks = e.chunks + given.chunks, postings = e.postings + given.postings,
    embeddings = e.embeddings + given.embeddings, vectors = e.vectors + given.vectors
  from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::integer[], $5::integer[])
    given (document_id, chunks, postings, embeddings, vectors)
  where e.document_id = given.document_id and e.up_to_sequence = (
    select max(o.up_to_sequence) from knowledge.erasures o where o.document_id = e.document_id and o.finished_at is null)`;

// A chunk has a vector in each vector index of its collection that knew it.
const COUNT_VECTORS = `
  select c.document_id, count(*) as erased
  from unnest($1::uuid[]) had (chunk_id) join knowledge.chunks c using (chunk_id)
  where c.chunk_no = any ($2::bigint[])
  group by c.document_id`;

interface Erased {
  document_id: string;
  erased: number;
}

export async function eraseChunks(
  database: DatabaseHandle,
  { organizationId, collectionId, documentIds }: ErasureBatch,
  chunkIds: readonly ChunkId[],
  hadVectors: readonly ChunkId[],
): Promise<void> {
  if (chunkIds.length === 0) return;
  await database.transaction('eraseChunks', async (tx) => {
    await tx.query('lockCollection', LOCK_COLLECTION, [organizationId, collectionId]);
    const marked = await tx.query<{ chunk_no: number }>('lockMarked', LOCK_MARKED, [
      organizationId,
      documentIds,
      chunkIds,
    ]);
    if (marked.length === 0) return;
    const chunkNos = marked.map((row) => row.chunk_no);
    const vectors = await tx.query<Erased>('countVectors', COUNT_VECTORS, [hadVectors, chunkNos]);
    await lockPostings(tx, collectionId, organizationId);
    const postings = await tx.query<Erased>('erasePostings', ERASE_POSTINGS, [chunkNos, collectionId]);
    await tx.query('eraseSegments', ERASE_SEGMENTS, [chunkNos, collectionId]);
    const embeddings = await tx.query<Erased>('eraseEmbeddings', ERASE_EMBEDDINGS, [chunkNos, organizationId]);
    await tx.query('eraseTerms', ERASE_TERMS, [chunkNos]);
    const chunks = await tx.query<Erased>('eraseChunks', ERASE_CHUNKS, [chunkNos]);
    const of = (rows: readonly Erased[], documentId: string) =>
      rows.find((row) => row.document_id === documentId)?.erased ?? 0;
    await tx.query('countErased', COUNT_ERASED, [
      chunks.map((row) => row.document_id),
      chunks.map((row) => row.erased),
      chunks.map((row) => of(postings, row.document_id)),
      chunks.map((row) => of(embeddings, row.document_id)),
      chunks.map((row) => of(vectors, row.document_id)),
    ]);
  });
}
