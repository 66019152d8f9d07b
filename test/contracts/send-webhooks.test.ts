import { randomBytes, randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebhookNotice } from '../../activities/dependencies.js';
import { createSendWebhooks } from '../../activities/webhooks/send-webhooks.js';
import type { SentWebhooks } from '../../core/contract/webhooks.js';
import type { WebhookCall, WebhookCallResult } from '../../core/ports/webhook-sender.js';
import { newWebhookSecret } from '../../core/webhooks/sign-webhook.js';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { createSealedTexts } from '../../infra/encryption/sealed-texts.js';
import { FakeWorkflowStarter } from '../fakes/fake-workflow-starter.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, newCollection } from './catalog-world.js';

let database: TestDatabase;
let world: CatalogUnderTest;

beforeAll(async () => {
  database = await openTestDatabase();
  world = catalogOver(database);
});
afterAll(async () => {
  await world?.catalog.close();
  await database?.close();
});

const HOUR_MS = 3_600_000;

const secretsOf = () => createSealedTexts(new Keyring([generateEncryptionKey()]), 'webhook-secret');
const secrets = secretsOf();
const lost = secretsOf();

const refusal = (changes: Partial<Extract<WebhookCallResult, { outcome: 'refused' }>>): WebhookCallResult => ({
  outcome: 'refused',
  problem: 'STATUS',
  status: 503,
  retryAfterMs: null,
  ...changes,
});
const TAKEN: WebhookCallResult = { outcome: 'taken', status: 204 };

/** A webhook with so many messages that wait, and the activity that sends them. */
async function waiting(count: number, { sealedBy = secrets } = {}) {
  const { organizationId } = await newCollection(world);
  const webhook = { organizationId, webhookId: randomUUID() };
  await world.catalog.webhooks.add(
    {
      ...webhook,
      url: 'https://hooks.example.org/medindex',
      description: '',
      eventTypes: ['run.failed'],
      collections: 'all',
      secret: sealedBy.seal(newWebhookSecret(), webhook.webhookId),
    },
    'admin-key',
  );
  for (let made = 0; made < count; made++) await world.catalog.webhooks.addTest(webhook);

  const calls: WebhookCall[] = [];
  const notices: WebhookNotice[] = [];
  const send = (answer: (nth: number) => WebhookCallResult): Promise<SentWebhooks> =>
    new MockActivityEnvironment().run(
      createSendWebhooks({
        catalog: world.catalog,
        starter: new FakeWorkflowStarter(),
        sender: { post: async (call) => answer(calls.push(call)) },
        webhookSecrets: secrets,
        tellOfWebhook: (notice) => notices.push(notice),
      }),
      webhook,
    );
  const read = () => world.catalog.webhooks.read(webhook);
  const delivered = async () => (await world.catalog.webhooks.deliveries(webhook, { limit: 50 })) ?? [];
  return { webhook, calls, notices, send, read, delivered };
}

test('a former secret that cannot be opened signs no more, and the present one does', async () => {
  const { webhook, calls, notices, send } = await waiting(1, { sealedBy: lost });
  const secret = secrets.seal(newWebhookSecret(), webhook.webhookId);
  await world.catalog.webhooks.rotate(webhook, { secret, overlapMs: HOUR_MS }, 'admin-key');
  expect(await send(() => TAKEN)).toEqual({ nextInMs: null });
  expect(calls.map(({ headers }) => headers['webhook-signature']?.split(' ').length)).toEqual([1]);
  expect(notices).toEqual([{ ...webhook, what: 'secret_unreadable', code: 'KEY_MISSING' }]);
});

test('without a secret that can be opened nothing is sent, and the webhook fails as if it took nothing', async () => {
  const { calls, send, read, delivered } = await waiting(2, { sealedBy: lost });
  const { nextInMs } = await send(() => TAKEN);
  expect(nextInMs).toBeGreaterThan(0);
  expect(calls).toEqual([]);
  expect(await read()).not.toMatchObject({ failingSince: null });
  expect((await delivered()).map(({ attempts, problem }) => [attempts, problem])).toEqual([
    [0, null],
    [1, 'SECRET_UNREADABLE'],
  ]);
});

test('a secret that is damaged is told of like one whose key is lost', async () => {
  const { webhook, notices, send } = await waiting(1);
  await world.catalog.webhooks.rotate(webhook, { secret: randomBytes(80), overlapMs: 0 }, 'admin-key');
  await send(() => TAKEN);
  expect(notices).toEqual([{ ...webhook, what: 'secret_unreadable', code: 'OBJECT_CORRUPT' }]);
});

test('410 ends the batch: only calls that are under way come behind it', async () => {
  const { webhook, calls, notices, send, read, delivered } = await waiting(12);
  expect(await send(() => refusal({ problem: 'GONE', status: 410 }))).toEqual({ nextInMs: null });
  expect(calls.length).toBeLessThanOrEqual(4);
  expect(await read()).toMatchObject({ disabled: { reason: 'gone' }, waiting: 12 });
  expect((await delivered()).filter(({ attempts }) => attempts === 0)).toHaveLength(12 - calls.length);
  expect(notices).toEqual([{ ...webhook, what: 'disabled', code: 'gone' }]);
});

test('Retry-After gives the whole webhook a rest, also when some messages were taken', async () => {
  const { calls, send, read } = await waiting(12);
  const { nextInMs } = await send((nth) => (nth === 1 ? TAKEN : refusal({ status: 429, retryAfterMs: 12 * HOUR_MS })));
  expect(calls.length).toBeLessThanOrEqual(6);
  expect(nextInMs).toBeGreaterThan(11 * HOUR_MS);
  expect(nextInMs).toBeLessThanOrEqual(12 * HOUR_MS);
  expect(await read()).toMatchObject({ failingSince: null });
  await send(() => TAKEN);
  expect(calls.length).toBeLessThanOrEqual(6);
});

test('one that failed for three days is disabled, and whoever runs the system is told', async () => {
  const { webhook, notices, send, read } = await waiting(1);
  await send(() => refusal({}));
  await world.catalog.webhooks.addTest(webhook);
  await world.pool.query(
    `update knowledge.webhooks set resting_until = null, failing_since = failing_since - interval '4 days'
     where webhook_id = $1`,
    [webhook.webhookId],
  );
  expect(await send(() => refusal({}))).toEqual({ nextInMs: null });
  expect(await read()).toMatchObject({ disabled: { reason: 'failing' } });
  expect(notices).toEqual([{ ...webhook, what: 'disabled', code: 'failing' }]);
});
