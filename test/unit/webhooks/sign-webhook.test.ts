import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { nextTryInMs, restMs } from '../../../core/webhooks/retries.js';
import { newWebhookSecret, webhookHeaders } from '../../../core/webhooks/sign-webhook.js';
import { webhookBody } from '../../../core/webhooks/webhook-message.js';

const body = webhookBody({
  eventId: 'e1',
  type: 'document.withdrawn',
  occurredAt: new Date('2026-11-29T10:00:00.000Z'),
  collection: 'guidelines',
  data: { documentId: 'd1', cause: 'deleted' },
});

describe('webhookHeaders', () => {
  it('are what the library of Standard Webhooks verifies, by either of two secrets', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    const headers = webhookHeaders({ id: 'e1', sentAt: new Date(), body }, secrets);
    for (const secret of secrets) {
      expect(new Webhook(secret).verify(body, headers)).toEqual({
        type: 'document.withdrawn',
        timestamp: '2026-11-29T10:00:00.000Z',
        data: { collection: 'guidelines', documentId: 'd1', cause: 'deleted' },
      });
    }
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
    expect(() => new Webhook(secrets[0] ?? '').verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(secrets[0] ?? '').verify(body, { ...headers, 'webhook-id': 'e2' })).toThrow();
  });

  it('are those of the specification for its example', () => {
    const [secret, id] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek'];
    const headers = webhookHeaders({ id, sentAt: new Date(1_614_265_330_000), body: '{"test": 2432232314}' }, [secret]);
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('tries of a message', () => {
  it('are further and further apart, for about three days', () => {
    const waits: number[] = [];
    for (let wait = nextTryInMs(1); wait !== null; wait = nextTryInMs(waits.length + 1)) waits.push(wait);
    expect(waits.slice(0, 3)).toEqual([5_000, 20_000, 80_000]);
    const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
    expect(days).toBeGreaterThan(2.5);
    expect(days).toBeLessThan(3.5);
  });

  it('leave alone who takes nothing, for five minutes at most', () => {
    expect([0, 1, 2, 3, 50].map((failures) => restMs(failures))).toEqual([0, 5_000, 10_000, 20_000, 300_000]);
  });

  it('leave alone a receiver for as long as it asks, up to half a day', () => {
    expect(restMs(0, 60_000)).toBe(60_000);
    expect(restMs(1, 60_000)).toBe(60_000);
    expect(restMs(1, 1_000)).toBe(5_000);
    expect(restMs(0, 1e12)).toBe(12 * 3_600_000);
  });
});
