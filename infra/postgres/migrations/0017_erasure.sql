-- Erasure: what was deleted or withdrawn is removed from every store once its retention is over.
-- Lock order: the one of 0001. An erasure takes the locks of sources and runs in a transaction of its own, before the others.

alter table knowledge.collections
  -- Days between a deletion and its erasure. 0: at once.
  add column retention_days integer not null default 30 check (retention_days between 0 and 3650);

-- A deletion's order to erase. It stays as the receipt of the erasure. A later version of the document lifts the tombstone
-- but not the order: what was deleted goes, what came afterwards stays.
create table knowledge.erasures (
  document_id uuid not null references knowledge.documents,
  -- Versions up to this number of the order of acceptance are to go.
  up_to_sequence bigint not null,
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null,
  ordered_at timestamptz not null,
  -- Null: not done yet. A version that comes in late, by a run accepted before the deletion, takes it back to null.
  finished_at timestamptz,
  -- What was removed, by store.
  versions integer not null default 0,
  chunks integer not null default 0,
  postings bigint not null default 0,
  vectors integer not null default 0,
  embeddings integer not null default 0,
  objects integer not null default 0,
  primary key (document_id, up_to_sequence),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
create index erasures_open on knowledge.erasures (collection_id, ordered_at) where finished_at is null;

-- What has a tombstone already is erased, too.
insert into knowledge.erasures (document_id, up_to_sequence, organization_id, collection_id, ordered_at)
select document_id, live_sequence, organization_id, collection_id, deleted_at
from knowledge.documents where deleted_at is not null;

alter table knowledge.versions
  add column erased_at timestamptz,
  drop constraint if exists versions_state_check,
  add constraint versions_state_check check (state in ('open', 'published', 'held', 'needs_attention', 'superseded',
    'failed', 'cancelled', 'rejected', 'sanitized', 'archived', 'erased'));

alter table knowledge.runs
  -- The original, and what named it, are gone: the run can be neither tried again nor read again.
  add column original_erased_at timestamptz;
-- Whether another run needs an original.
create index runs_by_object on knowledge.runs (object_key);

-- Chunks whose vectors are being removed. Nobody attaches one to a version meanwhile: the version would find its vector
-- there and lose it afterwards.
create table knowledge.chunks_to_erase (
  chunk_no bigint primary key references knowledge.chunks on delete cascade,
  organization_id text not null references knowledge.organizations,
  document_id uuid not null references knowledge.documents
);
create index chunks_to_erase_by_document on knowledge.chunks_to_erase (document_id);

-- Whether anything still has a chunk; also serves the foreign key when a chunk is removed.
create index version_chunks_by_chunk on knowledge.version_chunks (chunk_no);
-- Whether anything still uses a cached embedding.
create index chunks_by_input on knowledge.chunks (organization_id, input_sha256);

-- A name that was erased is kept as its digest, `erased:` and 64 hexadecimal digits, so that the document is still known
-- when the name comes again. The function answers as before for all other names, so the indexes over it stay true.
create or replace function knowledge.name_digest(name text) returns bytea
  language sql immutable strict parallel safe as $$
    select case when name ~ '^erased:[0-9a-f]{64}$' then decode(substr(name, 8), 'hex') else sha256(convert_to(name, 'UTF8')) end
  $$;
