import type { ChunkId, CollectionId, DocumentId, OrganizationId } from '../../../core/contract/ids.js';
import { innerWords } from '../../../core/retrieval/inner-words.js';
import type { DatabaseHandle } from '../database.js';

export interface StorableChunk {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly collectionId: CollectionId;
  /** Stems the chunk; a text-search configuration of Postgres. */
  readonly textConfig: string;
  readonly prefix: string;
  readonly text: string;
  readonly tokenCount: number;
  readonly inputSha256: string;
}

// The prefix (title and section) is searched along with the text: a passage seldom repeats what its headings say.
// Looked up before inserting, as an insert that conflicts uses up a number. A chunk and its postings are one statement: what is
// known already has its postings in an earlier segment.
const STORE_CHUNKS = `
  with inserted as (
    insert into knowledge.chunks (chunk_id, organization_id, collection_id, document_id, prefix, text, token_count,
      input_sha256, words, term_count)
    select c.chunk_id, $1, c.collection_id, c.document_id, c.prefix, c.text, c.token_count, c.input_sha256, stemmed.words,
      (select coalesce(sum(word & 255), 0) from unnest(stemmed.words) word)
    from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::regconfig[], $6::text[], $7::text[], $8::integer[], $9::text[], $10::text[])
      c (chunk_id, collection_id, document_id, text_config, prefix, text, token_count, input_sha256, inner_words)
    -- "offset 0" keeps the planner from stemming the text again wherever the words are used.
    cross join lateral (
      select knowledge.words_of(c.collection_id, to_tsvector(c.text_config, concat_ws(E'\\n', c.prefix, c.text, c.inner_words))) as words offset 0
    ) stemmed
    where not exists (select from knowledge.chunks known where known.chunk_id = c.chunk_id)
    order by c.chunk_id
    on conflict (chunk_id) do nothing
    returning chunk_no, collection_id, words, term_count
  ), segments as (
    insert into knowledge.lexical_segments (organization_id, collection_id, chunks, first_chunk_no, last_chunk_no)
    select $1, collection_id, count(*), min(chunk_no), max(chunk_no) from inserted group by collection_id
    returning segment_no, collection_id
  )
  insert into knowledge.lexical_postings (segment_no, term_key, organization_no, postings)
  select segment_no, term_key, (select organization_no from knowledge.organizations where organization_id = $1),
    array_agg(posting)
  from (
    select s.segment_no, word & -256 as term_key, knowledge.posting(i.chunk_no, i.term_count, word) as posting
    from inserted i
    join segments s using (collection_id)
    cross join lateral unnest(i.words) word
    order by 1, 2, 3
  ) said
  group by segment_no, term_key
  order by segment_no, term_key`;

// 100,000 postings of a thousand chunks in 4 MB went by way of the disk, a tenth of the whole.
const SORT_IN_MEMORY = `set local work_mem = '32MB'`;

/** Stores those of the chunks that are new, with their postings as a segment. `chunks` in the order of their ids. */
export async function storeChunks(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  chunks: readonly StorableChunk[],
): Promise<void> {
  const values = [
    organizationId,
    chunks.map((chunk) => chunk.chunkId),
    chunks.map((chunk) => chunk.collectionId),
    chunks.map((chunk) => chunk.documentId),
    chunks.map((chunk) => chunk.textConfig),
    chunks.map((chunk) => chunk.prefix),
    chunks.map((chunk) => chunk.text),
    chunks.map((chunk) => chunk.tokenCount),
    chunks.map((chunk) => chunk.inputSha256),
    chunks.map(({ prefix, text }) => innerWords(`${prefix}\n${text}`)),
  ];
  await database.transaction('storeChunks', async (tx) => {
    await tx.query('sortInMemory', SORT_IN_MEMORY);
    await tx.query('storeChunks', STORE_CHUNKS, values);
  });
}
