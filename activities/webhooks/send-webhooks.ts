import type { SentWebhooks, WebhookRef } from '../../core/contract/webhooks.js';
import type { DueMessage } from '../../core/ports/webhook-catalog.js';
import { FAILING_DAYS, nextTryInMs, restMs } from '../../core/webhooks/retries.js';
import { webhookHeaders } from '../../core/webhooks/sign-webhook.js';
import { webhookBody } from '../../core/webhooks/webhook-message.js';
import { mapAtOnce } from '../at-once.js';
import type { WebhookDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Five calls of at most 10 s one after the other, four at a time: what is begun ends within a minute. */
const MESSAGES_PER_ACTIVITY = 20;
const CALLS_AT_ONCE = 4;

/**
 * Sends what is due for one webhook, and records of each message what came of it. May run twice: a message that was sent and not
 * recorded is sent again under the same id, by which its receiver knows it.
 */
export function createSendWebhooks({ catalog, sender, webhookSecrets }: WebhookDependencies) {
  return async function sendWebhooks(webhook: WebhookRef): Promise<SentWebhooks> {
    return cancellable(async (signal) => {
      const batch = await catalog.webhooks.take(webhook, MESSAGES_PER_ACTIVITY);
      if (batch && batch.messages.length > 0) {
        const secrets = batch.secrets.map((sealed) => webhookSecrets.open(Buffer.from(sealed), webhook.webhookId));
        let taken = 0;
        await mapAtOnce(batch.messages, CALLS_AT_ONCE, async (message) => {
          signal.throwIfAborted();
          if (await deliver(message, { url: batch.url, secrets, signal })) taken += 1;
        });
        const failures = taken > 0 ? 0 : batch.failures + 1;
        if (failures !== 0 || batch.failures !== 0) {
          const health = { failures, restMs: restMs(failures), failingDays: FAILING_DAYS };
          await catalog.webhooks.recordHealth(webhook, health);
        }
      }
      return { nextInMs: await catalog.webhooks.nextInMs(webhook) };
    });

    /** Whether it was taken. */
    async function deliver(
      message: DueMessage,
      { url, secrets, signal }: { url: string; secrets: readonly string[]; signal: AbortSignal },
    ): Promise<boolean> {
      const body = webhookBody(message);
      const headers = webhookHeaders({ id: message.eventId, sentAt: new Date(), body }, secrets);
      const result = await sender.post({ url, headers, body }, signal);
      const { deliveryId } = message;
      if (result.outcome === 'taken') {
        const { status } = result;
        await catalog.webhooks.record(webhook, { deliveryId, status, problem: null, nextTryInMs: null });
        return true;
      }
      const { status, problem, retryAfterMs } = result;
      const waitMs = nextTryInMs(message.attempts + 1, retryAfterMs ?? 0);
      await catalog.webhooks.record(webhook, { deliveryId, status, problem, nextTryInMs: waitMs });
      return false;
    }
  };
}
