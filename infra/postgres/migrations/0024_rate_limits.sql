-- Rate limits and monthly quotas (docs/decisions.md).

-- What a key may: its limits and its quota (core/contract/plans.ts). Keys from before are as free as they were.
alter table auth.api_keys add column plan text not null default 'enterprise'
  check (plan in ('guest', 'free', 'pro', 'enterprise'));

-- Requests of the current and the former window of each counter. Unlogged: after a crash every window begins anew.
create unlogged table ops.rate_windows (
  rate_key text primary key,
  window_no bigint not null,
  used integer not null,
  previous integer not null,
  ends_at timestamptz not null
) with (fillfactor = 50);
create index rate_windows_by_end on ops.rate_windows (ends_at);

-- Grants up to so many requests of a sliding window: the former window counts by the part of it that the sliding one still
-- covers. By this server's clock, so that all processes have the same windows.
create function ops.lease_requests(
  rate_key text, rate_limit integer, window_ms bigint, wanted integer,
  out granted integer, out room integer, out resets_in_ms bigint
) language plpgsql as $$
declare
  now_ms bigint := floor(extract(epoch from clock_timestamp()) * 1000);
  now_no bigint := now_ms / window_ms;
  w ops.rate_windows%rowtype;
begin
  resets_in_ms := (now_no + 1) * window_ms - now_ms;
  insert into ops.rate_windows values (rate_key, now_no, 0, 0, to_timestamp((now_no + 2) * window_ms / 1000.0))
  on conflict do nothing;
  select * into w from ops.rate_windows r where r.rate_key = lease_requests.rate_key for update;
  if w.window_no < now_no then
    w.previous := case when w.window_no = now_no - 1 then w.used else 0 end;
    w.used := 0;
  end if;
  room := greatest(0, rate_limit - w.used - ceil(w.previous::numeric * resets_in_ms / window_ms)::integer);
  granted := least(room, wanted);
  room := room - granted;
  update ops.rate_windows r set window_no = greatest(w.window_no, now_no), used = w.used + lease_requests.granted,
    previous = w.previous, ends_at = to_timestamp((now_no + 2) * window_ms / 1000.0)
  where r.rate_key = lease_requests.rate_key;
end
$$;

-- Limits that operators set in the place of those of the program, for all processes at once.
create table ops.rate_limits (
  plan text not null,
  class text not null,
  requests integer not null check (requests > 0),
  window_seconds integer not null check (window_seconds > 0),
  primary key (plan, class)
);
create table ops.monthly_quotas (
  plan text primary key,
  -- Null: none.
  requests bigint check (requests > 0)
);

-- What a key asked for, by month (UTC) and class.
create table auth.usage (
  organization_id text not null references knowledge.organizations,
  key_id text not null,
  month date not null,
  class text not null,
  requests bigint not null,
  primary key (organization_id, key_id, month, class)
);
select knowledge.protect('auth.usage');
