import type { WebhookDeliveryState, WebhookEventType } from '../../core/contract/webhooks.js';
import type { MedindexClient } from '../client/client.js';
import type { DeliveryBody, WebhookBody } from '../schemas/webhook.js';
import { printLine, type Terminal } from './terminal.js';

export interface AddWebhookOptions {
  readonly event?: readonly WebhookEventType[];
  readonly collection?: readonly string[];
  readonly description?: string;
}

export interface ListDeliveriesOptions {
  readonly state?: WebhookDeliveryState;
  readonly limit?: number;
}

interface WebhookInput {
  readonly client: MedindexClient;
  readonly terminal: Terminal;
}

export async function listWebhooks({ client, terminal }: WebhookInput): Promise<number> {
  const { webhooks } = await client.webhooks();
  for (const webhook of webhooks) printLine(terminal.stdout, describe(webhook));
  if (webhooks.length === 0) printLine(terminal.stderr, 'There are none yet.');
  return 0;
}

/** The secret alone goes to stdout, so that a script can take it; what to know of it goes to stderr. */
export async function addWebhook(
  input: WebhookInput & { readonly url: string; readonly options: AddWebhookOptions },
): Promise<number> {
  const { client, url, options, terminal } = input;
  const { event, collection, description } = options;
  const { secret, webhookId } = await client.addWebhook({
    url,
    ...(event ? { eventTypes: [...event] } : {}),
    ...(collection ? { collections: [...collection] } : {}),
    ...(description === undefined ? {} : { description }),
  });
  printLine(terminal.stderr, `Webhook ${webhookId} is added. Its secret is shown now and never again:`);
  printLine(terminal.stdout, secret);
  return 0;
}

export async function rotateWebhook(
  input: WebhookInput & { readonly webhookId: string; readonly overlap?: number },
): Promise<number> {
  const { client, webhookId, overlap, terminal } = input;
  const { secret, formerSecretUntil } = await client.rotateWebhookSecret(webhookId, overlap);
  const former =
    formerSecretUntil === null ? 'The former one signs no longer.' : `Both sign until ${formerSecretUntil}.`;
  printLine(terminal.stderr, `${former} The new secret is shown now and never again:`);
  printLine(terminal.stdout, secret);
  return 0;
}

export async function switchWebhook(
  input: WebhookInput & { readonly webhookId: string; readonly enabled: boolean },
): Promise<number> {
  const { client, webhookId, enabled, terminal } = input;
  printLine(terminal.stdout, describe(await client.changeWebhook(webhookId, { enabled })));
  return 0;
}

export async function testWebhook({
  client,
  webhookId,
  terminal,
}: WebhookInput & { readonly webhookId: string }): Promise<number> {
  const { deliveryId } = await client.testWebhook(webhookId);
  printLine(terminal.stdout, deliveryId);
  printLine(terminal.stderr, `It is on its way. What came of it: npx medindex webhooks deliveries ${webhookId}`);
  return 0;
}

/** Exit code 1 where one of those shown was given up. */
export async function listDeliveries(
  input: WebhookInput & { readonly webhookId: string; readonly options: ListDeliveriesOptions },
): Promise<number> {
  const { client, webhookId, options, terminal } = input;
  const { state, limit } = options;
  const { deliveries } = await client.webhookDeliveries(webhookId, {
    ...(state === undefined ? {} : { state }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  });
  for (const delivery of deliveries) printLine(terminal.stdout, describeDelivery(delivery));
  if (deliveries.length === 0) printLine(terminal.stderr, 'There are none.');
  return deliveries.some((delivery) => delivery.state === 'failed') ? 1 : 0;
}

export async function redeliver(
  input: WebhookInput & { readonly webhookId: string; readonly deliveryId: string },
): Promise<number> {
  const { client, webhookId, deliveryId, terminal } = input;
  printLine(terminal.stdout, describeDelivery(await client.redeliverWebhook(webhookId, deliveryId)));
  return 0;
}

export async function removeWebhook({
  client,
  webhookId,
  terminal,
}: WebhookInput & { readonly webhookId: string }): Promise<number> {
  await client.removeWebhook(webhookId);
  printLine(terminal.stdout, 'Removed.');
  return 0;
}

const DISABLED = {
  by_hand: 'by hand',
  gone: 'as it answered 410',
  failing: 'as it took nothing for three days',
} as const;

function describe(webhook: WebhookBody): string {
  const { webhookId, url, eventTypes, collections, description, disabled, failingSince, waiting } = webhook;
  const stands = disabled
    ? `DISABLED since ${disabled.since}, ${DISABLED[disabled.reason]}`
    : failingSince === null
      ? 'enabled'
      : `takes nothing since ${failingSince}`;
  const where = collections === null ? 'all collections' : collections.join(', ');
  const what = description === '' ? '' : `  ${description}`;
  return `${webhookId}  ${stands}  ${waiting} waiting${what}\n   ${url}\n   ${where}: ${eventTypes.join(' ')}`;
}

function describeDelivery(delivery: DeliveryBody): string {
  const { deliveryId, type, occurredAt, state, attempts, status, problem, nextAttemptAt } = delivery;
  const last = [status, problem].filter((part) => part !== null).join(' ');
  const next = nextAttemptAt === null ? '' : `  next ${nextAttemptAt}`;
  return `${deliveryId}  ${occurredAt}  ${type}  ${state}  ${attempts} tries${last === '' ? '' : `  ${last}`}${next}`;
}
