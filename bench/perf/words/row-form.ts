import { innerWords } from '../../../core/retrieval/inner-words.js';
import { MAX_HELD_TERMS } from '../../../core/ports/lexical-index.js';
import type { LexicalQuery, LexicalTerm } from '../../../core/ports/lexical-index.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { DatabaseHandle } from '../../../infra/postgres/database.js';
import { liveLookup } from '../../../infra/postgres/documents/live-lookup.js';
import { Parameters, visibleChunks } from '../../../infra/postgres/documents/visible-documents.js';
import type { StorableChunk } from '../../../infra/postgres/chunks/store-chunks.js';

/**
 * Words as they were kept before segments (decision 112): a row for each chunk and term, in a schema of its own. Statements
 * and limits are those of then.
 */
export const MAKE_ROW_FORM = `
  create schema row_form;
  create table row_form.chunks (like knowledge.chunks including defaults including identity including indexes);
  alter table row_form.chunks drop column words, add column lexemes tsvector not null,
    add foreign key (organization_id) references knowledge.organizations,
    add foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id);
  alter table row_form.chunks alter column lexemes set storage external;
  create table row_form.lexical_terms (
    collection_id uuid not null,
    term text not null,
    organization_id text not null references knowledge.organizations,
    document_frequency integer not null default 0,
    primary key (collection_id, term)
  ) with (fillfactor = 80);
  create table row_form.lexical_postings (
    term_key bigint not null,
    chunk_no bigint not null,
    organization_no integer not null,
    chunk_length smallint not null,
    term_frequency smallint not null,
    primary key (term_key, chunk_no) include (organization_no, chunk_length, term_frequency)
  );
  alter table row_form.lexical_postings enable row level security;
  create policy of_organization on row_form.lexical_postings to medindex_tenant
    using ((organization_no = (
      select organization_no from knowledge.organizations
      where organization_id = current_setting('medindex.organization', true))) is true);
  grant usage on schema row_form to medindex_tenant;
  grant select, insert, update, delete on all tables in schema row_form to medindex_tenant`;

const CHUNKS_PER_TRANSACTION = 64;

const STORE = `
  with inserted as (
    insert into row_form.chunks (chunk_id, organization_id, collection_id, document_id, prefix, text, token_count,
      input_sha256, lexemes, term_count)
    select c.chunk_id, $1, c.collection_id, c.document_id, c.prefix, c.text, c.token_count, c.input_sha256, stemmed.lexemes,
      (select coalesce(sum(cardinality(u.positions)), 0) from unnest(stemmed.lexemes) u)
    from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::regconfig[], $6::text[], $7::text[], $8::integer[], $9::text[], $10::text[])
      c (chunk_id, collection_id, document_id, text_config, prefix, text, token_count, input_sha256, inner_words)
    cross join lateral (
      select to_tsvector(c.text_config, concat_ws(E'\\n', c.prefix, c.text, c.inner_words)) as lexemes offset 0
    ) stemmed
    where not exists (select from row_form.chunks known where known.chunk_id = c.chunk_id)
    order by c.chunk_id
    on conflict (chunk_id) do nothing
    returning chunk_no, collection_id, lexemes, term_count
  )
  insert into row_form.lexical_postings (term_key, chunk_no, organization_no, chunk_length, term_frequency)
  select knowledge.term_key(i.collection_id, u.lexeme), i.chunk_no, o.organization_no, least(i.term_count, 32767),
    cardinality(u.positions)
  from inserted i
  join knowledge.organizations o on o.organization_id = $1
  cross join lateral unnest(i.lexemes) u
  order by 1, 2
  on conflict do nothing`;

const COUNT = `
  with steps as (
    select u.lexeme, count(*) as step
    from row_form.chunks c cross join lateral unnest(c.lexemes) u
    where c.chunk_id = any ($3::uuid[])
    group by u.lexeme
  )
  insert into row_form.lexical_terms (collection_id, organization_id, term, document_frequency)
  select $2, $1, s.lexeme, s.step from steps s order by s.lexeme
  on conflict (collection_id, term) do update
    set document_frequency = lexical_terms.document_frequency + excluded.document_frequency`;

