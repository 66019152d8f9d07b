import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddedWebhook, DeliveryBody, DeliveryList, WebhookBody, WebhookList } from '../../api/schemas/webhook.js';
import { WEBHOOK_EVENT_TYPES } from '../../core/contract/webhooks.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';
import { publishDocument } from './publish-document.js';

const URL_OF_TEST = 'https://hooks.example.org/medindex?token=geheim';
const NOTHING = '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11';

describe('/v1/webhooks', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  const call = (method: 'POST' | 'GET' | 'PATCH' | 'DELETE', url: string, payload?: object, key?: string) =>
    world.call({ method, url, ...(payload ? { payload } : {}), ...(key ? { key } : {}) });
  const add = async (body: object = {}) =>
    dataOf<AddedWebhook>(await call('POST', '/v1/webhooks', { url: URL_OF_TEST, ...body }), 201);

  it('are added with a secret that is shown once and kept sealed, listed, changed and removed', async () => {
    const { secret, ...added } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(added).toMatchObject({
      url: URL_OF_TEST,
      eventTypes: WEBHOOK_EVENT_TYPES,
      collections: null,
      description: '',
      enabled: true,
      disabled: null,
      waiting: 0,
    });
    const { webhookId } = added;
    expect(dataOf(await call('GET', `/v1/webhooks/${webhookId}`))).toEqual(added);
    expect(dataOf<WebhookList>(await call('GET', '/v1/webhooks')).webhooks).toEqual([added]);
    const { rows } = await world.database.pool.query<{ secret: Buffer }>('select secret from knowledge.webhooks');
    expect(rows[0]?.secret.toString('latin1')).not.toContain(secret.slice(6));

    const changed = dataOf<WebhookBody>(
      await call('PATCH', `/v1/webhooks/${webhookId}`, {
        eventTypes: ['run.failed'],
        collections: ['guidelines'],
        description: 'to the pager',
        enabled: false,
      }),
    );
    expect(changed).toMatchObject({
      eventTypes: ['run.failed'],
      collections: ['guidelines'],
      description: 'to the pager',
      enabled: false,
      disabled: { reason: 'by_hand' },
    });
    expectError(await call('POST', `/v1/webhooks/${webhookId}/test`), 'WEBHOOK_DISABLED');
    const enabled = dataOf<WebhookBody>(
      await call('PATCH', `/v1/webhooks/${webhookId}`, { enabled: true, collections: null }),
    );
    expect(enabled).toMatchObject({ enabled: true, collections: null });

    const rotated = dataOf<AddedWebhook>(await call('POST', `/v1/webhooks/${webhookId}/rotate`, {}));
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.formerSecretUntil).not.toBeNull();
    const leaked = dataOf<AddedWebhook>(await call('POST', `/v1/webhooks/${webhookId}/rotate`, { overlapHours: 0 }));
    expect(leaked.formerSecretUntil).toBeNull();

    expect(dataOf(await call('DELETE', `/v1/webhooks/${webhookId}`))).toEqual({ webhookId });
    expectError(await call('GET', `/v1/webhooks/${webhookId}`), 'WEBHOOK_NOT_FOUND');
    // Neither the secret nor the address, which may hold a token, is in a log.
    expect(world.logLines.join('')).not.toMatch(/whsec_|geheim/);
  });

  it.each([
    ['no address', 'WEBHOOK_URL_INVALID'],
    ['ftp://hooks.example.org/', 'WEBHOOK_URL_INVALID'],
    ['https://user:word@hooks.example.org/', 'WEBHOOK_URL_INVALID'],
    ['http://hooks.example.org/', 'WEBHOOK_URL_NOT_ALLOWED'],
    ['https://127.0.0.1/', 'WEBHOOK_URL_NOT_ALLOWED'],
    ['https://[::ffff:10.0.0.1]/', 'WEBHOOK_URL_NOT_ALLOWED'],
    ['https://169.254.169.254/latest/', 'WEBHOOK_URL_NOT_ALLOWED'],
    ['https://localhost:8080/', 'WEBHOOK_URL_NOT_ALLOWED'],
  ] as const)('do not lead to %s', async (url, code) => {
    expectError(await call('POST', '/v1/webhooks', { url }), code);
    const { webhookId } = await add();
    expectError(await call('PATCH', `/v1/webhooks/${webhookId}`, { url }), code);
  });

  it.each([
    {},
    { url: URL_OF_TEST, eventTypes: [] },
    { url: URL_OF_TEST, eventTypes: ['webhook.test'] },
    { url: URL_OF_TEST, eventTypes: ['run.failed', 'run.failed'] },
    { url: `${URL_OF_TEST}${'x'.repeat(2_000)}` },
    { url: URL_OF_TEST, secret: 'whsec_mine' },
    { url: URL_OF_TEST, collections: [] },
  ])('take no other body: %j', async (body) => {
    expectError(await call('POST', '/v1/webhooks', body), 'VALIDATION_FAILED');
  });

  it('are of collections that there are', async () => {
    const body = { url: URL_OF_TEST, collections: ['nowhere'] };
    expectError(await call('POST', '/v1/webhooks', body), 'COLLECTION_NOT_FOUND');
  });

  it('are kept by who sees the whole organization', async () => {
    const key = await world.makeKey({ scopes: ['admin'], safetyLevel: 'public' });
    expectError(await call('GET', '/v1/webhooks', undefined, key), 'ACCESS_RESTRICTED');
    expectError(await call('POST', '/v1/webhooks', { url: URL_OF_TEST }, key), 'ACCESS_RESTRICTED');
  });

  it('belong to one organization', async () => {
    const { webhookId } = await add();
    await world.catalog.collections.list({ organizationId: 'elsewhere', collections: 'all', safetyLevel: 'public' });
    const key = await world.makeKey({ scopes: ['admin'], organizationId: 'elsewhere' });
    expectError(await call('GET', `/v1/webhooks/${webhookId}`, undefined, key), 'WEBHOOK_NOT_FOUND');
    expectError(await call('POST', `/v1/webhooks/${webhookId}/rotate`, {}, key), 'WEBHOOK_NOT_FOUND');
    expectError(await call('DELETE', `/v1/webhooks/${webhookId}`, undefined, key), 'WEBHOOK_NOT_FOUND');
  });

  it('are tested, and a message is sent again, by the workflow that delivers', async () => {
    const { webhookId } = await add();
    const ref = { organizationId: 'default', webhookId };
    const test = dataOf<DeliveryBody>(await call('POST', `/v1/webhooks/${webhookId}/test`), 202);
    expect(test).toMatchObject({ type: 'webhook.test', state: 'waiting', attempts: 0, status: null, problem: null });
    expect(world.starter.delivering).toContainEqual(ref);
    const { deliveryId } = test;
    await world.catalog.webhooks.record(ref, { deliveryId, status: 500, problem: 'STATUS', nextTryInMs: null });
    const failed = dataOf<DeliveryList>(await call('GET', `/v1/webhooks/${webhookId}/deliveries?state=failed`));
    expect(failed).toMatchObject({ deliveries: [{ deliveryId, status: 500, problem: 'STATUS' }], next: null });
    // Without the engine, the next look at what is due wakes the workflow.
    world.starter.down = true;
    const again = await call('POST', `/v1/webhooks/${webhookId}/deliveries/${deliveryId}/redeliver`);
    world.starter.down = false;
    expect(dataOf(again, 202)).toMatchObject({ eventId: test.eventId, state: 'waiting' });
    const unknown = await call('POST', `/v1/webhooks/${webhookId}/deliveries/${NOTHING}/redeliver`);
    expectError(unknown, 'WEBHOOK_DELIVERY_NOT_FOUND');
  });

  it('list their deliveries by pages', async () => {
    const { webhookId } = await add({ eventTypes: ['document.published'] });
    const { catalog, vectorIndex, embedder } = world;
    for (const externalId of ['one', 'two', 'three']) {
      await publishDocument({
        catalog,
        vectorIndex,
        embedder,
        collection: 'guidelines',
        externalId,
        passages: ['Rest.'],
      });
    }
    await catalog.webhooks.spread(1_000);
    const url = `/v1/webhooks/${webhookId}/deliveries`;
    const first = dataOf<DeliveryList>(await call('GET', `${url}?limit=2`));
    const rest = dataOf<DeliveryList>(await call('GET', `${url}?limit=2&cursor=${first.next}`));
    expect([...first.deliveries, ...rest.deliveries].map(({ type }) => type)).toEqual(
      Array<string>(3).fill('document.published'),
    );
    expect(rest.next).toBeNull();
    expectError(await call('GET', `${url}?cursor=x`), 'CURSOR_INVALID');
    expectError(await call('GET', `/v1/webhooks/${NOTHING}/deliveries`), 'WEBHOOK_NOT_FOUND');
  });
});
