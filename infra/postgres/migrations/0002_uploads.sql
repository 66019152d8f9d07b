-- Uploads in parts that are under way. A row comes before the first byte and goes after the last one, so that whatever
-- stops in between is found and cleaned.
-- Lock order: an upload's row before the source's.

create table knowledge.uploads (
  upload_id uuid primary key,
  organization_id text not null,
  collection_id uuid not null,
  -- The key that began it is the only one that sees it.
  key_id text not null,
  file_name text not null,
  -- UploadMetadata as it came.
  metadata jsonb not null,
  size_bytes bigint not null check (size_bytes > 0),
  part_size_bytes bigint not null check (part_size_bytes > 0),
  -- As announced; null: not said.
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  -- The store's own name of it; null until the store was asked.
  handle text,
  -- Set when it was completed.
  run_id uuid references knowledge.runs,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
-- How many a key has under way.
create index uploads_open on knowledge.uploads (organization_id, key_id) where run_id is null;
-- What is to be cleaned.
create index uploads_by_expiry on knowledge.uploads (expires_at);
