/** What a webhook can be told of. */
export const WEBHOOK_EVENT_TYPES = [
  'document.published',
  'document.held',
  'document.needs_attention',
  'document.withdrawn',
  'document.review_overdue',
  'review.overdue',
  'run.failed',
  'run.needs_attention',
  'answer.recalled',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** Sent when somebody asks for it, whatever types a webhook takes. */
export const WEBHOOK_TEST = 'webhook.test';
export type SentEventType = WebhookEventType | typeof WEBHOOK_TEST;

/** Why a document counts no longer: a person deleted it, its sync no longer finds it, its source says so, or a successor took its place. */
export const WITHDRAWN_EVENT_CAUSES = ['deleted', 'gone', 'retracted', 'deleted_at_source', 'superseded'] as const;
export type WithdrawnEventCause = (typeof WITHDRAWN_EVENT_CAUSES)[number];

/** `waiting` for its first or next try; `failed`: given up. */
export const WEBHOOK_DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

/**
 * Why a try came to nothing. `STATUS`: the receiver answered something else than 2xx. `URL_NOT_ALLOWED`: the webhook is called by
 * http, and only https is allowed now. `SECRET_UNREADABLE`: nothing was sent, as none of the secrets that sign could be opened.
 */
export const WEBHOOK_PROBLEMS = [
  'STATUS',
  'GONE',
  'REDIRECTED',
  'TIMEOUT',
  'CONNECTION_FAILED',
  'NAME_NOT_FOUND',
  'TLS_FAILED',
  'ADDRESS_NOT_PUBLIC',
  'URL_NOT_ALLOWED',
  'SECRET_UNREADABLE',
] as const;
export type WebhookProblem = (typeof WEBHOOK_PROBLEMS)[number];

/** Why nothing is sent to a webhook. `gone`: it answered 410. `failing`: nothing reached it for three days. */
export const WEBHOOK_DISABLED_REASONS = ['by_hand', 'gone', 'failing'] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];

export interface WebhookRef {
  readonly organizationId: string;
  readonly webhookId: string;
}

/** What the next batch of a webhook waits for: milliseconds, 0 where more is due, `null` where nothing is left. */
export interface SentWebhooks {
  readonly nextInMs: number | null;
}

/** `listening`: there is a webhook at all. */
export interface SpreadEvents {
  readonly listening: boolean;
}

/** Wakes the workflow that delivers to a webhook: something is due. */
export const DELIVERY_DUE_SIGNAL = 'deliveryDue';
