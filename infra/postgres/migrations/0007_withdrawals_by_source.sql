-- Records that withdraw their documents (retractions, deletions at the source), and how new a record says it is.

alter table knowledge.versions
  -- A RecordRevision: {version, revisedOn?}. Null where the source does not say.
  add column record_revision jsonb;

alter table knowledge.documents
  -- The source itself says that the document no longer counts; then it has a tombstone.
  add column withdrawn_cause text check (withdrawn_cause in ('retracted', 'deleted_at_source')),
  -- The RecordRevision of the record that said so: older ones do not bring it back.
  add column withdrawn_revision jsonb,
  add check (withdrawn_cause is null or deleted_at is not null);

alter table knowledge.run_items drop constraint run_items_outcome_check;
alter table knowledge.run_items add constraint run_items_outcome_check
  check (outcome in
    ('open', 'unchanged', 'held', 'needs_attention', 'superseded', 'deleted', 'failed', 'repeated', 'withdrawn'));
