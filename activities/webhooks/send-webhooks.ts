import { Failure } from '../../core/contract/failures.js';
import type { SentWebhooks, WebhookDisabledReason, WebhookRef } from '../../core/contract/webhooks.js';
import type { DueBatch, DueMessage } from '../../core/ports/webhook-catalog.js';
import type { WebhookCallResult } from '../../core/ports/webhook-sender.js';
import { FAILING_DAYS, nextTryInMs, restMs } from '../../core/webhooks/retries.js';
import { webhookHeaders } from '../../core/webhooks/sign-webhook.js';
import { webhookBody } from '../../core/webhooks/webhook-message.js';
import { mapAtOnce } from '../at-once.js';
import type { WebhookDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';

/** Five calls of at most 10 s one after the other, four at a time: what is begun ends within a minute. */
const MESSAGES_PER_ACTIVITY = 20;
const CALLS_AT_ONCE = 4;

const UNREADABLE: WebhookCallResult = {
  outcome: 'refused',
  problem: 'SECRET_UNREADABLE',
  status: null,
  retryAfterMs: null,
};

/**
 * Sends what is due for one webhook, and records of each message what came of it. May run twice: a message that was sent and not
 * recorded is sent again under the same id, by which its receiver knows it.
 */
export function createSendWebhooks({ catalog, sender, webhookSecrets, tellOfWebhook }: WebhookDependencies) {
  return async function sendWebhooks(webhook: WebhookRef): Promise<SentWebhooks> {
    return cancellable(async (signal) => {
      const batch = await catalog.webhooks.take(webhook, MESSAGES_PER_ACTIVITY);
      if (batch && batch.messages.length > 0) await sendBatch(batch, signal);
      return { nextInMs: await catalog.webhooks.nextInMs(webhook) };
    });

    async function sendBatch(batch: DueBatch, signal: AbortSignal): Promise<void> {
      const secrets = openSecrets(batch);
      let taken = 0;
      let retryAfterMs = 0;
      let isOver = false;
      await mapAtOnce(batch.messages, CALLS_AT_ONCE, async (message) => {
        if (isOver) return;
        signal.throwIfAborted();
        const result = secrets.length === 0 ? UNREADABLE : await post(message, { url: batch.url, secrets, signal });
        if (result.outcome === 'taken') taken += 1;
        else {
          retryAfterMs = Math.max(retryAfterMs, result.retryAfterMs ?? 0);
          if (endsBatch(result)) isOver = true;
        }
        await record(message, result);
      });
      const failures = taken > 0 ? 0 : batch.failures + 1;
      const health = { failures, restMs: restMs(failures, retryAfterMs), failingDays: FAILING_DAYS };
      if (failures === 0 && batch.failures === 0 && health.restMs === 0) return;
      tellWhereDisabled(await catalog.webhooks.recordHealth(webhook, health));
    }

    /** Without those that cannot be opened: a former one may be sealed with a key that is lost. */
    function openSecrets(batch: DueBatch): string[] {
      return batch.secrets.flatMap((sealed) => {
        try {
          return webhookSecrets.open(Buffer.from(sealed), webhook.webhookId);
        } catch (error) {
          tellOfWebhook({ ...webhook, what: 'secret_unreadable', code: codeOf(error) });
          return [];
        }
      });
    }

    function post(
      message: DueMessage,
      { url, secrets, signal }: { url: string; secrets: readonly string[]; signal: AbortSignal },
    ): Promise<WebhookCallResult> {
      const body = webhookBody(message);
      const headers = webhookHeaders({ id: message.eventId, sentAt: new Date(), body }, secrets);
      return sender.post({ url, headers, body }, signal);
    }

    async function record({ deliveryId, attempts }: DueMessage, result: WebhookCallResult): Promise<void> {
      const { status } = result;
      const attempt =
        result.outcome === 'taken'
          ? { problem: null, nextTryInMs: null }
          : { problem: result.problem, nextTryInMs: nextTryInMs(attempts + 1) };
      tellWhereDisabled(await catalog.webhooks.record(webhook, { deliveryId, status, ...attempt }));
    }

    function tellWhereDisabled(code: WebhookDisabledReason | null): void {
      if (code !== null) tellOfWebhook({ ...webhook, what: 'disabled', code });
    }
  };
}

/** Whether no other message of the batch is sent: the receiver is gone, asks to be left alone, or nothing can be signed. */
function endsBatch({ problem, retryAfterMs }: Extract<WebhookCallResult, { outcome: 'refused' }>): boolean {
  return problem === 'GONE' || problem === 'SECRET_UNREADABLE' || retryAfterMs !== null;
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : 'INTERNAL';
}
