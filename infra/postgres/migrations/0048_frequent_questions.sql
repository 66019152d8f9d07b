-- Which questions are asked often, so that their answers are made again before somebody waits (docs/decisions.md, 113). The words of
-- a question are kept only once it was asked often enough, sealed, and never where a collection lets patient data in.
create table knowledge.frequent_questions (
  organization_id text not null references knowledge.organizations,
  -- Keyed hash of the question, its parameters and the access of who asks.
  question_hash text not null,
  -- Ids of the collections that are asked; null: all that the organization has.
  collection_ids uuid[],
  -- How often it was asked, as of weighed_at; halves each day.
  weight double precision not null check (weight > 0),
  weighed_at timestamptz not null,
  -- Question, parameters and access; null: not frequent.
  sealed bytea,
  -- What the answers of the organization hung on when this one was last seen to lie in the cache.
  warmed_state text,
  warmed_at timestamptz,
  -- Its answer is to be made for this state; null: it is not.
  due_state text,
  -- A process is at it until then.
  leased_until timestamptz,
  primary key (organization_id, question_hash)
);
create index frequent_questions_due on knowledge.frequent_questions (weight desc) where due_state is not null;
select knowledge.protect('knowledge.frequent_questions');
