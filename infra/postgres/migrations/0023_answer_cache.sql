-- What the cache of answers stands on (docs/decisions.md).

-- API processes that answer from a cache. A row says how many withdrawals its process knows of, so that a withdrawal can
-- wait until none answers by less. Written when that changes and every few seconds. Logged: a crash of
-- the server must not forget who answers.
create table ops.cache_followers (
  follower_id uuid primary key,
  -- Sum of the withdrawal epochs and resets that the process goes by; null: it goes by none yet.
  withdrawals bigint,
  seen_at timestamptz not null
);

-- Moved when an operator empties the cache of an organization.
create table ops.cache_resets (
  organization_id text primary key,
  epoch bigint not null default 1
);

-- The shared tier where there is no Redis. Keys are keyed hashes, values are sealed: neither tells a question or an answer.
create unlogged table ops.cache_entries (
  cache_key text primary key,
  -- Null: the process that claimed it works it out.
  value bytea,
  claimed_until timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
-- Sealed bytes do not compress.
alter table ops.cache_entries alter column value set storage external;
create index cache_entries_by_end on ops.cache_entries (expires_at);
