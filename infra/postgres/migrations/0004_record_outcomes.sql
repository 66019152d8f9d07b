-- What became of every record of a source, also of those that could not be read.

alter table knowledge.run_items
  alter column document_id drop not null,
  alter column version_id drop not null,
  -- Of a record without a document, where it said one.
  add column external_id text,
  -- A constant phrase, never a word of the source.
  add column reason text;

alter table knowledge.run_items drop constraint run_items_outcome_check;
alter table knowledge.run_items add constraint run_items_outcome_check
  check (outcome in ('open', 'unchanged', 'held', 'needs_attention', 'deleted', 'failed', 'repeated'));
alter table knowledge.run_items
  add check ((outcome in ('failed', 'repeated')) = (version_id is null)),
  add check ((version_id is null) = (document_id is null));
