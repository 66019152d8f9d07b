import type { OrganizationId } from '../../../core/contract/ids.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { REVIEW_DUE_AT } from '../documents/review-cycle.js';
import { isListening, isoTime } from './append-events.js';

/** Live versions that count no longer since a day, or whose review cycle is over; $1: of one organization, or null. */
const DUE_DAYS = `
  select d.organization_id, d.collection_id, d.document_id, d.live_version_id as version_id, 'superseded' as what,
    d.superseded_from::timestamp at time zone 'utc' as due_at, d.superseded_by
  from knowledge.documents d
  where d.superseded_from <= (now() at time zone 'utc')::date and d.live_version_id is not null
    and ($1::text is null or d.organization_id = $1)
  union all
  select d.organization_id, d.collection_id, d.document_id, d.live_version_id, 'review_overdue',
    ${REVIEW_DUE_AT}, null
  from knowledge.collections k
  join knowledge.documents d on d.organization_id = k.organization_id and d.collection_id = k.collection_id
  join knowledge.versions v on v.version_id = d.live_version_id
  where k.review_cycle_days is not null and ${REVIEW_DUE_AT} <= now()
    and d.superseded_from > (now() at time zone 'utc')::date
    and ($1::text is null or k.organization_id = $1)`;

const NOTE = `
  insert into knowledge.told_days (organization_id, document_id, version_id, what)
  select due.organization_id, due.document_id, due.version_id, due.what from due
  where ${isListening('due')}
  on conflict (version_id, what) do nothing
  returning version_id, what`;

// One statement: a day is noted and told, or neither.
const TELL_DAYS = `
  with due as (${DUE_DAYS}), told as (${NOTE})
  insert into knowledge.webhook_events (event_id, organization_id, collection_id, type, data)
  select gen_random_uuid(), due.organization_id, due.collection_id,
    case due.what when 'superseded' then 'document.withdrawn' else 'document.review_overdue' end,
    jsonb_build_object('documentId', due.document_id, 'versionId', due.version_id, 'dueAt', ${isoTime('due.due_at')})
      || case due.what when 'superseded' then jsonb_build_object('cause', 'superseded', 'supersededBy', due.superseded_by)
        else '{}' end
  from due join told using (version_id, what)
  returning event_id`;

const NOTE_DAYS = `with due as (${DUE_DAYS}), told as (${NOTE}) select from told`;

// A day that was taken back and comes again is told again: a successor ended, or a longer review cycle was set.
const FORGET_DAYS = `
  with due as (${DUE_DAYS})
  delete from knowledge.told_days t
  where ($1::text is null or t.organization_id = $1)
    and not exists (select from due where due.version_id = t.version_id and due.what = t.what)`;

/** Returns how many events it wrote. */
export function tellDays(database: DatabaseHandle): Promise<number> {
  return database.transaction('tellDays', async (tx) => {
    await tx.query('forgetDays', FORGET_DAYS, [null]);
    return (await tx.query('tellDays', TELL_DAYS, [null])).length;
  });
}

/** Days that came before anybody listened are no news. */
export async function noteDays(tx: Queryable, organizationId: OrganizationId): Promise<void> {
  await tx.query('noteDays', NOTE_DAYS, [organizationId]);
}
