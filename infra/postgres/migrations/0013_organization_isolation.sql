-- breaking: postings carry their organization, and a statement for an organization sees and writes the rows of that one only.
--
-- Such a statement runs as medindex_tenant, a role that owns nothing and cannot bypass row-level security, with the
-- organization in the setting medindex.organization (infra/postgres/organization-query.ts). The owner of the tables, as
-- which everything else runs, is not restricted.

-- Roles belong to the whole server: another database, or a migration beside this one, may have made it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'medindex_tenant') then
    create role medindex_tenant nologin;
  end if;
exception when duplicate_object or unique_violation then
  null;
end
$$;
-- A superuser may take any role. Others have to be members, whoever made the role.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant medindex_tenant to %I', current_user);
  end if;
exception when insufficient_privilege then
  if not pg_has_role(current_user, 'medindex_tenant', 'member') then raise; end if;
end
$$;

grant usage on schema knowledge, auth, compliance, vectors to medindex_tenant;
grant usage on sequence knowledge.acceptance to medindex_tenant;

-- Restricts a table with a column organization_id to the organization of the statement. Every migration that makes such a
-- table calls it. Asked of the setting in a sub-select, so that it is read once a statement and not once a row. "is true"
-- keeps the condition away from the planner's choice of indexes: as a plain equation it took part in it for every table, and
-- planning a join of five took 0.9 ms more instead of 0.1. Statements name their organization themselves where an index needs it.
create function knowledge.protect(tenant_table regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format(
    'create policy of_organization on %s to medindex_tenant
       using ((organization_id = (select current_setting(''medindex.organization'', true))) is true)',
    tenant_table);
  execute format('grant select, insert, update, delete on %s to medindex_tenant', tenant_table);
end
$$;

-- Restricts the table of a vector index. All of its rows belong to one organization, so none needs a column for it, and
-- the condition is worked out once a statement.
create function vectors.protect(vector_table regclass, organization_id text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', vector_table);
  execute format('drop policy if exists of_organization on %s', vector_table);
  execute format(
    'create policy of_organization on %s to medindex_tenant using (current_setting(''medindex.organization'', true) = %L)',
    vector_table, organization_id);
  execute format('grant select, insert, update, delete on %s to medindex_tenant', vector_table);
end
$$;

-- A short number for the postings, of which a chunk has about a hundred.
alter table knowledge.organizations add column organization_no integer generated always as identity unique;

-- Under row-level security an index serves a condition only if the condition cannot leak what it sees, and Postgres does
-- not know that of sha256. So the digest is a column.
drop index knowledge.documents_by_external_id;
alter table knowledge.documents
  add column external_digest bytea not null generated always as (knowledge.name_digest(external_id)) stored;
-- One document for each name.
create unique index documents_by_external_id
  on knowledge.documents (organization_id, collection_id, external_digest);

create or replace function knowledge.document_named(collection_id uuid, named text) returns uuid
  language sql stable strict as $$
    select coalesce((
      select d.document_id from knowledge.documents d
      where d.document_id = case
          when $2 ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then $2::uuid end
        and d.collection_id = $1
    ), (
      select d.document_id from knowledge.documents d
      join knowledge.collections c on c.organization_id = d.organization_id and c.collection_id = d.collection_id
      where c.collection_id = $1 and d.external_digest = knowledge.name_digest($2)
    ))
  $$;

-- The inverted index, now with the organization: with chunk_length in two bytes, a row is as long as it was.
drop table knowledge.lexical_postings;
create table knowledge.lexical_postings (
  term_key bigint not null,
  chunk_no bigint not null,
  organization_no integer not null,
  -- term_count of the chunk; longer ones count as 32,767.
  chunk_length smallint not null,
  term_frequency smallint not null,
  primary key (term_key, chunk_no) include (organization_no, chunk_length, term_frequency)
);
insert into knowledge.lexical_postings (term_key, chunk_no, organization_no, chunk_length, term_frequency)
select knowledge.term_key(c.collection_id, u.lexeme), c.chunk_no, o.organization_no, least(c.term_count, 32767),
  cardinality(u.positions)
from knowledge.chunks c
join knowledge.organizations o using (organization_id)
cross join lateral unnest(c.lexemes) u
order by 1, 2
on conflict do nothing;

do $$
declare
  tenant_table regclass;
  vector_index record;
begin
  for tenant_table in
    select c.oid::regclass
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and a.attname = 'organization_id' and not a.attisdropped
      and c.relnamespace in ('knowledge'::regnamespace, 'auth'::regnamespace, 'compliance'::regnamespace)
  loop
    perform knowledge.protect(tenant_table);
  end loop;
  for vector_index in
    select to_regclass('vectors.index_' || replace(vector_index_id::text, '-', '')) as vector_table, organization_id
    from knowledge.vector_indexes
  loop
    if vector_index.vector_table is not null then
      perform vectors.protect(vector_index.vector_table, vector_index.organization_id);
    end if;
  end loop;
end
$$;

alter table knowledge.lexical_postings enable row level security;
create policy of_organization on knowledge.lexical_postings to medindex_tenant
  using ((organization_no = (
    select organization_no from knowledge.organizations
    where organization_id = current_setting('medindex.organization', true))) is true);
grant select, insert, update, delete on knowledge.lexical_postings to medindex_tenant;

-- The audit log is added to, never changed.
revoke update, delete on compliance.audit_log from medindex_tenant;
