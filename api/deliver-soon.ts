import type { WebhookRef } from '../core/contract/webhooks.js';
import type { ApiDependencies } from './dependencies.js';

/** Wakes the workflow that delivers to a webhook. Without the engine it is woken by the next look at what is due. */
export async function deliverSoon(
  { starter, log }: Pick<ApiDependencies, 'starter' | 'log'>,
  webhook: WebhookRef,
): Promise<void> {
  await starter.deliverWebhooks(webhook).catch((error: unknown) => {
    log.warn({ err: error, webhookId: webhook.webhookId }, 'a delivery waits for the engine');
  });
}
