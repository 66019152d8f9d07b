-- A row and what it refers to are of one organization. Foreign keys are checked as the owner of the tables, whom row-level
-- security does not restrict, so they name the organization themselves.
do $$
declare
  target record;
  key record;
  rule constant jsonb := '{"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}';
begin
  create temporary table simple_keys on commit drop as
  select k.conname, k.conrelid, k.confrelid, k.confdeltype, own.attname as column_name, named.attname as target_column
  from pg_constraint k
  join pg_attribute own on own.attrelid = k.conrelid and own.attnum = k.conkey[1]
  join pg_attribute named on named.attrelid = k.confrelid and named.attnum = k.confkey[1]
  where k.contype = 'f' and cardinality(k.conkey) = 1 and named.attname <> 'organization_id'
    and exists (select from pg_attribute a
      where a.attrelid = k.conrelid and a.attname = 'organization_id' and not a.attisdropped)
    and exists (select from pg_attribute a
      where a.attrelid = k.confrelid and a.attname = 'organization_id' and not a.attisdropped);

  for target in select distinct confrelid, target_column from simple_keys loop
    if not exists (
      select from pg_constraint u
      where u.conrelid = target.confrelid and u.contype = 'u'
        and u.conkey = (select array_agg(a.attnum order by a.attname <> 'organization_id') from pg_attribute a
          where a.attrelid = target.confrelid and a.attname in ('organization_id', target.target_column))
    ) then
      execute format('alter table %s add unique (organization_id, %I)', target.confrelid::regclass, target.target_column);
    end if;
  end loop;

  for key in select * from simple_keys loop
    execute format(
      'alter table %s drop constraint %I,
         add constraint %I foreign key (organization_id, %I) references %s (organization_id, %I) on delete %s',
      key.conrelid::regclass, key.conname, key.conname, key.column_name, key.confrelid::regclass, key.target_column,
      rule ->> key.confdeltype::text);
  end loop;
end
$$;