export async function storeAsRows(
  database: DatabaseHandle,
  organizationId: string,
  chunks: readonly StorableChunk[],
): Promise<void> {
  for (let from = 0; from < chunks.length; from += CHUNKS_PER_TRANSACTION) {
    const batch = chunks.slice(from, from + CHUNKS_PER_TRANSACTION);
    await database.query('storeAsRows', STORE, [
      organizationId,
      batch.map((chunk) => chunk.chunkId),
      batch.map((chunk) => chunk.collectionId),
      batch.map((chunk) => chunk.documentId),
      batch.map((chunk) => chunk.textConfig),
      batch.map((chunk) => chunk.prefix),
      batch.map((chunk) => chunk.text),
      batch.map((chunk) => chunk.tokenCount),
      batch.map((chunk) => chunk.inputSha256),
      batch.map(({ prefix, text }) => innerWords(`${prefix}\n${text}`)),
    ]);
  }
}

export async function countAsRows(
  database: DatabaseHandle,
  organizationId: string,
  collectionId: string,
  chunkIds: readonly string[],
): Promise<void> {
  await database.query('countAsRows', COUNT, [organizationId, collectionId, chunkIds]);
}

function weights(terms: readonly LexicalTerm[], parameters: Parameters, from = 0): string {
  const keyed = terms.flatMap(({ termKeys, inverseDocumentFrequency }, at) => {
    const position = from + at;
    const bit = (position < MAX_HELD_TERMS ? 1n << BigInt(position) : 0n).toString();
    return termKeys.map((named) => ({ termKey: named.split('/')[1], inverseDocumentFrequency, bit }));
  });
  const termKeys = parameters.add(keyed.map((term) => term.termKey));
  const idfs = parameters.add(keyed.map((term) => term.inverseDocumentFrequency));
  const bits = parameters.add(keyed.map((term) => term.bit));
  return `unnest(${termKeys}::bigint[], ${idfs}::float8[], ${bits}::bigint[]) w (term_key, idf, bit)`;
}

/** The k best as the former index found them, with the chunk numbers of today's. */
export async function searchRows(
  database: DatabaseHandle,
  scope: AccessScope,
  query: LexicalQuery,
  k: number,
): Promise<{ chunkId: string; score: number }[]> {
  let postings = 0;
  const maxPostings = Math.max(8_000, query.liveChunks * 0.1);
  const rare = query.terms.filter((term, rank) => (postings += term.documentFrequency) < maxPostings || rank < 2);
  const common = query.terms.slice(rare.length);
  const parameters = new Parameters();
  const [rareTerms, commonTerms] = [weights(rare, parameters), weights(common, parameters, rare.length)];
  const meanLength = parameters.add(query.meanLength);
  const visible = visibleChunks({ scope, filter: {} }, parameters);
  const candidates = parameters.add(common.length > 0 ? Math.max(300, k) : k);
  const termScore = `w.idf * p.term_frequency /
      (p.term_frequency + 1.2::float8 * (0.25::float8 + 0.75::float8 * p.chunk_length / ${meanLength}::float8))`;
  return database.query(
    'searchRows',
    `
  with matched as materialized (
    select p.chunk_no, sum(${termScore}) as score, bit_or(w.bit) as held
    from ${rareTerms}
    join row_form.lexical_postings p using (term_key)
    group by p.chunk_no
  ), candidates as materialized (
    select m.chunk_no, c.chunk_id, m.score, m.held
    from (select chunk_no, score, held from matched order by score desc, chunk_no) m
    cross join lateral (
      select chunk_id, document_id from knowledge.chunks where chunk_no = m.chunk_no offset 0
    ) c ${liveLookup({ chunkNo: 'm.chunk_no', documentId: 'c.document_id' })}
    where ${visible}
    order by m.score desc, m.chunk_no
    limit ${candidates}
  )
  select m.chunk_id as "chunkId", m.score + coalesce(rest.score, 0) as score, (m.held | coalesce(rest.held, 0))::text as held
  from candidates m
  cross join lateral (
    select sum(${termScore}) as score, bit_or(w.bit) as held
    from ${commonTerms}
    join row_form.lexical_postings p on p.term_key = w.term_key and p.chunk_no = m.chunk_no
  ) rest
  order by score desc, m.chunk_id
  limit ${parameters.add(k)}`,
    parameters.values,
  );
}
