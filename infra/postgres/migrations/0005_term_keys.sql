-- breaking: postings name their term by a key that follows from collection and term, and no longer by a number that is
-- handed out. Storing a chunk then needs no look at the vocabulary, which is now written by publication alone.

-- 64 bits: among ten million terms two share a key with a probability of 3 in a million, and then share their postings.
create function knowledge.term_key(collection_id uuid, term text) returns bigint
  language sql immutable strict parallel safe
  as $$ select hashtextextended(term, uuid_hash_extended(collection_id, 0)) $$;

drop table knowledge.lexical_postings;

-- The inverted index: covering, so that scoring reads the index alone. A term key belongs to one collection.
-- No foreign keys: at a hundred rows a chunk they would cost more than the rest of saving it.
create table knowledge.lexical_postings (
  term_key bigint not null,
  chunk_no bigint not null,
  -- term_count of the chunk.
  chunk_length integer not null,
  term_frequency smallint not null,
  primary key (term_key, chunk_no) include (chunk_length, term_frequency)
);

insert into knowledge.lexical_postings (term_key, chunk_no, chunk_length, term_frequency)
select knowledge.term_key(c.collection_id, u.lexeme), c.chunk_no, c.term_count, cardinality(u.positions)
from knowledge.chunks c cross join lateral unnest(c.lexemes) u
order by 1, 2
on conflict do nothing;

alter table knowledge.lexical_terms drop column term_no;
