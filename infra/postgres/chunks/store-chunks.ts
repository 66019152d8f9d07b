import type { ChunkId, CollectionId, DocumentId, OrganizationId } from '../../../core/contract/ids.js';
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
// Looked up before inserting, as an insert that conflicts uses up a number. Postings in the order of their index.
const STORE_CHUNKS = `
  with inserted as (
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
    returning chunk_no, collection_id, lexemes, term_count
  )
  insert into knowledge.lexical_postings (term_key, chunk_no, chunk_length, term_frequency)
  select knowledge.term_key(i.collection_id, u.lexeme), i.chunk_no, i.term_count, cardinality(u.positions)
  from inserted i cross join lateral unnest(i.lexemes) u
  order by 1, 2
  on conflict do nothing`;

/** Stores those of the chunks that are new, with their postings. `chunks` in the order of their ids. */
export async function storeChunks(
  database: DatabaseHandle,
  organizationId: OrganizationId,
  chunks: readonly StorableChunk[],
): Promise<void> {
  await database.query('storeChunks', STORE_CHUNKS, [
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
}
