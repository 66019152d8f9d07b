-- What the console shows of 100,000 documents and runs.

-- What came in and what ended, by day and by minute.
create index runs_by_acceptance on knowledge.runs (organization_id, accepted_at);
create index runs_by_end on knowledge.runs (organization_id, finished_at) where finished_at is not null;
-- Failed runs by reason, and those to be tried again, newest first.
create index runs_failed on knowledge.runs (organization_id, error_code, sequence desc) where state = 'failed';
-- The list of documents of a collection, newest first.
create index documents_by_collection_creation on knowledge.documents (organization_id, collection_id, creation_no desc);
-- Those of which nothing is live: being read, held, failed, deleted. They are few.
create index documents_not_live on knowledge.documents (organization_id, collection_id, creation_no desc)
  where live_version_id is null;

-- When a key was last taken; written at most once a minute and key.
alter table auth.api_keys add column last_used_at timestamptz;
