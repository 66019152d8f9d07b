-- A run that reads one page of a document again: which one, by which method, and whose reading of the others it keeps.
alter table knowledge.runs add column reread jsonb;
