-- breaking: every act that takes time is a row of knowledge.runs, and its kind says what it is. Syncs move there too.

alter table knowledge.runs
  add column kind text not null default 'ingest' check (kind in
    ('ingest', 'sync', 'reread', 'review', 'rescreen', 'migration', 'erasure', 'backup')),
  -- What the act is done to: of an ingest the source, of a sync its location, of a reread the document.
  add column subject text,
  -- The run that began this one: of an ingest the sync that listed its source.
  add column parent_run_id uuid references knowledge.runs,
  -- The key that asked for it, or `system`.
  add column actor text,
  -- What only runs of this kind have.
  add column details jsonb not null default '{}',
  alter column collection_id drop not null,
  alter column source_id drop not null,
  alter column file_name drop not null,
  alter column object_key drop not null,
  alter column object_sha256 drop not null,
  alter column object_size_bytes drop not null,
  alter column metadata drop not null,
  -- The stages of a kind are its workflow's; core/contract lists them.
  drop constraint runs_stage_check,
  add constraint runs_stage_check check (stage ~ '^[a-z_]{1,40}$'),
  drop constraint runs_state_check,
  -- `completed`: the good end of a kind that reads no source.
  add constraint runs_state_check check (state in
    ('running', 'published', 'unchanged', 'held', 'needs_attention', 'rejected', 'failed', 'superseded', 'cancelled', 'completed'));

-- Who asked for the runs before this one is in the audit log at most.
update knowledge.runs set
  kind = case when reread is null then 'ingest' else 'reread' end,
  subject = case when reread is null then source_id::text else reread ->> 'documentId' end,
  details = coalesce(reread, '{}'),
  actor = 'system';

insert into knowledge.runs (run_id, organization_id, collection_id, kind, subject, actor, details, sequence, workflow_id,
  state, stage, error_code, accepted_at, finished_at)
select run_id, organization_id, collection_id, 'sync', location, 'system',
  jsonb_build_object('maxWithdrawnShare', max_withdrawn_share, 'withdrawalsConfirmed', withdrawals_confirmed)
    || case when final_counts is null then '{}' else jsonb_build_object('finalCounts', final_counts) end,
  sequence, workflow_id, state, stage, error_code, accepted_at, finished_at
from knowledge.syncs;

update knowledge.runs set parent_run_id = sync_run_id where sync_run_id is not null;

alter table knowledge.sync_sources drop constraint sync_sources_run_id_fkey;
alter table knowledge.sync_sources add foreign key (run_id) references knowledge.runs;

alter table knowledge.runs
  alter column subject set not null,
  alter column actor set not null,
  alter column kind drop default,
  drop column reread,
  -- Its checks and the index runs_by_sync go with it.
  drop column sync_run_id,
  add check (kind not in ('ingest', 'reread') or (source_id is not null and collection_id is not null
    and file_name is not null and object_key is not null and object_sha256 is not null and object_size_bytes is not null
    and metadata is not null)),
  add check (kind <> 'sync' or collection_id is not null),
  add check (kind <> 'ingest' or (parent_run_id is null) = (source_fingerprint is null));
drop table knowledge.syncs;

-- A sync brings a source once.
create unique index runs_by_parent on knowledge.runs (parent_run_id, source_id) where kind = 'ingest' and parent_run_id is not null;
-- One act of a kind on a subject at a time: asking again joins it. Ingests and rereads are joined under their source's lock.
create unique index runs_one_at_a_time on knowledge.runs (organization_id, kind, collection_id, md5(subject)) nulls not distinct
  where state = 'running' and kind not in ('ingest', 'reread');
-- Syncs of a location; acts on a subject.
create index runs_by_subject on knowledge.runs (organization_id, kind, md5(subject), sequence desc)
  where kind <> 'ingest';
-- The reconciler goes through all running runs in the order of acceptance.
drop index knowledge.runs_running;
create index runs_running on knowledge.runs (sequence) where state = 'running';
