import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyScope } from '../../core/contract/states.js';
import type { DocumentList } from '../../api/schemas/document.js';
import type { SearchData } from '../../api/schemas/search.js';
import { dataOf, expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { upload } from './multipart.js';
import { type Published, publishDocument, wholeOrganization } from './publish-document.js';

describe('who may do what', () => {
  let world: ApiWorld;
  let guideline: Published;
  let chunkId: string;
  beforeAll(async () => {
    world = await ApiWorld.open();
    guideline = await publishDocument({
      catalog: world.catalog,
      vectorIndex: world.vectorIndex,
      embedder: world.embedder,
      collection: 'guidelines',
      externalId: 'who-1',
      passages: ['Adults receive zorbacillin 0.5 mg/kg once daily.'],
      pages: 1,
    });
    const [chunk] = (await world.catalog.documents.chunks(wholeOrganization(), guideline.documentId)) ?? [];
    chunkId = chunk?.chunkId ?? '';
  });
  afterAll(() => world.close());

  /** Every guarded call, with the scopes of which one is needed. */
  const calls = (): {
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
    url: string;
    scopes: KeyScope[];
    payload?: object;
  }[] => [
    { method: 'POST', url: '/v1/search', scopes: ['search'], payload: { query: 'zorbacillin' } },
    { method: 'GET', url: `/v1/chunks/${chunkId}`, scopes: ['read', 'search'] },
    { method: 'POST', url: '/v1/documents', scopes: ['ingest'] },
    { method: 'GET', url: '/v1/documents', scopes: ['read'] },
    { method: 'GET', url: `/v1/documents/${guideline.documentId}`, scopes: ['read'] },
    { method: 'GET', url: `/v1/documents/${guideline.documentId}/text`, scopes: ['read'] },
    { method: 'GET', url: `/v1/documents/${guideline.documentId}/pages`, scopes: ['read'] },
    { method: 'GET', url: `/v1/documents/${guideline.documentId}/chunks`, scopes: ['read'] },
    { method: 'GET', url: '/v1/runs', scopes: ['read', 'ingest'] },
    { method: 'GET', url: `/v1/runs/${guideline.runId}`, scopes: ['read', 'ingest'] },
    { method: 'GET', url: '/v1/collections', scopes: ['read', 'search', 'ingest'] },
    { method: 'POST', url: '/v1/collections', scopes: ['admin'], payload: { name: 'x', sourceType: 'other' } },
    { method: 'PATCH', url: '/v1/collections/guidelines', scopes: ['admin'], payload: { language: 'en' } },
    { method: 'DELETE', url: `/v1/documents/${guideline.documentId}`, scopes: ['delete'] },
  ];

  it('asks every guarded call for a key', async () => {
    for (const { method, url, payload } of calls()) {
      const none = await world.call({ method, url, key: null, ...(payload ? { payload } : {}) });
      expectError(none, 'KEY_REQUIRED');
      expect(none.headers['www-authenticate']).toContain('Bearer');
      expectError(await world.call({ method, url, key: 'wrong', ...(payload ? { payload } : {}) }), 'KEY_INVALID');
    }
  });

  it('asks every guarded call for its scope', async () => {
    const scopes: KeyScope[] = ['search', 'read', 'ingest', 'delete'];
    const keys = new Map<KeyScope, string>();
    for (const scope of scopes) keys.set(scope, await world.makeKey({ scopes: [scope] }));
    for (const call of calls()) {
      for (const scope of scopes.filter((one) => !call.scopes.includes(one))) {
        const { method, url, payload } = call;
        const answer = expectError(
          await world.call({ method, url, key: keys.get(scope) ?? '', ...(payload ? { payload } : {}) }),
          'SCOPE_MISSING',
        );
        expect(answer.details).toEqual({ required: call.scopes });
      }
    }
  });

  it('takes the key from either header, and its scheme in any case', async () => {
    const url = '/v1/collections';
    dataOf(await world.call({ url, key: null, headers: { 'x-api-key': ADMIN_KEY } }));
    dataOf(await world.call({ url, key: null, headers: { authorization: `bearer   ${ADMIN_KEY}` } }));
    dataOf(await world.call({ url, key: null, headers: { authorization: 'Basic eDp5', 'x-api-key': ADMIN_KEY } }));
    expectError(await world.call({ url, key: null, headers: { authorization: `Basic ${ADMIN_KEY}` } }), 'KEY_REQUIRED');
    expectError(await world.call({ url, key: null, headers: { authorization: 'Bearer' } }), 'KEY_REQUIRED');
    expectError(await world.call({ url, key: 'x'.repeat(10_000) }), 'KEY_INVALID');
    expectError(await world.call({ url: `${url}?key=${ADMIN_KEY}`, key: null }), 'KEY_REQUIRED');
  });

  it('refuses an expired key, and a revoked one within seconds', async () => {
    const expired = await world.makeKey({ scopes: ['admin'], expiresAt: new Date(Date.now() - 1000) });
    expectError(await world.call({ url: '/v1/collections', key: expired }), 'KEY_INVALID');
    const { keyId, text } = await world.makeKeyWithId({ scopes: ['admin'] });
    dataOf(await world.call({ url: '/v1/collections', key: text }));
    expect(await world.catalog.keys.revoke('default', keyId, 'key-1')).toBe(true);
    const deadlineMs = performance.now() + 5_000;
    let status = 200;
    while (status === 200 && performance.now() < deadlineMs) {
      status = (await world.call({ url: '/v1/collections', key: text })).statusCode;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(status).toBe(401);
  });

  it('shows an organization nothing of another, on any call', async () => {
    const stranger = await world.makeKey({ organizationId: 'other-hospital', scopes: ['admin'] });
    const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      world.call({ method, url, key: stranger, ...(payload ? { payload } : {}) });

    expect(dataOf(await call('GET', '/v1/collections'))).toEqual({ collections: [] });
    expect(dataOf<DocumentList>(await call('GET', '/v1/documents')).documents).toEqual([]);
    expect(dataOf(await call('GET', '/v1/runs'))).toEqual({ runs: [], next: null });
    expectError(await call('GET', `/v1/runs/${guideline.runId}`), 'RUN_NOT_FOUND');
    expectError(await call('GET', `/v1/chunks/${chunkId}`), 'CHUNK_NOT_FOUND');
    for (const part of ['', '/text', '/pages', '/chunks']) {
      expectError(await call('GET', `/v1/documents/${guideline.documentId}${part}`), 'DOCUMENT_NOT_FOUND');
    }
    expectError(await call('DELETE', `/v1/documents/${guideline.documentId}`), 'DOCUMENT_NOT_FOUND');
    expectError(await call('PATCH', '/v1/collections/guidelines', { language: 'pt' }), 'COLLECTION_NOT_FOUND');
    for (const mode of ['hybrid', 'vector', 'text', 'auto']) {
      const filters = { documentIds: [guideline.documentId] };
      expect(dataOf<SearchData>(await call('POST', '/v1/search', { query: 'zorbacillin', mode })).hits).toEqual([]);
      expect(
        dataOf<SearchData>(await call('POST', '/v1/search', { query: 'zorbacillin', mode, filters })).hits,
      ).toEqual([]);
    }
    expectError(
      await call('POST', '/v1/search', { query: 'zorbacillin', collections: ['guidelines'] }),
      'COLLECTION_NOT_FOUND',
    );
    const refused = await world.call({ method: 'POST', url: '/v1/documents', key: stranger, ...sent() });
    expectError(refused, 'COLLECTION_NOT_FOUND');

    // Its own collection of the same name is another collection.
    dataOf(await call('POST', '/v1/collections', { name: 'guidelines', sourceType: 'guideline' }), 201);
    const hits = await call('POST', '/v1/search', { query: 'zorbacillin', collections: ['guidelines'] });
    expect(dataOf<SearchData>(hits).hits).toEqual([]);
    dataOf(await world.call({ url: `/v1/documents/${guideline.documentId}` }));
  });

  const sent = () => {
    const { payload, headers } = upload({ content: '# x' });
    return { payload, headers };
  };

  it('keeps a key within its collections', async () => {
    const collection = await world.catalog.collections.byName(wholeOrganization(), 'consumer_health');
    const key = await world.makeKey({ scopes: ['admin'], collections: [collection?.collectionId ?? ''] });
    const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      world.call({ method, url, key, ...(payload ? { payload } : {}) });
    expect(
      dataOf<{ collections: { name: string }[] }>(await call('GET', '/v1/collections')).collections.map(
        ({ name }) => name,
      ),
    ).toEqual(['consumer_health']);
    expectError(await call('GET', `/v1/documents/${guideline.documentId}`), 'DOCUMENT_NOT_FOUND');
    expectError(await call('GET', `/v1/runs/${guideline.runId}`), 'RUN_NOT_FOUND');
    expectError(await call('GET', `/v1/chunks/${chunkId}`), 'CHUNK_NOT_FOUND');
    expect(dataOf<SearchData>(await call('POST', '/v1/search', { query: 'zorbacillin' })).hits).toEqual([]);
    expectError(await call('POST', '/v1/search', { query: 'x', collections: ['guidelines'] }), 'COLLECTION_NOT_FOUND');
    expectError(await call('POST', '/v1/collections', { name: 'mine', sourceType: 'other' }), 'ACCESS_RESTRICTED');
    expectError(await call('PATCH', '/v1/collections/guidelines', { language: 'pt' }), 'COLLECTION_NOT_FOUND');
  });

  it('keeps a key below its safety level, whatever the request says', async () => {
    const key = await world.makeKey({ scopes: ['admin'], safetyLevel: 'public' });
    const call = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
      world.call({ method, url, key, ...(payload ? { payload } : {}) });
    expectError(await call('GET', `/v1/documents/${guideline.documentId}`), 'DOCUMENT_NOT_FOUND');
    expectError(await call('GET', `/v1/chunks/${chunkId}`), 'CHUNK_NOT_FOUND');
    const filters = { safetyLevel: 'clinical_staff_only' };
    expect(dataOf<SearchData>(await call('POST', '/v1/search', { query: 'zorbacillin', filters })).hits).toEqual([]);
    expectError(await call('PATCH', '/v1/collections/guidelines', { safetyLevel: 'public' }), 'ACCESS_RESTRICTED');
  });

  it('lets only keys of the whole organization have something fetched by the rights of the system', async () => {
    const collection = await world.catalog.collections.byName(wholeOrganization(), 'guidelines');
    const limited = { scopes: ['admin'] as const, collections: [collection?.collectionId ?? ''] };
    const capped = { scopes: ['admin', 'ingest'] as const, safetyLevel: 'healthcare_provider' as const };
    for (const input of [limited, capped, { ...limited, scopes: ['ingest'] as const }]) {
      const key = await world.makeKey(input);
      for (const uri of ['file:///etc/', 's3://guidelines/who/']) {
        const { scopes } = input;
        if ((scopes as readonly string[]).includes('admin')) {
          const sync = { method: 'POST', url: '/v1/collections/guidelines/sync', payload: { uri }, key } as const;
          expectError(await world.call(sync), 'ACCESS_RESTRICTED');
        }
        const payload = { uri: `${uri}a.md`, collection: 'guidelines' };
        expectError(await world.call({ method: 'POST', url: '/v1/documents', payload, key }), 'ACCESS_RESTRICTED');
      }
    }
    const whole = await world.makeKey({ scopes: ['ingest'] });
    const folder = { uri: 'file:///etc/hostname', collection: 'guidelines' };
    const refused = await world.call({ method: 'POST', url: '/v1/documents', payload: folder, key: whole });
    expectError(refused, 'SOURCE_NOT_ALLOWED');
    expect(world.starter.started).toEqual([]);
  });

  it('writes no key, query, file name or address into its log', async () => {
    await world.call({ method: 'POST', url: '/v1/search', payload: { query: 'secretquestion 078-05-1120' } });
    await world.call({ url: '/v1/documents?externalId=secretexternalid' });
    await world.call({ url: '/v1/secretpath' });
    await world.call({ url: '/v1/collections', key: 'secretkey' });
    const { payload, headers } = upload({
      content: '# secretcontent',
      fileName: 'secretname.md',
      collection: 'nothing',
    });
    await world.call({ method: 'POST', url: '/v1/documents', payload, headers });
    const log = world.logLines.join('');
    expect(log.includes('"route":"/v1/search"')).toBe(true);
    expect(log.includes('starting multipart parsing')).toBe(true);
    // The expectation's own message would repeat the log.
    for (const told of ['secret', '078-05-1120', ADMIN_KEY, 'Bearer'])
      expect([told, log.includes(told)]).toEqual([told, false]);
  });
});
