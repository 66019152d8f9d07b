import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedKey, CurrentKey, KeyList } from '../../api/schemas/key.js';
import { dataOf, expectError } from './api-answers.js';
import { ApiWorld } from './api-world.js';

describe('/v1/keys', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  const create = (payload: object, key?: string) =>
    world.call({ method: 'POST', url: '/v1/keys', payload, ...(key === undefined ? {} : { key }) });
  const list = async () => dataOf<KeyList>(await world.call({ url: '/v1/keys' })).keys;
  const revoke = (keyId: string, key?: string) =>
    world.call({ method: 'DELETE', url: `/v1/keys/${keyId}`, ...(key === undefined ? {} : { key }) });
  const auditOf = async (subject: string) =>
    (await world.catalog.audit.list('default', { limit: 1000 })).filter((entry) => entry.subject === subject);

  it('tells a key what it may do and see', async () => {
    const wanted = { scopes: ['search', 'read'], collections: ['guidelines'] };
    const { keyId, key } = dataOf<CreatedKey>(await create({ name: 'reader', ...wanted }), 201);
    const current = async (asking?: string) =>
      dataOf<CurrentKey>(
        await world.call({ url: '/v1/keys/current', ...(asking === undefined ? {} : { key: asking }) }),
      );
    expect(await current(key)).toEqual({ keyId, ...wanted, safetyLevel: 'public' });
    expect(await current()).toMatchObject({ scopes: expect.arrayContaining(['admin']) as string[], collections: null });
  });

  it('makes a key that works at once, as far as it was meant to, and shows it once', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const wanted = { name: 'chat service', scopes: ['search', 'read'], collections: ['guidelines'], expiresAt };
    const created = dataOf<CreatedKey>(await create(wanted), 201);
    expect(created).toMatchObject({ ...wanted, safetyLevel: 'public' });
    expect(created.key).toMatch(/^mk_[A-Za-z0-9_-]{43}$/);

    const { key } = created;
    const seen = dataOf<{ collections: { name: string }[] }>(await world.call({ url: '/v1/collections', key }));
    expect(seen.collections.map(({ name }) => name)).toEqual(['guidelines']);
    expectError(await world.call({ method: 'POST', url: '/v1/collections', payload: {}, key }), 'SCOPE_MISSING');

    const { keyId, name, scopes, collections, safetyLevel } = created;
    const listed = (await list()).find((one) => one.keyId === keyId);
    expect(listed).toMatchObject({ keyId, name, scopes, collections, safetyLevel, expiresAt });
    expect(JSON.stringify(await list())).not.toContain(key.slice(3));
    expect(world.logLines.join('\n')).not.toContain(key.slice(3));
    expect(await auditOf(created.keyId)).toMatchObject([
      {
        action: 'key.created',
        details: { scopes: 'search read', collections: 1, safetyLevel: 'public', expires: true },
      },
    ]);
  });

  it('revokes a key, once, and never itself', async () => {
    const made = dataOf<CreatedKey>(
      await create({ name: 'second admin', scopes: ['admin'], safetyLevel: 'clinical_staff_only' }),
      201,
    );
    expectError(await revoke(made.keyId, made.key), 'KEY_IN_USE');
    expect(dataOf(await revoke(made.keyId))).toEqual({ keyId: made.keyId });
    expectError(await revoke(made.keyId), 'KEY_NOT_FOUND');
    // Another process has not seen the key before, and refuses it at once.
    const other = await world.build();
    expectError(await world.call({ app: other, url: '/v1/keys', key: made.key }), 'KEY_INVALID');
    expect((await list()).some(({ keyId }) => keyId === made.keyId)).toBe(false);
    expect((await auditOf(made.keyId)).map(({ action }) => action)).toEqual(['key.created', 'key.revoked']);
  });

  it('does not reach into another organization', async () => {
    const { keyId, text } = await world.makeKeyWithId({ scopes: ['admin'], organizationId: 'somebody-else' });
    expectError(await revoke(keyId), 'KEY_NOT_FOUND');
    const keys = dataOf<KeyList>(await world.call({ url: '/v1/keys', key: text })).keys;
    expect(keys.map((key) => key.keyId)).toEqual([keyId]);
  });

  it('is for admins of the whole organization', async () => {
    const wanted = { name: 'x', scopes: ['search'] };
    expectError(await create(wanted, await world.makeKey({ scopes: ['ingest', 'delete', 'read'] })), 'SCOPE_MISSING');
    const narrow = await world.makeKey({ scopes: ['admin'], collections: [] });
    const low = await world.makeKey({ scopes: ['admin'], safetyLevel: 'public' });
    for (const key of [narrow, low]) {
      expectError(await create(wanted, key), 'ACCESS_RESTRICTED');
      expectError(await world.call({ url: '/v1/keys', key }), 'ACCESS_RESTRICTED');
    }
  });

  it.each<[string, object, Parameters<typeof expectError>[1]]>([
    ['no scopes', { scopes: [] }, 'VALIDATION_FAILED'],
    ['an unknown scope', { scopes: ['root'] }, 'VALIDATION_FAILED'],
    ['no name', { name: '' }, 'VALIDATION_FAILED'],
    ['a level that is none', { safetyLevel: 'everything' }, 'VALIDATION_FAILED'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'VALIDATION_FAILED'],
    ['an end that is no time', { expiresAt: 'tomorrow' }, 'VALIDATION_FAILED'],
    ['an unknown collection', { collections: ['novels'] }, 'COLLECTION_NOT_FOUND'],
    ['a key of its own', { key: 'mk_mine' }, 'VALIDATION_FAILED'],
  ])('refuses a key with %s', async (_name, changes, code) => {
    expectError(await create({ name: 'x', scopes: ['search'], ...changes }), code);
  });
});
