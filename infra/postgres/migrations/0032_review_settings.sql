-- How a collection's held versions are reviewed.
alter table knowledge.collections
  -- Two people have to decide the same before anything of it is published.
  add column four_eyes boolean not null default false,
  -- Hours after which a waiting review is overdue.
  add column review_due_hours integer not null default 72 check (review_due_hours between 1 and 8760);
