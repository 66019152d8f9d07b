-- What chat services told people, and the versions and passages that it rests on. Whether an answer may still be given is
-- never stored: it is read off what it rests on, so it ends in the transaction that ends any of that.

create table knowledge.answers (
  answer_id uuid primary key,
  organization_id text not null references knowledge.organizations,
  -- Order of keeping, for paging.
  answer_no bigint generated always as identity unique,
  -- Key of the chat service.
  actor text not null,
  -- Who was told, and which of its messages it is, as the chat service names them; both opaque.
  subject text,
  reference text,
  -- Keyed hashes of the question as it was asked and of its form (core/retrieval/question-form.ts).
  question_hash text not null,
  form_hash text not null,
  -- Question and answer, sealed. Null once something that it rests on was erased.
  sealed bytea,
  told_at timestamptz not null,
  unique (organization_id, answer_id)
);
create index answers_by_form on knowledge.answers (organization_id, form_hash, answer_no);
create index answers_by_day on knowledge.answers (organization_id, told_at);
select knowledge.protect('knowledge.answers');

-- Ids alone: a passage may be erased, and the answer is still known to have rested on it.
create table knowledge.answer_citations (
  organization_id text not null references knowledge.organizations,
  answer_id uuid not null,
  ordinal integer not null,
  chunk_id uuid not null,
  document_id uuid not null,
  version_id uuid not null,
  primary key (answer_id, ordinal),
  foreign key (organization_id, answer_id) references knowledge.answers (organization_id, answer_id) on delete cascade,
  foreign key (organization_id, document_id) references knowledge.documents (organization_id, document_id),
  foreign key (organization_id, version_id) references knowledge.versions (organization_id, version_id)
);
create index answer_citations_by_document on knowledge.answer_citations (document_id);
select knowledge.protect('knowledge.answer_citations');
