-- Tables that were made by the migrations between 0013 and this one. A later migration calls knowledge.protect itself.
do $$
declare
  tenant_table regclass;
begin
  for tenant_table in
    select c.oid::regclass
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and a.attname = 'organization_id' and not a.attisdropped and not c.relrowsecurity
      and c.relnamespace in ('knowledge'::regnamespace, 'auth'::regnamespace, 'compliance'::regnamespace)
  loop
    perform knowledge.protect(tenant_table);
  end loop;
end
$$;
