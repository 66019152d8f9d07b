-- Keeping a location (a bucket's prefix, a folder) and a collection the same.

create table knowledge.syncs (
  run_id uuid primary key,
  organization_id text not null,
  collection_id uuid not null,
  -- Ends with a slash.
  location text not null,
  max_withdrawn_share double precision not null check (max_withdrawn_share between 0 and 1),
  withdrawals_confirmed boolean not null,
  sequence bigint not null unique default nextval('knowledge.acceptance'),
  workflow_id text not null unique,
  state text not null default 'running' check (state in
    ('running', 'published', 'unchanged', 'held', 'needs_attention', 'rejected', 'failed', 'superseded', 'cancelled')),
  stage text not null default 'accepted' check (stage in ('accepted', 'list', 'withdraw', 'done')),
  error_code text,
  -- As they were when it ended; until then they are counted.
  final_counts jsonb,
  accepted_at timestamptz not null default now(),
  finished_at timestamptz,
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id),
  check ((state = 'running') = (finished_at is null)),
  check ((state = 'running') = (final_counts is null))
);
-- One sync of a location at a time; starting another joins it.
create unique index syncs_running on knowledge.syncs (collection_id, md5(location)) where state = 'running';
create index syncs_by_collection on knowledge.syncs (collection_id, sequence desc);

alter table knowledge.sources
  -- Where it lies, for those that a sync listed.
  add column uri text,
  -- What the last attempt that came to an end was made from: equal means that there is nothing to do.
  add column settled_fingerprint text,
  -- How that attempt ended, when badly.
  add column problem_code text,
  -- A sync found it gone and withdrew its documents.
  add column gone_at timestamptz;
create index sources_by_uri on knowledge.sources (collection_id) where uri is not null;

-- What a sync saw in its listing. Kept until a later sync of the location ends.
create table knowledge.sync_sources (
  run_id uuid not null references knowledge.syncs,
  source_id uuid not null references knowledge.sources,
  organization_id text not null references knowledge.organizations,
  action text not null check (action in ('keep', 'insert', 'update')),
  etag text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  fingerprint text not null,
  -- Why it could not be fetched.
  problem_code text,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (run_id, source_id)
);
create index sync_sources_by_source on knowledge.sync_sources (source_id);

alter table knowledge.runs
  -- The sync that brought the source.
  add column sync_run_id uuid references knowledge.syncs,
  add column source_fingerprint text,
  add check ((sync_run_id is null) = (source_fingerprint is null)),
  -- The runs of a batch share its workflow.
  drop constraint runs_workflow_id_key;
create unique index runs_by_sync on knowledge.runs (sync_run_id, source_id) where sync_run_id is not null;
create index runs_by_source on knowledge.runs (source_id, sequence desc);

alter table knowledge.documents
  -- A person deleted it: what a sync brings does not bring it back.
  add column deleted_by_hand boolean not null default false;

-- Which sources brought a document.
create index run_items_by_document on knowledge.run_items (document_id);

alter table knowledge.run_items drop constraint run_items_outcome_check;
alter table knowledge.run_items add constraint run_items_outcome_check
  check (outcome in ('open', 'unchanged', 'held', 'needs_attention', 'deleted', 'failed'));
