import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '../../../core/contract/ids.js';
import {
  WEBHOOK_TEST,
  type WebhookDeliveryState,
  type WebhookDisabledReason,
  type WebhookRef,
} from '../../../core/contract/webhooks.js';
import type {
  DueBatch,
  NewWebhook,
  Webhook,
  WebhookAttempt,
  WebhookCatalog,
  WebhookChange,
  WebhookDelivery,
  WebhookHealth,
} from '../../../core/ports/webhook-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { Database, Queryable } from '../database.js';
import { isUuid, storableText } from '../storable.js';
import { noteDays, tellDays } from './due-days.js';
import { dueWebhooks, nextInMs, recordAttempt, recordHealth, takeMessages } from './due-messages.js';
import { spreadEvents } from './spread-events.js';
import {
  DELIVERY_COLUMNS,
  type DeliveryRow,
  toDelivery,
  toWebhook,
  valuesOf,
  WEBHOOK_COLUMNS,
  type WebhookRow,
} from './webhook-row.js';

/** Each event is written down once for every webhook that takes it. */
const MOST_WEBHOOKS = 50;

// Locked, so that two that are added at once count each other.
const LOCK_ORGANIZATION = `select from knowledge.organizations where organization_id = $1 for no key update`;
const COUNT = `select count(*)::integer as webhooks from knowledge.webhooks where organization_id = $1`;

const ADD = `
  insert into knowledge.webhooks (webhook_id, organization_id, url, description, event_types, collections, secret)
  values ($2, $1, $3, $4, $5, $6, $7)`;

const LIST = `select ${WEBHOOK_COLUMNS} from knowledge.webhooks w where w.organization_id = $1 order by w.webhook_no`;
const READ = `select ${WEBHOOK_COLUMNS} from knowledge.webhooks w where w.organization_id = $1 and w.webhook_id = $2`;

// $8: whether it is to be told; null: as before. Enabling begins anew, and so does another address: what the one before it took or
// refused says nothing of it.
const CHANGE = `
  with before as (
    select webhook_id, coalesce($8, false) or url <> coalesce($3, url) as begins_anew
    from knowledge.webhooks where organization_id = $1 and webhook_id = $2
    for no key update
  )
  update knowledge.webhooks w set
    url = coalesce($3, url), description = coalesce($4, description), event_types = coalesce($5, event_types),
    collections = case when $6 then $7::uuid[] else collections end,
    disabled_reason = case when $8 then null when $8 is null then disabled_reason else coalesce(disabled_reason, 'by_hand') end,
    disabled_at = case when $8 then null when $8 is null then disabled_at
      else coalesce(disabled_at, date_trunc('milliseconds', clock_timestamp())) end,
    failures = case when b.begins_anew then 0 else failures end,
    failing_since = case when b.begins_anew then null else failing_since end,
    resting_until = case when b.begins_anew then null else resting_until end
  from before b
  where w.webhook_id = b.webhook_id
  returning b.begins_anew`;

const SEND_WHAT_WAITS = `
  update knowledge.webhook_deliveries set next_attempt_at = now()
  where organization_id = $1 and webhook_id = $2 and state = 'waiting'`;

const ROTATE = `
  update knowledge.webhooks set secret = $3,
    former_secret = case when $4::bigint > 0 then secret end,
    former_until = case when $4::bigint > 0 then now() + $4::bigint * interval '1 millisecond' end
  where organization_id = $1 and webhook_id = $2
  returning webhook_id`;

const REMOVE = `delete from knowledge.webhooks where organization_id = $1 and webhook_id = $2 returning webhook_id`;

const ADD_TEST = `
  with event as (
    insert into knowledge.webhook_events (event_id, organization_id, type, data, spread_at)
    select $3, w.organization_id, '${WEBHOOK_TEST}', '{}', now()
    from knowledge.webhooks w where w.organization_id = $1 and w.webhook_id = $2
    returning organization_id, event_id
  )
  insert into knowledge.webhook_deliveries (organization_id, webhook_id, event_id)
  select organization_id, $2, event_id from event
  returning delivery_id`;

const DELIVERIES = `
  select ${DELIVERY_COLUMNS}
  from knowledge.webhook_deliveries y join knowledge.webhook_events e using (event_id)
  where y.organization_id = $1 and y.webhook_id = $2
    and ($3::text is null or y.state = $3) and ($4::bigint is null or y.delivery_no < $4)
  order by y.delivery_no desc
  limit $5`;

const DELIVERY = `
  select ${DELIVERY_COLUMNS}
  from knowledge.webhook_deliveries y join knowledge.webhook_events e using (event_id)
  where y.organization_id = $1 and y.webhook_id = $2 and y.delivery_id = $3`;

const REDELIVER = `
  update knowledge.webhook_deliveries set state = 'waiting', attempts = 0, next_attempt_at = now()
  where organization_id = $1 and webhook_id = $2 and delivery_id = $3
  returning delivery_id`;

