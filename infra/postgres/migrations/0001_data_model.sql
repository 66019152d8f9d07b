-- The data model of medindex, whole.
--
-- Every row belongs to an organization. What is published is said by one column, knowledge.documents.live_version_id;
-- chunks, postings and vectors are only inserted and removed, never updated, and found through it.
-- Lock order of every transaction that takes several: source or run, collection, documents by id, versions, chunks by id,
-- lexical terms, audit head. Keep it, or two transactions can wait for each other.

create extension if not exists vector;

create schema if not exists knowledge;
create schema if not exists auth;
create schema if not exists compliance;
create schema if not exists ops;
-- One table per vector index, made when the index is (infra/postgres/vectors).
create schema if not exists vectors;

create table knowledge.organizations (
  organization_id text primary key check (organization_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null default now()
);
insert into knowledge.organizations (organization_id) values ('default');

create table knowledge.collections (
  collection_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  name text not null check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  source_type text not null
    check (source_type in ('guideline', 'pubmed_abstract', 'pubmed_fulltext', 'drug_label', 'consumer_health', 'other')),
  language text not null,
  phi_policy text not null check (phi_policy in ('block', 'allow')),
  phi_policy_reason text,
  chunking jsonb not null,
  safety_level text not null
    check (safety_level in ('public', 'resident_accessible', 'healthcare_provider', 'clinical_staff_only')),
  review_cycle_days integer check (review_cycle_days > 0),
  withdrawal_epoch bigint not null default 0,
  publication_epoch bigint not null default 0,
  -- Text-search configurations that stemmed chunks of this collection, so that a changed language still finds old ones.
  text_configs text[] not null,
  -- Kept by publish and delete: what BM25 needs of the whole collection, and what its summary shows.
  live_documents bigint not null default 0 check (live_documents >= 0),
  live_chunks bigint not null default 0 check (live_chunks >= 0),
  live_terms bigint not null default 0 check (live_terms >= 0),
  created_at timestamptz not null default now(),
  unique (organization_id, name),
  -- Target of the foreign keys that keep a row and its collection in one organization.
  unique (organization_id, collection_id),
  check (phi_policy <> 'allow' or phi_policy_reason is not null)
);

-- Order of acceptance: runs and deletes draw from it, so that of two acts on a document the later one has the higher number.
create sequence knowledge.acceptance;

create table knowledge.sources (
  source_id uuid primary key,
  organization_id text not null,
  collection_id uuid not null,
  -- `upload:` + external id or file name, or the object's URI.
  source_key text not null,
  latest_run_id uuid,
  created_at timestamptz not null default now(),
  unique (organization_id, collection_id, source_key),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);

create table knowledge.runs (
  run_id uuid primary key,
  organization_id text not null,
  collection_id uuid not null,
  source_id uuid not null references knowledge.sources,
  sequence bigint not null unique default nextval('knowledge.acceptance'),
  workflow_id text not null unique,
  -- The run that this one tries again, with the same original.
  retry_of uuid references knowledge.runs,
  file_name text not null,
  object_key text not null,
  object_sha256 text not null check (object_sha256 ~ '^[0-9a-f]{64}$'),
  object_size_bytes bigint not null check (object_size_bytes >= 0),
  -- UploadMetadata as it came.
  metadata jsonb not null,
  state text not null default 'running' check (state in
    ('running', 'published', 'unchanged', 'held', 'needs_attention', 'rejected', 'failed', 'superseded', 'cancelled')),
  stage text not null default 'accepted' check (stage in
    ('accepted', 'inspect', 'extract', 'ocr', 'screen', 'chunk', 'embed', 'publish', 'done')),
  pages_total integer not null default 0 check (pages_total >= 0),
  pages_done integer not null default 0 check (pages_done >= 0),
  records_total integer not null default 0 check (records_total >= 0),
  records_done integer not null default 0 check (records_done >= 0),
  error_code text,
  accepted_at timestamptz not null default now(),
  finished_at timestamptz,
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id),
  check ((state = 'running') = (finished_at is null))
);
alter table knowledge.sources add foreign key (latest_run_id) references knowledge.runs;
-- The list of runs, newest first.
create index runs_by_organization on knowledge.runs (organization_id, sequence desc);
-- The reconciler looks at running runs only, which are few.
create index runs_running on knowledge.runs (accepted_at) where state = 'running';

-- SHA-256 of a text. A btree takes values of up to 2.7 kB; names that come from outside may be longer, their digests not.
-- Immutable, as the encoding is named: convert_to itself is only stable, because conversions can be replaced.
create function knowledge.name_digest(name text) returns bytea
  language sql immutable strict parallel safe as $$ select sha256(convert_to(name, 'UTF8')) $$;

