-- breaking: the words of chunks are kept in segments, as Lucene keeps them: a row holds what many chunks say of one term, and no
-- longer a row each. Made from the stored words; no document is read again. All chunks are written anew, once: about a
-- minute for 100,000.

-- The last eight bits are left to the term's frequency. 56 bits: among ten million terms two share a key with a probability
-- of 7 in ten thousand, and then share their postings.
create or replace function knowledge.term_key(collection_id uuid, term text) returns bigint
  language sql immutable strict parallel safe
  as $$ select hashtextextended(term, uuid_hash_extended(collection_id, 0)) & -256 $$;

-- A chunk's words in the order of their keys: key | frequency. A tsvector counts no word more than 255 times.
create function knowledge.words_of(collection_id uuid, lexemes tsvector) returns bigint[]
  language sql immutable strict parallel safe
  as $$
    select coalesce(array_agg(word order by word), '{}')
    from (select knowledge.term_key($1, u.lexeme) | cardinality(u.positions) as word from unnest($2) u) w
  $$;

-- How often a chunk with these words has the term; null: it has it not. A binary search. Not "strict", so that it is inlined.
create function knowledge.frequency_in(words bigint[], term_key bigint) returns integer
  language sql immutable parallel safe
  as $$
    select case when words[width_bucket(term_key | 255, words)] & -256 = term_key
      then (words[width_bucket(term_key | 255, words)] & 255)::integer end
  $$;

-- The forward index: what a chunk says, from which postings and document frequencies are made.
alter table knowledge.chunks alter column lexemes type bigint[] using knowledge.words_of(collection_id, lexemes);
alter table knowledge.chunks rename column lexemes to words;

-- Document frequencies among live chunks, by the key of the term: the words themselves stand in the texts alone.
alter table knowledge.lexical_terms rename to lexical_terms_by_name;
create table knowledge.lexical_terms (
  term_key bigint primary key,
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null,
  document_frequency integer not null default 0 check (document_frequency >= 0),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
-- Room on the page, so that counting up needs no new index entry (HOT).
) with (fillfactor = 80);
insert into knowledge.lexical_terms (term_key, organization_id, collection_id, document_frequency)
select knowledge.term_key(collection_id, term), organization_id, collection_id, document_frequency
from knowledge.lexical_terms_by_name
order by 1
on conflict do nothing;
drop table knowledge.lexical_terms_by_name;
select knowledge.protect('knowledge.lexical_terms');

-- Which chunks of a collection a segment may hold. Written with the chunks; maintenance makes one of several.
create table knowledge.lexical_segments (
  segment_no bigint generated always as identity primary key,
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null,
  -- As many as it was made with; an erasure takes some out.
  chunks integer not null,
  first_chunk_no bigint not null,
  last_chunk_no bigint not null,
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
create index lexical_segments_by_collection on knowledge.lexical_segments (collection_id, segment_no);
select knowledge.protect('knowledge.lexical_segments');

-- The inverted index. In the order of the segments, so that a new one is written to the end of the table and of its index. No
-- foreign keys: they would cost more than the rest of saving it.
drop table knowledge.lexical_postings;
create table knowledge.lexical_postings (
  segment_no bigint not null,
  term_key bigint not null,
  organization_no integer not null,
  -- chunk_no << 23 | length of the chunk in terms (longer ones count as 32,767) << 8 | frequency of the term.
  postings bigint[] not null,
  primary key (segment_no, term_key)
);
alter table knowledge.lexical_postings enable row level security;
create policy of_organization on knowledge.lexical_postings to medindex_tenant
  using ((organization_no = (
    select organization_no from knowledge.organizations
    where organization_id = current_setting('medindex.organization', true))) is true);
grant select, insert, update, delete on knowledge.lexical_postings to medindex_tenant;

create function knowledge.posting(chunk_no bigint, term_count integer, word bigint) returns bigint
  language sql immutable parallel safe
  as $$ select (chunk_no << 23) | (least(term_count, 32767)::bigint << 8) | (word & 255) $$;

-- The postings of several rows, one behind the other.
create aggregate knowledge.joined(bigint[]) (sfunc = array_cat, stype = bigint[]);

-- The merge of segments that a collection has under way, and the lock of whoever changes postings that stand: merges and
-- erasures. Storing and publishing only add, and need no lock.
create table knowledge.lexical_merges (
  collection_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  -- Null: none is under way.
  target_no bigint,
  source_nos bigint[] not null default '{}',
  -- Terms are moved by equal parts of the range of keys: so many are moved, of so many.
  slices_done integer not null default 0,
  slices integer not null default 0,
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
select knowledge.protect('knowledge.lexical_merges');

create temporary table chunks_by_segment on commit drop as
select chunk_no, dense_rank() over (order by collection_id, part) as segment_no
from (
  select chunk_no, collection_id, (row_number() over (partition by collection_id order by chunk_no) - 1) / 8192 as part
  from knowledge.chunks
) c;
insert into knowledge.lexical_segments (segment_no, organization_id, collection_id, chunks, first_chunk_no, last_chunk_no)
  overriding system value
select s.segment_no, c.organization_id, c.collection_id, count(*), min(c.chunk_no), max(c.chunk_no)
from chunks_by_segment s join knowledge.chunks c using (chunk_no)
group by 1, 2, 3
order by 1;
select setval(pg_get_serial_sequence('knowledge.lexical_segments', 'segment_no'), coalesce(max(segment_no), 1), max(segment_no) is not null)
from knowledge.lexical_segments;
insert into knowledge.lexical_postings (segment_no, term_key, organization_no, postings)
select s.segment_no, word & -256, o.organization_no, array_agg(p.posting order by p.posting)
from chunks_by_segment s
join knowledge.chunks c using (chunk_no)
join knowledge.organizations o using (organization_id)
cross join lateral unnest(c.words) word
cross join lateral (select knowledge.posting(c.chunk_no, c.term_count, word) as posting) p
group by 1, 2, 3
order by 1, 2;
