-- breaking: people decide on what screening held. Every held version has a review, which is a run of the kind `review`.

alter table knowledge.collections
  drop constraint collections_phi_policy_check,
  add constraint collections_phi_policy_check check (phi_policy in ('block', 'redact', 'allow'));

-- `approved`: a person found no patient data in what was suspected. `sanitized`: placeholders stand for it. `contains_phi`
-- was called `allowed`.
alter table knowledge.versions drop constraint versions_phi_status_check;
alter table knowledge.versions disable trigger versions_content;
update knowledge.versions set phi_status = 'contains_phi' where phi_status = 'allowed';
alter table knowledge.versions enable trigger versions_content;
alter table knowledge.versions add constraint versions_phi_status_check check (phi_status in
  ('unscreened', 'clear', 'suspected', 'approved', 'sanitized', 'contains_phi'));

-- Held versions of a document, which a publication ends.
create index versions_held on knowledge.versions (document_id) where state = 'held';

alter table auth.api_keys
  drop constraint api_keys_scopes_check,
  add constraint api_keys_scopes_check check (scopes <@ array[
    'search', 'read', 'ingest', 'delete', 'phi:review', 'phi:read', 'admin']);

-- `rejected`: the newest version has the same fingerprint, and a review decided that it is never published.
alter table knowledge.run_items
  drop constraint run_items_outcome_check,
  add constraint run_items_outcome_check check (outcome in ('open', 'unchanged', 'held', 'needs_attention', 'superseded',
    'deleted', 'rejected', 'failed', 'repeated', 'withdrawn'));

alter table compliance.findings
  -- Keyed hash of category and text: tells whether two findings are of the same words, and tells no word.
  add column span_hash text check (span_hash ~ '^[0-9a-f]{64}$'),
  -- A person decided that it is no patient data.
  add column dismissed boolean not null default false;

create table compliance.reviews (
  -- Also the review's id.
  run_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  document_id uuid not null,
  version_id uuid not null,
  opened_at timestamptz not null default now(),
  -- Nobody else may decide until then.
  claimed_by text,
  claimed_until timestamptz,
  -- The first of two who have to decide the same.
  first_actor text,
  first_verdict text check (first_verdict in ('approve', 'redact', 'reject')),
  overdue_at timestamptz,
  verdict text check (verdict in ('approve', 'redact', 'reject')),
  decided_by text,
  decided_at timestamptz,
  -- The redacted version that goes on in its place.
  successor_id uuid,
  check ((verdict is null) = (decided_at is null)),
  check ((claimed_by is null) = (claimed_until is null)),
  foreign key (organization_id, run_id) references knowledge.runs (organization_id, run_id),
  foreign key (organization_id, document_id) references knowledge.documents (organization_id, document_id),
  foreign key (organization_id, version_id) references knowledge.versions (organization_id, version_id),
  foreign key (organization_id, successor_id) references knowledge.versions (organization_id, version_id)
);
select knowledge.protect('compliance.reviews');
-- The queue, the oldest first.
create index reviews_waiting on compliance.reviews (organization_id, opened_at) where verdict is null;
create index reviews_by_version on compliance.reviews (version_id);

-- What people found to be no patient data: of one document, or of a whole collection (document_id is null).
create table compliance.remembered_spans (
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null,
  document_id uuid,
  span_hash text not null check (span_hash ~ '^[0-9a-f]{64}$'),
  category text not null,
  -- The review in which it was decided.
  review_id uuid not null,
  decided_by text not null,
  decided_at timestamptz not null default now(),
  unique nulls not distinct (organization_id, collection_id, span_hash, document_id),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id),
  foreign key (organization_id, document_id) references knowledge.documents (organization_id, document_id)
);
select knowledge.protect('compliance.remembered_spans');

-- Who looked at suspected or allowed patient data, and when. Added to, never changed.
create table compliance.phi_access (
  organization_id text not null references knowledge.organizations,
  access_no bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  -- Key id.
  actor text not null,
  -- What was done: `review.viewed` …
  act text not null,
  document_id uuid,
  version_id uuid,
  request_id text
);
select knowledge.protect('compliance.phi_access');
revoke update, delete on compliance.phi_access from medindex_tenant;
create index phi_access_by_organization on compliance.phi_access (organization_id, access_no);
create trigger phi_access_append_only before update or delete on compliance.phi_access
  for each row execute function compliance.refuse_change();

-- What is held already gets its review; the reconciler starts its workflow.
with made as (
  insert into knowledge.runs (run_id, organization_id, kind, subject, parent_run_id, actor, collection_id, source_id, workflow_id)
  select made.run_id, v.organization_id, 'review', v.version_id::text, v.run_id, 'system', d.collection_id, r.source_id,
    'review:' || v.organization_id || ':' || made.run_id
  from knowledge.versions v
  join knowledge.documents d using (document_id)
  join knowledge.runs r on r.run_id = v.run_id
  cross join lateral (select gen_random_uuid() as run_id, v.version_id) made
  where v.state = 'held'
  returning run_id, organization_id, subject
)
insert into compliance.reviews (run_id, organization_id, document_id, version_id)
select made.run_id, made.organization_id, v.document_id, v.version_id
from made join knowledge.versions v on v.version_id = made.subject::uuid;