create table knowledge.documents (
  document_id uuid primary key,
  organization_id text not null,
  collection_id uuid not null,
  external_id text not null,
  -- The one truth of what may be read. Null: nothing of it.
  live_version_id uuid,
  -- Acts up to this number are done: a version of this or a lower number can no longer go live.
  live_sequence bigint not null default 0,
  -- Tombstone; a version accepted later lifts it when it goes live.
  deleted_at timestamptz,
  deleted_withdrawn_versions integer,
  -- Of the live version (null before the first one), copied here so that filters read one row.
  title text,
  authors text[] not null default '{}',
  language text,
  published_on text,
  metadata jsonb not null default '{}',
  -- Null: the collection's.
  safety_level text check (safety_level in
    ('public', 'resident_accessible', 'healthcare_provider', 'clinical_staff_only')),
  created_at timestamptz not null default now(),
  -- Order of creation, for paging.
  creation_no bigint generated always as identity unique,
  updated_at timestamptz not null default now(),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id),
  check (deleted_at is null or live_version_id is null)
);
-- One document for each name.
create unique index documents_by_external_id
  on knowledge.documents (organization_id, collection_id, knowledge.name_digest(external_id));
-- The list of documents of an organization, newest first.
create index documents_by_creation on knowledge.documents (organization_id, creation_no desc);
-- The `metadata` filter (containment).
create index documents_by_metadata on knowledge.documents using gin (metadata jsonb_path_ops);

create table knowledge.versions (
  version_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  document_id uuid not null references knowledge.documents,
  run_id uuid not null references knowledge.runs,
  -- The run's: of two versions the one with the higher sequence is the newer.
  sequence bigint not null,
  -- Counts the versions of a document from 1.
  number integer not null check (number > 0),
  fingerprint text not null,
  state text not null default 'open' check (state in
    ('open', 'published', 'held', 'needs_attention', 'superseded', 'failed', 'cancelled')),
  failure_code text,
  phi_status text not null default 'unscreened' check (phi_status in
    ('unscreened', 'clear', 'suspected', 'allowed')),
  -- An editor publishes it although pages failed.
  partial boolean not null default false,
  source_sha256 text not null,
  page_count integer not null check (page_count >= 0),
  -- From here on null until the reading passed screening.
  title text,
  authors text[] not null default '{}',
  language text,
  published_on text,
  metadata jsonb not null default '{}',
  safety_level text,
  -- The reading in reading order; stored with the chunks.
  text text,
  -- The sealed reading in the object store: an ObjectRef.
  reading_ref jsonb,
  opened_at timestamptz not null default now(),
  published_at timestamptz,
  unique (run_id, document_id),
  unique (document_id, number)
);
-- The newest version of a document.
create index versions_by_sequence on knowledge.versions (document_id, sequence desc);
alter table knowledge.documents add foreign key (live_version_id) references knowledge.versions;
-- From a version to the document it is live in; also serves the foreign key.
create index documents_by_live_version on knowledge.documents (live_version_id);

-- What a run found in its source, in the order of the source.
create table knowledge.run_items (
  run_id uuid not null references knowledge.runs,
  record_index integer not null check (record_index >= 0),
  organization_id text not null references knowledge.organizations,
  document_id uuid not null references knowledge.documents,
  -- The version opened, or the one that made opening another needless.
  version_id uuid not null references knowledge.versions,
  outcome text not null check (outcome in ('open', 'unchanged', 'held', 'needs_attention')),
  primary key (run_id, record_index)
);

-- The ledger: one row for every page of a version.
create table knowledge.pages (
  version_id uuid not null references knowledge.versions,
  page integer not null check (page > 0),
  organization_id text not null references knowledge.organizations,
  outcome text not null check (outcome in ('pending', 'native', 'ocr', 'blank', 'failed', 'held')),
  reason text not null,
  failure_code text,
  scores jsonb not null,
  width double precision not null,
  height double precision not null,
  primary key (version_id, page)
);

-- Suspected patient data: where and what kind, never the text.
create table compliance.findings (
  version_id uuid not null references knowledge.versions,
  ordinal integer not null,
  organization_id text not null references knowledge.organizations,
  category text not null,
  start_offset integer not null,
  end_offset integer not null,
  page integer,
  score double precision not null,
  recogniser text not null,
  primary key (version_id, ordinal)
);

