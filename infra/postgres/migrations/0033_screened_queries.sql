-- What happens to a question that holds a patient's identifiers: it is asked all the same, without them, or not at all.
alter table knowledge.collections
  add column screen_queries text not null default 'off' check (screen_queries in ('off', 'redact', 'refuse'));
