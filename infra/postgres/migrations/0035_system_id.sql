-- Which system this database belongs to: what a Temporal namespace, of which two systems must not share one, is told.

create table ops.system (
  -- One row.
  is_only boolean primary key default true check (is_only),
  system_id uuid not null default gen_random_uuid()
);
insert into ops.system default values;
