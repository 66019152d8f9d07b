import type {
  SentEventType,
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEventType,
  WebhookProblem,
  WebhookRef,
} from '../../../core/contract/webhooks.js';
import type { Webhook, WebhookDelivery } from '../../../core/ports/webhook-catalog.js';

/** $1 and $2 of the statements for one webhook. */
export const valuesOf = ({ organizationId, webhookId }: WebhookRef) => [organizationId, webhookId];

export const WEBHOOK_COLUMNS = `
  w.webhook_id, w.organization_id, w.url, w.description, w.event_types, w.collections, w.created_at, w.disabled_reason,
  w.disabled_at, w.failing_since, case when w.former_until > now() then w.former_until end as former_until,
  (select count(*) from knowledge.webhook_deliveries y where y.webhook_id = w.webhook_id and y.state = 'waiting') as waiting`;

export interface WebhookRow {
  webhook_id: string;
  organization_id: string;
  url: string;
  description: string;
  event_types: WebhookEventType[];
  collections: string[] | null;
  created_at: Date;
  disabled_reason: WebhookDisabledReason | null;
  disabled_at: Date | null;
  failing_since: Date | null;
  former_until: Date | null;
  waiting: number | string;
}

export function toWebhook(row: WebhookRow): Webhook {
  const { disabled_reason: reason, disabled_at: since } = row;
  return {
    webhookId: row.webhook_id,
    organizationId: row.organization_id,
    url: row.url,
    description: row.description,
    eventTypes: row.event_types,
    collections: row.collections ?? 'all',
    createdAt: row.created_at,
    disabled: reason === null || since === null ? null : { reason, since },
    failingSince: row.failing_since,
    formerSecretUntil: row.former_until,
    waiting: Number(row.waiting),
  };
}

/** Of a delivery `y` and its event `e`. */
export const DELIVERY_COLUMNS = `
  y.delivery_id, y.delivery_no, y.event_id, e.type, e.occurred_at, y.state, y.attempts, y.last_attempt_at, y.last_status,
  y.last_problem, y.next_attempt_at`;

export interface DeliveryRow {
  delivery_id: string;
  delivery_no: number | string;
  event_id: string;
  type: SentEventType;
  occurred_at: Date;
  state: WebhookDeliveryState;
  attempts: number;
  last_attempt_at: Date | null;
  last_status: number | null;
  last_problem: WebhookProblem | null;
  next_attempt_at: Date | null;
}

export function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    deliveryId: row.delivery_id,
    number: Number(row.delivery_no),
    eventId: row.event_id,
    type: row.type,
    occurredAt: row.occurred_at,
    state: row.state,
    attempts: row.attempts,
    lastAttemptAt: row.last_attempt_at,
    status: row.last_status,
    problem: row.last_problem,
    nextAttemptAt: row.next_attempt_at,
  };
}
