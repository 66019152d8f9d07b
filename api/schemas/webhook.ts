import Type, { type Static } from 'typebox';
import {
  WEBHOOK_DELIVERY_STATES,
  WEBHOOK_DISABLED_REASONS,
  WEBHOOK_EVENT_TYPES,
  WEBHOOK_PROBLEMS,
  WEBHOOK_TEST,
} from '../../core/contract/webhooks.js';
import {
  closed,
  CollectionName,
  Cursor,
  Limit,
  NullableInteger,
  NullableString,
  oneOf,
  Timestamp,
  Uuid,
} from './fields.js';

const Url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'https, and an address of the public internet, unless this system allows others.',
});
const Description = Type.String({ maxLength: 200, description: 'For people who look at the list.' });
const EventTypes = Type.Array(oneOf(WEBHOOK_EVENT_TYPES), {
  minItems: 1,
  maxItems: WEBHOOK_EVENT_TYPES.length,
  uniqueItems: true,
  description: 'What it is told of.',
});
const Collections = { minItems: 1, maxItems: 200, uniqueItems: true };

export const AddWebhook = closed({
  url: Url,
  eventTypes: Type.Optional(EventTypes),
  collections: Type.Optional(
    Type.Array(CollectionName, { ...Collections, description: 'Of what happens in these. Absent: in all.' }),
  ),
  description: Type.Optional(Description),
});

export const ChangeWebhook = closed({
  url: Type.Optional(Url),
  eventTypes: Type.Optional(EventTypes),
  collections: Type.Optional(
    Type.Unsafe<string[] | null>({
      type: ['array', 'null'],
      items: CollectionName,
      ...Collections,
      description: 'null: all.',
    }),
  ),
  description: Type.Optional(Description),
  enabled: Type.Optional(
    Type.Boolean({ description: 'false: nothing is sent, and what happens waits. true: what waits is sent.' }),
  ),
});

export const WebhookParams = closed({ webhookId: Uuid });

export const WebhookBody = Type.Object({
  webhookId: Uuid,
  url: Type.String(),
  eventTypes: Type.Array(oneOf(WEBHOOK_EVENT_TYPES)),
  collections: Type.Unsafe<string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Names; null: all, and what belongs to none.',
  }),
  description: Type.String(),
  enabled: Type.Boolean(),
  disabled: Type.Union([Type.Object({ reason: oneOf(WEBHOOK_DISABLED_REASONS), since: Timestamp }), Type.Null()], {
    description: 'by_hand; gone: it answered 410; failing: it took nothing for three days.',
  }),
  failingSince: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Since when it has taken nothing.',
  }),
  formerSecretUntil: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Until when the secret before this one signs too.',
  }),
  waiting: Type.Integer({ description: 'Messages that wait for their first or next try.' }),
  createdAt: Timestamp,
});

const Secret = Type.String({ description: 'The secret itself (whsec_…). It is shown now and never again.' });

export const WebhookList = Type.Object({ webhooks: Type.Array(WebhookBody) });
export const AddedWebhook = Type.Object({ ...WebhookBody.properties, secret: Secret });

export const RotateWebhook = closed({
  overlapHours: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 168,
      description: 'How long the secret so far signs too. Default 24; 0 where it leaked.',
    }),
  ),
});
export const RotatedWebhook = AddedWebhook;

export const RemovedWebhook = Type.Object({ webhookId: Uuid });

export const DeliveriesQuery = closed({
  state: Type.Optional(oneOf(WEBHOOK_DELIVERY_STATES, { description: 'Only deliveries in this state.' })),
  limit: Limit,
  cursor: Cursor,
});
export const DeliveryParams = closed({ webhookId: Uuid, deliveryId: Uuid });

export const DeliveryBody = Type.Object({
  deliveryId: Uuid,
  eventId: Type.String({ format: 'uuid', description: 'The webhook-id of the message, in every try.' }),
  type: oneOf([...WEBHOOK_EVENT_TYPES, WEBHOOK_TEST]),
  occurredAt: Timestamp,
  state: oneOf(WEBHOOK_DELIVERY_STATES, { description: 'waiting for a try; delivered; failed: given up.' }),
  attempts: Type.Integer(),
  lastAttemptAt: NullableString,
  status: Type.Unsafe<number | null>({ ...NullableInteger, description: 'HTTP status of the last answer.' }),
  problem: Type.Unsafe<(typeof WEBHOOK_PROBLEMS)[number] | null>({
    type: ['string', 'null'],
    enum: [...WEBHOOK_PROBLEMS, null],
    description: 'Why the last try came to nothing.',
  }),
  nextAttemptAt: NullableString,
});
export const DeliveryList = Type.Object({ deliveries: Type.Array(DeliveryBody), next: NullableString });

export type AddWebhook = Static<typeof AddWebhook>;
export type ChangeWebhook = Static<typeof ChangeWebhook>;
export type WebhookBody = Static<typeof WebhookBody>;
export type WebhookList = Static<typeof WebhookList>;
export type AddedWebhook = Static<typeof AddedWebhook>;
export type DeliveryBody = Static<typeof DeliveryBody>;
export type DeliveryList = Static<typeof DeliveryList>;
