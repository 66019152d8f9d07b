/** A wave of publications that goes on for longer is checked in its middle. */
const LONGEST_WAVE = `interval '10 minutes'`;

// What answers hang on is written down as one text: the epochs of the collection, its live vector indexes, and the day, on
// which documents come into force. A check is due when that differs from what was checked last and has not moved since the
// look before this one, so that a wave of publications makes one check; or when somebody asks for one, or a question was
// never asked. Of all organizations.
export const DUE_CHECKS = `
  with now_so as materialized (
    select k.organization_id, k.collection_id,
      concat_ws(' ', k.withdrawal_epoch, k.publication_epoch, (now() at time zone 'utc')::date, (
        select string_agg(i.vector_index_id::text, ',' order by i.vector_index_id)
        from knowledge.vector_indexes i
        where i.organization_id = k.organization_id and i.collection_id = k.collection_id and i.state = 'live'
      )) as state,
      exists (
        select from knowledge.golden_questions g
        where g.organization_id = k.organization_id and g.collection_id = k.collection_id and g.checked_at is null
      ) as has_unchecked
    from knowledge.collections k
    where exists (
      select from knowledge.golden_questions g
      where g.organization_id = k.organization_id and g.collection_id = k.collection_id
    )
  ), looked as (
    insert into knowledge.golden_checks as c (organization_id, collection_id, seen_state, changing_since)
    select organization_id, collection_id, state, now() from now_so
    on conflict (organization_id, collection_id) do update set
      seen_state = excluded.seen_state,
      changing_since = case
        when excluded.seen_state is distinct from c.checked_state then coalesce(c.changing_since, now()) end
  )
  select n.organization_id, n.collection_id, n.state
  from now_so n left join knowledge.golden_checks c using (organization_id, collection_id)
  where n.has_unchecked
    or c.asked_at > coalesce(c.checked_at, '-infinity')
    or (n.state is distinct from c.checked_state
      and (n.state = c.seen_state or c.changing_since < now() - ${LONGEST_WAVE}))
  order by n.organization_id, n.collection_id`;

export const ASK_FOR_CHECK = `
  insert into knowledge.golden_checks as c (organization_id, collection_id, asked_at)
  values ($1, $2, date_trunc('milliseconds', clock_timestamp()))
  on conflict (organization_id, collection_id) do update set asked_at = excluded.asked_at
  returning asked_at`;

// A check counts from its first question on: what was asked for, or has changed, after that makes another one due.
export const SETTLE_CHECK = `
  insert into knowledge.golden_checks as c (organization_id, collection_id, checked_state, checked_at)
  select $1, $2, $3, min(g.checked_at) from knowledge.golden_questions g
  where g.organization_id = $1 and g.collection_id = $2
  on conflict (organization_id, collection_id) do update set
    changing_since = null, checked_state = excluded.checked_state, checked_at = coalesce(excluded.checked_at, c.checked_at)`;
