alter table knowledge.version_chunks
  -- The graded recommendations in a chunk (core/contract/recommendation.ts), in order; null where it holds none.
  add column recommendations jsonb;

-- Which versions hold any: a search that asks for graded recommendations begins with these.
create index version_chunks_recommending on knowledge.version_chunks (version_id) where recommendations is not null;
