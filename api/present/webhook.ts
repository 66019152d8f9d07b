import type { CollectionId } from '../../core/contract/ids.js';
import type { Webhook, WebhookDelivery } from '../../core/ports/webhook-catalog.js';
import type { DeliveryBody, WebhookBody } from '../schemas/webhook.js';

/** A webhook as lists show it: never its secret. */
export function presentWebhook(webhook: Webhook, collectionNames: ReadonlyMap<CollectionId, string>): WebhookBody {
  const { webhookId, url, eventTypes, collections, description, disabled, waiting, createdAt } = webhook;
  return {
    webhookId,
    url,
    eventTypes: [...eventTypes],
    collections: collections === 'all' ? null : collections.flatMap((id) => collectionNames.get(id) ?? []),
    description,
    enabled: disabled === null,
    disabled: disabled && { reason: disabled.reason, since: disabled.since.toISOString() },
    failingSince: webhook.failingSince?.toISOString() ?? null,
    formerSecretUntil: webhook.formerSecretUntil?.toISOString() ?? null,
    waiting,
    createdAt: createdAt.toISOString(),
  };
}

export function presentDelivery(delivery: WebhookDelivery): DeliveryBody {
  const { deliveryId, eventId, type, occurredAt, state, attempts, lastAttemptAt, status, problem, nextAttemptAt } =
    delivery;
  return {
    deliveryId,
    eventId,
    type,
    occurredAt: occurredAt.toISOString(),
    state,
    attempts,
    lastAttemptAt: lastAttemptAt?.toISOString() ?? null,
    status,
    problem,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}
