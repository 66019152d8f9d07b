-- breaking: each vector index knows whether vectors are missing from it; until now its collection did, for the live one alone.

alter table knowledge.vector_indexes
  -- How often chunks were stored without a vector of this index, and up to which of these times they were filled in.
  add column vectors_skipped bigint not null default 0,
  add column vectors_filled bigint not null default 0;

update knowledge.vector_indexes i
set vectors_skipped = k.vectors_skipped, vectors_filled = k.vectors_filled
from knowledge.collections k
where k.collection_id = i.collection_id and i.state = 'live';
-- Nobody wrote to the others what came in after they had been left: each is gone through once.
update knowledge.vector_indexes set vectors_skipped = 1 where state <> 'live';

-- What stays counts for a collection that has no vector index yet: its first one begins with it.
alter table knowledge.collections drop column vectors_filled;
