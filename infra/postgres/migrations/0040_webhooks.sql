-- Where an organization wants to be told of what happened, and what there is to tell.

create table knowledge.webhooks (
  webhook_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  webhook_no bigint generated always as identity unique,
  url text not null,
  description text not null,
  event_types text[] not null check (cardinality(event_types) > 0),
  -- Null: of all collections, and of what belongs to none.
  collections uuid[],
  -- What signs, sealed; and what still signs beside it after a rotation.
  secret bytea not null,
  former_secret bytea,
  former_until timestamptz,
  -- Null: it is told.
  disabled_reason text check (disabled_reason in ('by_hand', 'gone', 'failing')),
  disabled_at timestamptz,
  -- Batches in a row of which nothing was taken, since when, and until when it is left alone.
  failures integer not null default 0,
  failing_since timestamptz,
  resting_until timestamptz,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  unique (organization_id, webhook_id),
  check ((disabled_reason is null) = (disabled_at is null)),
  check ((former_secret is null) = (former_until is null))
);
create index webhooks_by_organization on knowledge.webhooks (organization_id);
select knowledge.protect('knowledge.webhooks');

-- Written in the transaction that makes it true. Ids, codes, counts and times.
create table knowledge.webhook_events (
  -- The same in every try and at every webhook: receivers tell by it what they had before.
  event_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  event_no bigint generated always as identity unique,
  collection_id uuid,
  type text not null check (type ~ '^[a-z_]+\.[a-z_]+$'),
  occurred_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  data jsonb not null,
  -- When it was written down for each webhook that takes it.
  spread_at timestamptz,
  unique (organization_id, event_id),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
create index webhook_events_to_spread on knowledge.webhook_events (event_no) where spread_at is null;
create index webhook_events_by_age on knowledge.webhook_events (occurred_at);
select knowledge.protect('knowledge.webhook_events');

create table knowledge.webhook_deliveries (
  delivery_id uuid primary key default gen_random_uuid(),
  organization_id text not null references knowledge.organizations,
  delivery_no bigint generated always as identity unique,
  webhook_id uuid not null,
  event_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  last_attempt_at timestamptz,
  last_status integer,
  last_problem text,
  next_attempt_at timestamptz default now(),
  unique (webhook_id, event_id),
  foreign key (organization_id, webhook_id) references knowledge.webhooks (organization_id, webhook_id) on delete cascade,
  foreign key (organization_id, event_id) references knowledge.webhook_events (organization_id, event_id) on delete cascade,
  check ((state = 'waiting') = (next_attempt_at is not null))
);
create index webhook_deliveries_waiting on knowledge.webhook_deliveries (webhook_id, next_attempt_at) where state = 'waiting';
create index webhook_deliveries_by_webhook on knowledge.webhook_deliveries (webhook_id, delivery_no desc);
create index webhook_deliveries_by_event on knowledge.webhook_deliveries (event_id);
select knowledge.protect('knowledge.webhook_deliveries');

-- Days that came and were told: a live version's document was superseded, or its review cycle is over. Each is told once.
create table knowledge.told_days (
  organization_id text not null references knowledge.organizations,
  document_id uuid not null,
  version_id uuid not null,
  what text not null check (what in ('superseded', 'review_overdue')),
  primary key (version_id, what),
  foreign key (organization_id, document_id) references knowledge.documents (organization_id, document_id),
  foreign key (organization_id, version_id) references knowledge.versions (organization_id, version_id)
);
create index told_days_by_document on knowledge.told_days (document_id);
select knowledge.protect('knowledge.told_days');

-- Whose day has come is looked for every few minutes.
create index documents_superseded on knowledge.documents (superseded_from) where superseded_from < 'infinity';
