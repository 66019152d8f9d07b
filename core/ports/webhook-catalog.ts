import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type {
  SentEventType,
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEventType,
  WebhookProblem,
  WebhookRef,
} from '../contract/webhooks.js';

export interface WebhookSettings {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly WebhookEventType[];
  /** `all`: also what belongs to no collection. */
  readonly collections: readonly CollectionId[] | 'all';
}

export interface NewWebhook extends WebhookSettings {
  readonly webhookId: string;
  readonly organizationId: OrganizationId;
  /** What signs, sealed. */
  readonly secret: Uint8Array;
}

export interface Webhook extends WebhookSettings {
  readonly webhookId: string;
  readonly organizationId: OrganizationId;
  readonly createdAt: Date;
  /** `null`: it is told. */
  readonly disabled: { readonly reason: WebhookDisabledReason; readonly since: Date } | null;
  /** Since when nothing was taken; `null`: the last message was, or nothing waits. */
  readonly failingSince: Date | null;
  /** Until when the former secret signs too. */
  readonly formerSecretUntil: Date | null;
  /** Messages that wait for their first or next try. */
  readonly waiting: number;
}

export interface WebhookChange extends Partial<WebhookSettings> {
  readonly enabled?: boolean;
}

export interface WebhookDelivery {
  readonly deliveryId: string;
  /** Its place in the list. */
  readonly number: number;
  readonly eventId: string;
  readonly type: SentEventType;
  readonly occurredAt: Date;
  readonly state: WebhookDeliveryState;
  readonly attempts: number;
  readonly lastAttemptAt: Date | null;
  readonly status: number | null;
  readonly problem: WebhookProblem | null;
  readonly nextAttemptAt: Date | null;
}

/** A message that is due. */
export interface DueMessage {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly type: SentEventType;
  readonly occurredAt: Date;
  readonly collection: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** So far. */
  readonly attempts: number;
}

export interface DueBatch {
  readonly url: string;
  /** Sealed; the newest first. */
  readonly secrets: readonly Uint8Array[];
  readonly messages: readonly DueMessage[];
  readonly failures: number;
}

export interface WebhookAttempt {
  readonly deliveryId: string;
  readonly status: number | null;
  /** `null`: it was taken. */
  readonly problem: WebhookProblem | null;
  /** `null`: there is no next try. */
  readonly nextTryInMs: number | null;
}

export interface WebhookHealth {
  readonly failures: number;
  readonly restMs: number;
  /** Disable it if it has been failing for so long. */
  readonly failingDays: number;
}

/**
 * Webhooks, the events that they are told of, and what became of each message. Events are written by the roles that make
 * them true, in the same transaction; without a webhook none is written.
 */
export interface WebhookCatalog {
  /** `full`: the organization has as many as it may. The first one is not told of days that came before it. */
  add(webhook: NewWebhook, actor: string): Promise<Webhook | 'full'>;
  list(organizationId: OrganizationId): Promise<Webhook[]>;
  read(webhook: WebhookRef): Promise<Webhook | null>;
  /** Enabling it, or giving it another address, begins anew: it failed never, and what waits is sent. */
  change(webhook: WebhookRef, change: WebhookChange, actor: string): Promise<Webhook | null>;
  /** The secret so far signs too, for so long. */
  rotate(
    webhook: WebhookRef,
    rotation: { readonly secret: Uint8Array; readonly overlapMs: number },
    actor: string,
  ): Promise<Webhook | null>;
  /** With its deliveries. */
  remove(webhook: WebhookRef, actor: string): Promise<boolean>;
  /** An event for this webhook alone, which is due at once. `null`: no such webhook. */
  addTest(webhook: WebhookRef): Promise<WebhookDelivery | 'disabled' | null>;
  /** Newest first, before a number. `null`: no such webhook. */
  deliveries(
    webhook: WebhookRef,
    listing: { readonly limit: number; readonly state?: WebhookDeliveryState; readonly before?: number },
  ): Promise<WebhookDelivery[] | null>;
  /** The same message again, at once, under the same id, with all its tries. `null`: no such webhook. */
  redeliver(
    webhook: WebhookRef,
    deliveryId: string,
    actor: string,
  ): Promise<WebhookDelivery | 'disabled' | 'no_delivery' | null>;

  /**
   * Writes the next events down for each webhook that takes them, and tells of the answers that rest on what ended. Each event
   * once, however many do it at a time. `listening`: there is a webhook at all.
   */
  spread(limit: number): Promise<{ readonly spread: number; readonly listening: boolean }>;
  /** Webhooks for which something is due. */
  due(): Promise<WebhookRef[]>;
  /**
   * What is due for a webhook, those with the fewest tries first. `null`: it is removed, disabled or left alone. Taking twice
   * takes the same: what was not recorded is sent again.
   */
  take(webhook: WebhookRef, limit: number): Promise<DueBatch | null>;
  /** 410 (`GONE`) disables the webhook in the same transaction, and says so. What was taken before stays so. */
  record(webhook: WebhookRef, attempt: WebhookAttempt): Promise<WebhookDisabledReason | null>;
  /** Says why it disabled the webhook, where it did. */
  recordHealth(webhook: WebhookRef, health: WebhookHealth): Promise<WebhookDisabledReason | null>;
  /** Until something is due; `null`: nothing waits, or nothing may be sent. */
  nextInMs(webhook: WebhookRef): Promise<number | null>;
  /** Writes events of days that have come: documents that are superseded from now on, reviews that are overdue. Once each. */
  tellDays(): Promise<number>;
  /** Removes events that happened more than so many days ago, with their deliveries. */
  forget(days: number): Promise<number>;
}
