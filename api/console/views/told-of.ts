import { WEBHOOK_EVENT_TYPES } from '../../../core/contract/webhooks.js';
import type { WebhookBody } from '../../schemas/webhook.js';
import type { Texts } from '../texts/texts.js';

/** What a webhook is told of, in words. */
export function toldOf({ eventTypes }: WebhookBody, { webhooks: words }: Texts): string {
  const left = WEBHOOK_EVENT_TYPES.filter((type) => !eventTypes.includes(type));
  if (left.length === 0) return words.everything;
  if (left.length < eventTypes.length) return words.everythingBut(left.map((type) => words.events[type]).join(', '));
  return eventTypes.map((type) => words.events[type]).join(', ');
}
