import type { ChunkId, CollectionId, DocumentId, OrganizationId } from '../../../core/contract/ids.js';
import type { Database } from '../database.js';

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
// Looked up before inserting, as an insert that conflicts uses up a number.
const INSERT_CHUNKS = `
  insert into knowledge.chunks (chunk_id, organization_id, collection_id, document_id, prefix, text, token_count,
    input_sha256, lexemes, term_count)
  select c.chunk_id, $1, c.collection_id, c.document_id, c.prefix, c.text, c.token_count, c.input_sha256, stemmed.lexemes,
    (select coalesce(sum(cardinality(u.positions)), 0) from unnest(stemmed.lexemes) u)
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::regconfig[], $6::text[], $7::text[], $8::integer[], $9::text[])
    c (chunk_id, collection_id, document_id, text_config, prefix, text, token_count, input_sha256)
  -- "offset 0" keeps the planner from stemming the text again wherever the lexemes are used.
  cross join lateral (select to_tsvector(c.text_config, c.prefix || E'\\n' || c.text) as lexemes offset 0) stemmed
  where not exists (select from knowledge.chunks known where known.chunk_id = c.chunk_id)
  order by c.chunk_id
  on conflict (chunk_id) do nothing
  returning chunk_no`;

// Sorted, so that two transactions that bring the same new words wait for each other and not in a circle. Words are
// looked up one by one ("offset 0"): a hash over the whole vocabulary would be built for every batch.
const INSERT_TERMS = `
  insert into knowledge.lexical_terms (collection_id, organization_id, term)
  select needed.collection_id, needed.organization_id, needed.lexeme
  from (
    select distinct c.collection_id, c.organization_id, u.lexeme
    from knowledge.chunks c cross join lateral unnest(c.lexemes) u
    where c.chunk_no = any ($1::bigint[])
  ) needed
  left join lateral (
    select true as known from knowledge.lexical_terms t
    where t.collection_id = needed.collection_id and t.term = needed.lexeme
    offset 0
  ) t on true
  where t.known is null
  order by needed.collection_id, needed.lexeme
  on conflict (collection_id, term) do nothing`;

const INSERT_POSTINGS = `
  with lexemes as materialized (
    select c.chunk_no, c.collection_id, c.term_count, u.lexeme, cardinality(u.positions) as frequency
    from knowledge.chunks c cross join lateral unnest(c.lexemes) u
    where c.chunk_no = any ($1::bigint[])
  ), terms as materialized (
    select needed.collection_id, needed.lexeme, t.term_no
    from (select distinct collection_id, lexeme from lexemes) needed
    cross join lateral (
      select term_no from knowledge.lexical_terms t
      where t.collection_id = needed.collection_id and t.term = needed.lexeme
      offset 0
    ) t
  )
  insert into knowledge.lexical_postings (term_no, chunk_no, term_frequency, chunk_length)
  select t.term_no, l.chunk_no, l.frequency, l.term_count
  from lexemes l join terms t using (collection_id, lexeme)
  order by t.term_no, l.chunk_no`;

/** Stores those of the chunks that are new, with their postings. `chunks` in the order of their ids. */
export async function storeChunks(
  database: Database,
  organizationId: OrganizationId,
  chunks: readonly StorableChunk[],
): Promise<void> {
  await database.transaction('storeChunks', async (tx) => {
    const inserted = await tx.query<{ chunk_no: number }>('insertChunks', INSERT_CHUNKS, [
      organizationId,
      chunks.map((chunk) => chunk.chunkId),
      chunks.map((chunk) => chunk.collectionId),
      chunks.map((chunk) => chunk.documentId),
      chunks.map((chunk) => chunk.textConfig),
      chunks.map((chunk) => chunk.prefix),
      chunks.map((chunk) => chunk.text),
      chunks.map((chunk) => chunk.tokenCount),
      chunks.map((chunk) => chunk.inputSha256),
    ]);
    if (inserted.length === 0) return;
    const chunkNos = inserted.map((row) => row.chunk_no);
    await tx.query('insertTerms', INSERT_TERMS, [chunkNos]);
    await tx.query('insertPostings', INSERT_POSTINGS, [chunkNos]);
  });
}