// A person who sends something has seen to the receiver: it goes at once, and not as the one message of a webhook that takes
// nothing. Since when it fails stays as it is.
const BE_OPEN = `
  update knowledge.webhooks set failures = 0, resting_until = null
  where organization_id = $1 and webhook_id = $2`;

const EXISTS = `select from knowledge.webhooks where organization_id = $1 and webhook_id = $2`;
const LOCK = `
  select disabled_reason is not null as disabled from knowledge.webhooks
  where organization_id = $1 and webhook_id = $2 for no key update`;

const LISTENING = `select exists (select from knowledge.webhooks) as listening`;

const FORGET = `
  delete from knowledge.webhook_events where occurred_at < now() - make_interval(days => $1::integer) returning event_id`;

const EVERYBODY = 'events of all organizations are spread in turn';

export class PgWebhookCatalog implements WebhookCatalog {
  constructor(private readonly database: Database) {}

  add(webhook: NewWebhook, actor: string): Promise<Webhook | 'full'> {
    const { organizationId, webhookId, url, description, eventTypes, collections, secret } = webhook;
    return this.#write(organizationId, 'addWebhook', async (tx) => {
      await tx.query('lockOrganization', LOCK_ORGANIZATION, [organizationId]);
      const [count] = await tx.query<{ webhooks: number }>('countWebhooks', COUNT, [organizationId]);
      const before = count?.webhooks ?? 0;
      if (before >= MOST_WEBHOOKS) return 'full';
      await tx.query('addWebhook', ADD, [
        organizationId,
        webhookId,
        url,
        storableText(description),
        eventTypes,
        collections === 'all' ? null : collections,
        Buffer.from(secret),
      ]);
      if (before === 0) await noteDays(tx, organizationId);
      const details = { eventTypes: eventTypes.join(' ') };
      await appendAudit(tx, { organizationId, actor, action: 'webhook.added', subject: webhookId, details });
      const added = await read(tx, webhook);
      if (!added) throw new Error('the webhook was not added');
      return added;
    });
  }

  async list(organizationId: OrganizationId): Promise<Webhook[]> {
    const database = this.database.forOrganization(organizationId);
    return (await database.query<WebhookRow>('listWebhooks', LIST, [organizationId])).map(toWebhook);
  }

  async read(webhook: WebhookRef): Promise<Webhook | null> {
    if (!isUuid(webhook.webhookId)) return null;
    return read(this.database.forOrganization(webhook.organizationId), webhook);
  }

  change(webhook: WebhookRef, change: WebhookChange, actor: string): Promise<Webhook | null> {
    const { url, description, eventTypes, collections, enabled } = change;
    return this.#changing(
      webhook,
      actor,
      'webhook.changed',
      { fields: Object.keys(change).sort().join(' ') },
      async (tx) => {
        const [changed] = await tx.query<{ begins_anew: boolean }>('changeWebhook', CHANGE, [
          ...valuesOf(webhook),
          url ?? null,
          description === undefined ? null : storableText(description),
          eventTypes ?? null,
          collections !== undefined,
          collections === undefined || collections === 'all' ? null : collections,
          enabled ?? null,
        ]);
        if (changed?.begins_anew) await tx.query('sendWhatWaits', SEND_WHAT_WAITS, valuesOf(webhook));
        return changed !== undefined;
      },
    );
  }

  rotate(
    webhook: WebhookRef,
    { secret, overlapMs }: { readonly secret: Uint8Array; readonly overlapMs: number },
    actor: string,
  ): Promise<Webhook | null> {
    return this.#changing(webhook, actor, 'webhook.rotated', { overlapMs }, async (tx) => {
      const values = [...valuesOf(webhook), Buffer.from(secret), overlapMs];
      return (await tx.query('rotateWebhook', ROTATE, values)).length > 0;
    });
  }

  remove(webhook: WebhookRef, actor: string): Promise<boolean> {
    if (!isUuid(webhook.webhookId)) return Promise.resolve(false);
    const { organizationId, webhookId: subject } = webhook;
    return this.#write(organizationId, 'removeWebhook', async (tx) => {
      if ((await tx.query('removeWebhook', REMOVE, valuesOf(webhook))).length === 0) return false;
      await appendAudit(tx, { organizationId, actor, action: 'webhook.removed', subject, details: {} });
      return true;
    });
  }

  addTest(webhook: WebhookRef): Promise<WebhookDelivery | 'disabled' | null> {
    if (!isUuid(webhook.webhookId)) return Promise.resolve(null);
    return this.#write(webhook.organizationId, 'testWebhook', async (tx) => {
      const found = await lockEnabled(tx, webhook);
      if (found !== 'enabled') return found;
      await tx.query('openWebhook', BE_OPEN, valuesOf(webhook));
      const [made] = await tx.query<{ delivery_id: string }>('testWebhook', ADD_TEST, [
        ...valuesOf(webhook),
        randomUUID(),
      ]);
      return made ? readDelivery(tx, webhook, made.delivery_id) : null;
    });
  }

  async deliveries(
    webhook: WebhookRef,
    { limit, state, before }: { limit: number; state?: WebhookDeliveryState; before?: number },
  ): Promise<WebhookDelivery[] | null> {
    if (!isUuid(webhook.webhookId)) return null;
    const database = this.database.forOrganization(webhook.organizationId);
    if ((await database.query('webhookExists', EXISTS, valuesOf(webhook))).length === 0) return null;
    const values = [...valuesOf(webhook), state ?? null, before ?? null, limit];
    return (await database.query<DeliveryRow>('webhookDeliveries', DELIVERIES, values)).map(toDelivery);
  }

  redeliver(
    webhook: WebhookRef,
    deliveryId: string,
    actor: string,
  ): Promise<WebhookDelivery | 'disabled' | 'no_delivery' | null> {
    if (!isUuid(webhook.webhookId)) return Promise.resolve(null);
    const { organizationId, webhookId: subject } = webhook;
    return this.#write(organizationId, 'redeliver', async (tx) => {
      const found = await lockEnabled(tx, webhook);
      if (found !== 'enabled') return found;
      if (!isUuid(deliveryId)) return 'no_delivery';
      const sent = await tx.query('redeliver', REDELIVER, [...valuesOf(webhook), deliveryId]);
      if (sent.length === 0) return 'no_delivery';
      await tx.query('openWebhook', BE_OPEN, valuesOf(webhook));
      await appendAudit(tx, { organizationId, actor, action: 'webhook.redelivered', subject, details: { deliveryId } });
      return readDelivery(tx, webhook, deliveryId);
    });
  }

  async spread(limit: number): Promise<{ spread: number; listening: boolean }> {
    const system = this.database.forSystem(EVERYBODY);
    const spread = await spreadEvents(system, limit);
    const [row] = await system.query<{ listening: boolean }>('listening', LISTENING);
    return { spread, listening: row?.listening ?? false };
  }

  due(): Promise<WebhookRef[]> {
    return dueWebhooks(this.database.forSystem(EVERYBODY));
  }

  take(webhook: WebhookRef, limit: number): Promise<DueBatch | null> {
    return takeMessages(this.database.forOrganization(webhook.organizationId), webhook, limit);
  }

  record(webhook: WebhookRef, attempt: WebhookAttempt): Promise<WebhookDisabledReason | null> {
    return this.#write(webhook.organizationId, 'recordWebhookAttempt', (tx) => recordAttempt(tx, webhook, attempt));
  }

  recordHealth(webhook: WebhookRef, health: WebhookHealth): Promise<WebhookDisabledReason | null> {
    return this.#write(webhook.organizationId, 'recordWebhookHealth', (tx) => recordHealth(tx, webhook, health));
  }

  nextInMs(webhook: WebhookRef): Promise<number | null> {
    return nextInMs(this.database.forOrganization(webhook.organizationId), webhook);
  }

  tellDays(): Promise<number> {
    return tellDays(this.database.forSystem(EVERYBODY));
  }

  async forget(days: number): Promise<number> {
    return (await this.database.forSystem(EVERYBODY).query('forgetWebhookEvents', FORGET, [days])).length;
  }

  #write<Result>(
    organizationId: OrganizationId,
    operation: string,
    work: (tx: Queryable) => Promise<Result>,
  ): Promise<Result> {
    return this.database.forOrganization(organizationId).transaction(operation, work);
  }

  /** Changes one webhook, with its entry in the audit log. */
  #changing(
    webhook: WebhookRef,
    actor: string,
    action: string,
    details: Readonly<Record<string, string | number>>,
    work: (tx: Queryable) => Promise<boolean>,
  ): Promise<Webhook | null> {
    if (!isUuid(webhook.webhookId)) return Promise.resolve(null);
    const { organizationId, webhookId: subject } = webhook;
    return this.#write(organizationId, action, async (tx) => {
      if (!(await work(tx))) return null;
      await appendAudit(tx, { organizationId, actor, action, subject, details });
      return read(tx, webhook);
    });
  }
}

/** `null`: no such webhook. */
async function lockEnabled(tx: Queryable, webhook: WebhookRef): Promise<'enabled' | 'disabled' | null> {
  const [row] = await tx.query<{ disabled: boolean }>('lockWebhook', LOCK, valuesOf(webhook));
  if (!row) return null;
  return row.disabled ? 'disabled' : 'enabled';
}

async function read(database: Queryable, webhook: WebhookRef): Promise<Webhook | null> {
  const [row] = await database.query<WebhookRow>('readWebhook', READ, valuesOf(webhook));
  return row ? toWebhook(row) : null;
}

async function readDelivery(tx: Queryable, webhook: WebhookRef, deliveryId: string): Promise<WebhookDelivery | null> {
  const [row] = await tx.query<DeliveryRow>('readDelivery', DELIVERY, [...valuesOf(webhook), deliveryId]);
  return row ? toDelivery(row) : null;
}
