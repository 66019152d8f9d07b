-- Vector indexes name the store that keeps them, are built beside each other, and know whether vectors are missing.

alter table knowledge.vector_indexes
  add column store text not null default 'pgvector' check (store in ('pgvector', 'qdrant'));
alter table knowledge.vector_indexes alter column store drop default;
-- One generation is made at a time.
create unique index vector_indexes_building on knowledge.vector_indexes (collection_id) where state = 'building';

alter table knowledge.collections
  -- How often chunks were indexed without vectors, for want of a model; and up to which of these times they were filled in.
  add column vectors_skipped bigint not null default 0,
  add column vectors_filled bigint not null default 0;
-- Nobody took notes until now: each collection is gone through once, and searches say until then that vectors may be missing.
update knowledge.collections set vectors_skipped = 1 where live_chunks > 0;

-- A search among the chunks of a list of documents reads those alone.
do $$
declare
  vector_table text;
begin
  for vector_table in
    select table_name from information_schema.tables where table_schema = 'vectors' and table_name like 'index\_%'
  loop
    execute format('create index if not exists %I on vectors.%I (document_id)', vector_table || '_documents', vector_table);
  end loop;
end
$$;
