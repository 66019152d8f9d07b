-- What goes before all that is not urgent: of an upload, and of the run that it becomes.

alter table knowledge.runs add column urgent boolean not null default false;
alter table knowledge.uploads add column urgent boolean not null default false;
