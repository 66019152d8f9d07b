import { condition, continueAsNew, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { DELIVERY_DUE_SIGNAL, type WebhookRef } from '../core/contract/webhooks.js';
import { sending } from './activity-options.js';

export const deliveryDue = defineSignal(DELIVERY_DUE_SIGNAL);

/**
 * Delivers to one webhook, batch after batch, and waits for the next try of what was not taken. It ends when nothing waits; a
 * new event starts it again. Nobody waits behind a webhook that is slow or dead.
 */
export async function deliverWebhooks(webhook: WebhookRef): Promise<void> {
  let isDue = false;
  setHandler(deliveryDue, () => {
    isDue = true;
  });
  for (;;) {
    isDue = false;
    const { nextInMs } = await sending.sendWebhooks(webhook);
    // A signal that came meanwhile: something may be due that this batch did not see.
    if (!isDue && nextInMs === null) return;
    if (!isDue && nextInMs !== null && nextInMs > 0) await condition(() => isDue, nextInMs);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliverWebhooks>(webhook);
  }
}