-- Passages. Immutable; the id follows from document, section, prefix, text and repetition (infra/postgres/chunks).
create table knowledge.chunks (
  -- Short key for the postings, of which a chunk has about a hundred.
  chunk_no bigint generated always as identity primary key,
  chunk_id uuid not null unique,
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null references knowledge.collections,
  document_id uuid not null references knowledge.documents,
  prefix text not null,
  text text not null,
  token_count integer not null,
  -- SHA-256 of what is embedded: prefix and text.
  input_sha256 text not null,
  -- Stemmed prefix and text: the forward index from which postings and document frequencies are made.
  lexemes tsvector not null,
  -- Length in terms for BM25, stop words not counted.
  term_count integer not null,
  created_at timestamptz not null default now()
);
-- Uncompressed: compressing half a kilobyte of lexemes costs more than it saves.
alter table knowledge.chunks alter column lexemes set storage external;
-- Erasing a document finds its chunks.
create index chunks_by_document on knowledge.chunks (document_id);

-- Which version has which chunks in which order, and where in the source each stands: the anchor.
create table knowledge.version_chunks (
  version_id uuid not null references knowledge.versions,
  ordinal integer not null check (ordinal >= 0),
  organization_id text not null references knowledge.organizations,
  chunk_no bigint not null references knowledge.chunks,
  start_offset integer not null,
  end_offset integer not null,
  pages integer[] not null,
  boxes jsonb not null,
  section_path text[] not null,
  primary key (version_id, ordinal),
  -- Whether a chunk is part of a version: asked for every candidate of every search.
  unique (version_id, chunk_no)
);

-- The vocabulary of a collection with the document frequencies among its live chunks.
create table knowledge.lexical_terms (
  collection_id uuid not null references knowledge.collections,
  term text not null,
  organization_id text not null references knowledge.organizations,
  term_no integer generated always as identity,
  document_frequency integer not null default 0 check (document_frequency >= 0),
  primary key (collection_id, term)
-- Room on the page, so that counting up needs no new index entry (HOT).
) with (fillfactor = 80);

-- The inverted index: covering, so that scoring reads the index alone. A term number belongs to one collection.
-- No foreign keys: at a hundred rows a chunk they would cost more than the rest of saving it.
create table knowledge.lexical_postings (
  term_no integer not null,
  chunk_no bigint not null,
  term_frequency smallint not null,
  -- term_count of the chunk.
  chunk_length integer not null,
  primary key (term_no, chunk_no) include (term_frequency, chunk_length)
);

create table knowledge.vector_indexes (
  vector_index_id uuid primary key,
  organization_id text not null,
  collection_id uuid not null,
  model_name text not null,
  model_revision text not null,
  dimensions integer not null check (dimensions > 0),
  max_tokens integer not null check (max_tokens > 0),
  state text not null check (state in ('building', 'live', 'retired')),
  created_at timestamptz not null default now(),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
-- A collection is searched through one vector index at a time.
create unique index vector_indexes_live on knowledge.vector_indexes (collection_id) where state = 'live';

-- Vectors by model and input, so that no text is embedded twice. Float32, little-endian.
create table knowledge.embedding_cache (
  organization_id text not null references knowledge.organizations,
  model_key text not null,
  input_sha256 text not null,
  vector bytea not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, model_key, input_sha256)
);
-- Noise does not compress: do not try.
alter table knowledge.embedding_cache alter column vector set storage external;

create table auth.api_keys (
  key_id text primary key,
  organization_id text not null references knowledge.organizations,
  name text not null,
  hash bytea not null unique check (octet_length(hash) = 32),
  scopes text[] not null check (scopes <@ array['search', 'read', 'ingest', 'delete', 'admin']),
  -- Null: all of the organization.
  collections uuid[],
  safety_level text not null
    check (safety_level in ('public', 'resident_accessible', 'healthcare_provider', 'clinical_staff_only')),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

-- The end of each organization's chain; its row lock orders the appends.
create table compliance.audit_heads (
  organization_id text primary key references knowledge.organizations,
  sequence bigint not null,
  hash text not null
);

create table compliance.audit_log (
  organization_id text not null references knowledge.organizations,
  sequence bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null,
  -- Hex SHA-256 over the entry and the hash before it.
  hash text not null,
  primary key (organization_id, sequence)
);

create function compliance.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end
$$;
create trigger audit_log_append_only before update or delete on compliance.audit_log
  for each row execute function compliance.refuse_change();
create trigger audit_log_keep before truncate on compliance.audit_log
  for each statement execute function compliance.refuse_change();
