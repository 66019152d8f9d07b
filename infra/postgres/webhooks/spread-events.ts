import type { DatabaseHandle } from '../database.js';
import { isoTime } from './append-events.js';

// Several workers may do it at a time: each takes others. An event of a transaction that ends later than that of a younger event
// is found with the next look, as it is told by a column and not by a number how far this has come.
const TAKE = `
  select event_id from knowledge.webhook_events where spread_at is null
  order by event_no limit $1
  for update skip locked`;

/** What an event says of the version that ended, for answers that cite it. */
const ENDED_VERSION = `
  case e.type
    when 'document.published' then (e.data ->> 'replacedVersionId')::uuid
    else (e.data ->> 'versionId')::uuid
  end`;
const RECALL_REASON = `
  case e.type
    when 'document.published' then 'replaced'
    when 'document.review_overdue' then 'review_overdue'
    when 'document.held' then 'held'
    else case e.data ->> 'cause' when 'gone' then 'deleted' else e.data ->> 'cause' end
  end`;

// No row says that an answer holds; it ends with the versions that it cites, and so its event comes from theirs: in the
// transaction that takes theirs off the list, once. What was told after its passage had ended is not recalled.
const APPEND_RECALLS = `
  insert into knowledge.webhook_events (event_id, organization_id, collection_id, type, occurred_at, data)
  select gen_random_uuid(), e.organization_id, e.collection_id, 'answer.recalled', e.occurred_at,
    jsonb_build_object('answerId', a.answer_id, 'documentId', e.data ->> 'documentId', 'versionId', ended.version_id,
      'reason', ended.reason, 'toldAt', ${isoTime('a.told_at')})
  from knowledge.webhook_events e
  cross join lateral (select ${ENDED_VERSION} as version_id, ${RECALL_REASON} as reason) ended
  join knowledge.answers a on a.organization_id = e.organization_id and a.answer_id in (
    select c.answer_id from knowledge.answer_citations c
    where c.document_id = (e.data ->> 'documentId')::uuid and c.version_id = ended.version_id)
  where e.event_id = any ($1::uuid[])
    and e.type in ('document.published', 'document.withdrawn', 'document.review_overdue', 'document.held')
    -- A version that was held before it was live again ended its answers then. Events of earlier programs do not say it.
    and (e.data ->> 'wasLive')::boolean is not false
    and a.told_at < coalesce((e.data ->> 'dueAt')::timestamptz, e.occurred_at)
    and exists (
      select from knowledge.webhooks w
      where w.organization_id = e.organization_id and 'answer.recalled' = any (w.event_types))`;

const APPEND_DELIVERIES = `
  insert into knowledge.webhook_deliveries (organization_id, webhook_id, event_id)
  select e.organization_id, w.webhook_id, e.event_id
  from knowledge.webhook_events e
  join knowledge.webhooks w on w.organization_id = e.organization_id
  where e.event_id = any ($1::uuid[]) and e.type = any (w.event_types)
    and (w.collections is null or e.collection_id = any (w.collections))
  order by e.event_no
  on conflict (webhook_id, event_id) do nothing`;

const MARK = `update knowledge.webhook_events set spread_at = now() where event_id = any ($1::uuid[])`;

/** Returns how many it took off the list. */
export function spreadEvents(database: DatabaseHandle, limit: number): Promise<number> {
  return database.transaction('spreadWebhookEvents', async (tx) => {
    const events = await tx.query<{ event_id: string }>('takeEvents', TAKE, [limit]);
    if (events.length === 0) return 0;
    const eventIds = events.map((event) => event.event_id);
    await tx.query('appendRecalls', APPEND_RECALLS, [eventIds]);
    await tx.query('appendDeliveries', APPEND_DELIVERIES, [eventIds]);
    await tx.query('markSpread', MARK, [eventIds]);
    return events.length;
  });
}
