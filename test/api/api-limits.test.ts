import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LimitCounts } from '../../api/limits/limit-counts.js';
import type { Limiting } from '../../api/limits/limit-requests.js';
import { PlanLimitsInForce } from '../../api/limits/plan-limits.js';
import { RateLimiter } from '../../api/limits/rate-limiter.js';
import { UsageMeter } from '../../api/limits/usage-meter.js';
import type { PageLinkList } from '../../api/schemas/page-link.js';
import { createRateStore } from '../../infra/limits/create-rate-store.js';
import { dataOf, expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';

describe('limits of requests', () => {
  let world: ApiWorld;
  const limitings: Limiting[] = [];
  const apps: FastifyInstance[] = [];
  beforeAll(async () => {
    world = await ApiWorld.open();
    const store = createRateStore({ redisUrl: null, pool: world.database.pool });
    for (let number = 0; number < 2; number++) {
      const plans = new PlanLimitsInForce(world.catalog.usage);
      await plans.reload();
      const meter = new UsageMeter(world.catalog.usage);
      const limiting = { limiter: new RateLimiter(store), plans, meter, counts: new LimitCounts() };
      limitings.push(limiting);
      apps.push(await world.build({ limiting, trustedProxies: ['127.0.0.1'] }));
    }
    // So few, and for so long, that no window slides while a test runs.
    const limits = { general: { requests: 6, windowSeconds: 86_400 }, auth: { requests: 3, windowSeconds: 86_400 } };
    for (const plan of ['free', 'guest'] as const) {
      dataOf(await world.call({ app: apps[0]!, method: 'PATCH', url: `/v1/limits/${plan}`, payload: { limits } }));
    }
    await limitings[1]!.plans.reload();
  });
  afterAll(() => world.close());

  const makeKey = async (plan: string) => {
    const payload = { name: 'limited', scopes: ['read'], plan };
    const made = await world.call({ app: apps[0]!, method: 'POST', url: '/v1/keys', payload });
    return made.json<{ data: { key: string; keyId: string } }>().data;
  };
  const list = (key: string, app = apps[0]!, headers: Record<string, string> = {}) =>
    world.call({ app, url: '/v1/documents', key, headers });

  it('lets a key do what its plan says, over all processes, and then says when to come back', async () => {
    const { key } = await makeKey('free');
    const first = await list(key);
    expect(first.headers['ratelimit-policy']).toBe('"general";q=6;w=86400');
    expect(first.headers['ratelimit']).toMatch(/^"general";r=5;t=\d+$/);
    const statuses: number[] = [];
    for (let number = 0; number < 8; number++) statuses.push((await list(key, apps[number % 2])).statusCode);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const refused = await list(key);
    expectError(refused, 'RATE_LIMITED');
    expect(refused.json<{ details: object }>().details).toEqual({
      class: 'general',
      requests: 6,
      windowSeconds: 86_400,
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // Other classes, other keys and the local admin key go on.
    expect((await list((await makeKey('free')).key)).statusCode).toBe(200);
    for (let number = 0; number < 20; number++) {
      const answer = await list(ADMIN_KEY);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['ratelimit']).toBeUndefined();
    }
  });

  it('counts guests by address, which only a declared proxy may name', async () => {
    const { key } = await makeKey('guest');
    const from = (address: string) => list(key, apps[0], { 'x-forwarded-for': address });
    for (let number = 0; number < 6; number++) expect((await from('192.0.2.1')).statusCode).toBe(200);
    expectError(await from('192.0.2.1'), 'RATE_LIMITED');
    expect((await from('192.0.2.2')).statusCode).toBe(200);
    // Addresses of one IPv6 network are one guest.
    for (let number = 0; number < 6; number++) expect((await from(`2001:db8::${number}`)).statusCode).toBe(200);
    expectError(await from('2001:db8::ffff'), 'RATE_LIMITED');
    const distrusting = await world.build({ limiting: limitings[0]! });
    for (let number = 0; number < 6; number++)
      await list(key, distrusting, { 'x-forwarded-for': `198.51.100.${number}` });
    expectError(await list(key, distrusting, { 'x-forwarded-for': '198.51.100.99' }), 'RATE_LIMITED');
  });

  it('tells who guesses keys no more than that it is too much, and lets others at the address go on', async () => {
    const from = { 'x-forwarded-for': '203.0.113.5' };
    for (let number = 0; number < 3; number++) expectError(await list('wrong', apps[0], from), 'KEY_INVALID');
    expectError(await list('wrong', apps[0], from), 'RATE_LIMITED');
    expect((await list((await makeKey('pro')).key, apps[0], from)).statusCode).toBe(200);
    expectError(await list('wrong', apps[0], { 'x-forwarded-for': '203.0.113.6' }), 'KEY_INVALID');
    expect(limitings[0]!.counts.all().auth).toEqual({ allowed: 4, blocked: 1 });
  });

  it('follows changes of plans without a restart', async () => {
    const { key, keyId } = await makeKey('free');
    for (let number = 0; number < 6; number++) await list(key);
    expectError(await list(key), 'RATE_LIMITED');
    const changed = await world.call({
      app: apps[0]!,
      method: 'PATCH',
      url: `/v1/keys/${keyId}`,
      payload: { plan: 'pro' },
    });
    expect(dataOf(changed)).toEqual({ keyId, plan: 'pro' });
    await expect.poll(async () => (await list(key)).statusCode, { timeout: 20_000 }).toBe(200);
    expectError(
      await world.call({ app: apps[0]!, method: 'PATCH', url: '/v1/limits/free', payload: {}, key }),
      'SCOPE_MISSING',
    );
    const elsewhere = await world.makeKey({ scopes: ['admin'], organizationId: 'elsewhere' });
    expectError(
      await world.call({ app: apps[0]!, method: 'PATCH', url: '/v1/limits/free', payload: {}, key: elsewhere }),
      'ACCESS_RESTRICTED',
    );
  });

  it('counts what a key asked for in a month, and stops it at its quota', async () => {
    dataOf(await world.call({ app: apps[0]!, method: 'PATCH', url: '/v1/limits/pro', payload: { monthly: 5 } }));
    const { key, keyId } = await makeKey('pro');
    for (let number = 0; number < 3; number++) expect((await list(key)).statusCode).toBe(200);
    const usage = dataOf(await world.call({ app: apps[0]!, url: '/v1/usage', key }));
    expect(usage).toMatchObject({
      keyId,
      plan: 'pro',
      requests: 4,
      byClass: { general: 4 },
      quota: 5,
      remaining: 1,
    });
    expect((await list(key)).statusCode).toBe(200);
    const refused = await list(key);
    expectError(refused, 'QUOTA_EXCEEDED');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    dataOf(await world.call({ app: apps[0]!, method: 'PATCH', url: '/v1/limits/pro', payload: { monthly: null } }));
    expect((await list(key)).statusCode).toBe(200);
  });

  it('lets whoever was given a link use up nothing of the key that made it, and have no more than an address has', async () => {
    dataOf(await world.call({ app: apps[0]!, method: 'PATCH', url: '/v1/limits/free', payload: { monthly: 3 } }));
    const page = { documentId: randomUUID(), page: 1 };
    const linkOf = async (key: string) => {
      const asked = { method: 'POST', url: '/v1/page-links', payload: { pages: [page] }, key } as const;
      const { links } = dataOf<PageLinkList>(await world.call({ app: apps[0]!, ...asked }));
      return links[0]?.url ?? '';
    };
    const look = (url: string, address: string) =>
      apps[0]!.inject({ method: 'GET', url, headers: { 'x-forwarded-for': address } });

    const { key, keyId } = await makeKey('free');
    const url = await linkOf(key);
    for (let number = 0; number < 6; number++) expectError(await look(url, '192.0.2.7'), 'DOCUMENT_NOT_FOUND');
    expectError(await look(url, '192.0.2.7'), 'RATE_LIMITED');
    expectError(await look(url, '192.0.2.8'), 'DOCUMENT_NOT_FOUND');
    expect((await list(key)).statusCode).toBe(200);
    const usage = dataOf(await world.call({ app: apps[0]!, url: '/v1/usage', key }));
    expect(usage).toMatchObject({ keyId, byClass: { general: 3 } });

    // The local admin key has no limit; its links have.
    const answer = await look(await linkOf(ADMIN_KEY), '192.0.2.9');
    expect(answer.headers['ratelimit-policy']).toMatch(/^"general";q=\d+/);
    dataOf(await world.call({ app: apps[0]!, method: 'PATCH', url: '/v1/limits/free', payload: { monthly: null } }));
  });

  it('shows operators the plans and what was refused', async () => {
    const limits = dataOf<{
      plans: { plan: string }[];
      store: object;
      counts: Record<string, { allowed: number; blocked: number }>;
    }>(await world.call({ app: apps[0]!, url: '/v1/limits' }));
    expect(limits.plans.map(({ plan }) => plan)).toEqual(['guest', 'free', 'pro', 'enterprise']);
    expect(limits.store).toEqual({ kind: 'postgres', insured: false });
    expect(limits.counts['general']!.blocked).toBeGreaterThan(0);
  });
});
