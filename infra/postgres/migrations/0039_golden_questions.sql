-- Questions whose answer must be found, what became of each at its last check, and what is known of all questions that are
-- asked without keeping any of them in clear.

-- Relevance from which on a passage of the collection counts as an answer; null: the system's own, by which hits are only labelled.
alter table knowledge.collections
  add column answer_threshold double precision check (answer_threshold between 0 and 1);

create table knowledge.golden_questions (
  golden_question_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null,
  -- Order of declaration, for paging.
  golden_question_no bigint generated always as identity unique,
  -- Counts its declarations: a check of a former one says nothing of it.
  edition integer not null default 1,
  question_hash text not null,
  -- Question and phrase, sealed; and a keyed hash of both, which tells whether they changed.
  sealed bytea not null,
  words_hash text not null,
  -- Any one of them, each {"documentId"} or {"externalId"}; empty: any document.
  documents jsonb not null,
  -- Any one of them; empty: any page.
  pages integer[] not null,
  within_rank integer not null check (within_rank between 1 and 100),
  -- What it is asked with: that of the key that declared it.
  safety_level text not null
    check (safety_level in ('public', 'resident_accessible', 'healthcare_provider', 'clinical_staff_only')),
  gate text not null check (gate in ('warn', 'block')),
  created_at timestamptz not null default now(),
  checked_at timestamptz,
  -- Of the last check: null where the answer was lost.
  rank integer,
  lost_reason text check (lost_reason in ('nothing', 'document', 'page', 'phrase')),
  found_at timestamptz,
  lost_since timestamptz,
  -- Ids of what was published between both, [{"runId", "documentId", "versionId"}].
  lost_by jsonb,
  -- A version that was not published, as it would have lost the answer.
  held_version uuid,
  held_run uuid,
  held_at timestamptz,
  unique (organization_id, golden_question_id),
  unique (organization_id, collection_id, question_hash),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id),
  check (lost_reason is null or lost_since is not null)
);
create index golden_questions_lost on knowledge.golden_questions (organization_id) where lost_reason is not null;
select knowledge.protect('knowledge.golden_questions');

-- Of each collection with golden questions: what its answers hung on at the last look and at the last check.
create table knowledge.golden_checks (
  organization_id text not null references knowledge.organizations,
  collection_id uuid not null,
  seen_state text,
  checked_state text,
  -- The first look that found it otherwise than at the last check.
  changing_since timestamptz,
  checked_at timestamptz,
  -- Somebody asked for a check.
  asked_at timestamptz,
  primary key (organization_id, collection_id),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
select knowledge.protect('knowledge.golden_checks');

-- How many questions were asked, by day (UTC), and by collection where exactly one was asked.
create table knowledge.question_counts (
  organization_id text not null references knowledge.organizations,
  collection_id uuid,
  day date not null,
  mode text not null check (mode in ('hybrid', 'vector', 'text')),
  asked bigint not null default 0,
  answerable bigint not null default 0,
  unanswered bigint not null default 0,
  unique nulls not distinct (organization_id, collection_id, day, mode),
  foreign key (organization_id, collection_id) references knowledge.collections (organization_id, collection_id)
);
select knowledge.protect('knowledge.question_counts');

-- Words of the corpus in a question that was not answered: only words that many documents hold. A question is a keyed hash.
create table knowledge.unanswered_questions (
  organization_id text not null references knowledge.organizations,
  question_hash text not null,
  day date not null,
  words text[] not null,
  primary key (organization_id, question_hash)
);
create index unanswered_questions_by_day on knowledge.unanswered_questions (organization_id, day);
select knowledge.protect('knowledge.unanswered_questions');

create table knowledge.question_feedback (
  feedback_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  feedback_no bigint generated always as identity unique,
  -- Key of who gave it.
  actor text not null,
  verdict text not null check (verdict in ('up', 'down', 'missing')),
  -- How the question was answered; null where the process that was told does not know.
  mode text check (mode in ('hybrid', 'vector', 'text')),
  request_id uuid,
  question_hash text,
  chunk_ids uuid[] not null,
  document_ids uuid[] not null,
  -- The comment, sealed.
  sealed bytea,
  given_at timestamptz not null default now(),
  unique (organization_id, feedback_id)
);
create index question_feedback_by_day on knowledge.question_feedback (organization_id, given_at);
select knowledge.protect('knowledge.question_feedback');
