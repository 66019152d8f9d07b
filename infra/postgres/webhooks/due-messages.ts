import type { SentEventType, WebhookDisabledReason, WebhookRef } from '../../../core/contract/webhooks.js';
import type { DueBatch, DueMessage, WebhookAttempt, WebhookHealth } from '../../../core/ports/webhook-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Queryable } from '../database.js';
import { valuesOf } from './webhook-row.js';

/** Whether anything may be sent to a webhook `w` now. */
const IS_OPEN = `w.disabled_reason is null and coalesce(w.resting_until, '-infinity') <= now()`;

const DUE_WEBHOOKS = `
  select w.organization_id as "organizationId", w.webhook_id as "webhookId"
  from knowledge.webhooks w
  where ${IS_OPEN} and exists (
    select from knowledge.webhook_deliveries y
    where y.webhook_id = w.webhook_id and y.state = 'waiting' and y.next_attempt_at <= now())
  order by w.webhook_no`;

const TAKE_WEBHOOK = `
  select url, failures, secret, case when former_until > now() then former_secret end as former_secret
  from knowledge.webhooks w
  where organization_id = $1 and webhook_id = $2 and ${IS_OPEN}`;

// The least tried first: a message that its receiver will never take does not stand in the way of new ones. The limit stands
// inside: the index webhook_deliveries_in_turn ends the scan with it, and no event is read but those that are sent. Joined first,
// each batch read and sorted the whole backlog (30,000 messages, native Postgres: 68 ms a batch instead of 3).
const TAKE_MESSAGES = `
  select y.delivery_id, y.attempts, e.event_id, e.type, e.occurred_at, e.data, k.name as collection
  from (
    select delivery_id, delivery_no, event_id, attempts from knowledge.webhook_deliveries
    where organization_id = $1 and webhook_id = $2 and state = 'waiting' and next_attempt_at <= now()
    order by attempts, delivery_no
    limit $3
  ) y
  join knowledge.webhook_events e using (event_id)
  left join knowledge.collections k on k.collection_id = e.collection_id
  order by y.attempts, y.delivery_no`;

const RECORD = `
  update knowledge.webhook_deliveries set
    attempts = attempts + 1,
    last_attempt_at = now(),
    last_status = $4,
    last_problem = $5,
    state = case when $5::text is null then 'delivered' when $6::bigint is null then 'failed' else 'waiting' end,
    next_attempt_at = case when $5::text is not null then now() + $6::bigint * interval '1 millisecond' end
  where organization_id = $1 and webhook_id = $2 and delivery_id = $3
    and (state = 'waiting' or $5::text is null)`;

const DISABLE = `
  update knowledge.webhooks set disabled_reason = $3, disabled_at = date_trunc('milliseconds', clock_timestamp())
  where organization_id = $1 and webhook_id = $2 and disabled_reason is null
  returning webhook_id`;

// A webhook fails for as long as something waits for it. Once its last message is given up, that is over: a failure some weeks
// later is the first of another time.
const RECORD_HEALTH = `
  with before as (
    select webhook_id, coalesce(failing_since, date_trunc('milliseconds', clock_timestamp())) as since
    from knowledge.webhooks where organization_id = $1 and webhook_id = $2
    for no key update
  )
  update knowledge.webhooks w set
    failures = $3,
    failing_since = case when $3 > 0 and exists (
      select from knowledge.webhook_deliveries y where y.webhook_id = w.webhook_id and y.state = 'waiting') then b.since end,
    resting_until = case when $4::bigint > 0 then now() + $4::bigint * interval '1 millisecond' end
  from before b
  where w.webhook_id = b.webhook_id
  returning $3 > 0 and b.since <= now() - make_interval(days => $5::integer) as fails_for_long`;

const NEXT_IN_MS = `
  select greatest(0, ceil(extract(epoch from
    greatest(y.next_attempt_at, coalesce(w.resting_until, '-infinity')) - now()) * 1000))::bigint as ms
  from knowledge.webhooks w
  cross join lateral (
    select next_attempt_at from knowledge.webhook_deliveries
    where webhook_id = w.webhook_id and state = 'waiting'
    order by next_attempt_at
    limit 1
  ) y
  where w.organization_id = $1 and w.webhook_id = $2 and w.disabled_reason is null`;

interface MessageRow {
  delivery_id: string;
  attempts: number;
  event_id: string;
  type: SentEventType;
  occurred_at: Date;
  data: Record<string, unknown>;
  collection: string | null;
}

export function dueWebhooks(database: Queryable): Promise<WebhookRef[]> {
  return database.query<WebhookRef>('dueWebhooks', DUE_WEBHOOKS);
}

export async function takeMessages(database: Queryable, webhook: WebhookRef, limit: number): Promise<DueBatch | null> {
  const [row] = await database.query<{
    url: string;
    failures: number;
    secret: Uint8Array;
    former_secret: Uint8Array | null;
  }>('takeWebhook', TAKE_WEBHOOK, valuesOf(webhook));
  if (!row) return null;
  // Whoever takes nothing is asked with one message.
  const most = row.failures > 0 ? 1 : limit;
  const messages = await database.query<MessageRow>('takeMessages', TAKE_MESSAGES, [...valuesOf(webhook), most]);
  return {
    url: row.url,
    secrets: row.former_secret === null ? [row.secret] : [row.secret, row.former_secret],
    failures: row.failures,
    messages: messages.map(toMessage),
  };
}

/** Why this disabled the webhook, or `null`. */
export async function recordAttempt(
  tx: Queryable,
  webhook: WebhookRef,
  attempt: WebhookAttempt,
): Promise<WebhookDisabledReason | null> {
  const { deliveryId, status, problem, nextTryInMs } = attempt;
  await tx.query('recordWebhookAttempt', RECORD, [...valuesOf(webhook), deliveryId, status, problem, nextTryInMs]);
  return problem === 'GONE' ? disable(tx, webhook, 'gone') : null;
}

/** Why this disabled the webhook, or `null`. */
export async function recordHealth(
  tx: Queryable,
  webhook: WebhookRef,
  health: WebhookHealth,
): Promise<WebhookDisabledReason | null> {
  const { failures, restMs, failingDays } = health;
  const [row] = await tx.query<{ fails_for_long: boolean }>('recordWebhookHealth', RECORD_HEALTH, [
    ...valuesOf(webhook),
    failures,
    restMs,
    failingDays,
  ]);
  return row?.fails_for_long ? disable(tx, webhook, 'failing') : null;
}

/** `null`: it was disabled before. */
async function disable<Reason extends WebhookDisabledReason>(
  tx: Queryable,
  webhook: WebhookRef,
  reason: Reason,
): Promise<Reason | null> {
  const disabled = await tx.query('disableWebhook', DISABLE, [...valuesOf(webhook), reason]);
  if (disabled.length === 0) return null;
  const { organizationId, webhookId: subject } = webhook;
  await appendAudit(tx, { organizationId, actor: 'system', action: 'webhook.disabled', subject, details: { reason } });
  return reason;
}

export async function nextInMs(database: Queryable, webhook: WebhookRef): Promise<number | null> {
  const [row] = await database.query<{ ms: number | string }>('nextWebhook', NEXT_IN_MS, valuesOf(webhook));
  return row ? Number(row.ms) : null;
}

function toMessage(row: MessageRow): DueMessage {
  return {
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    type: row.type,
    occurredAt: row.occurred_at,
    collection: row.collection,
    data: row.data,
    attempts: row.attempts,
  };
}
