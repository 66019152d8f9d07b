import { createConnection } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { expectError, dataOf } from './api-answers.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { overriding } from './overriding.js';

const SOME_ID = '3f2b8c1e-6a57-4d0f-9a53-2f1f8f0a7c11';

describe('HTTP', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  describe('envelope and headers', () => {
    it('answers /health without a key, in the envelope', async () => {
      const response = await world.call({ url: '/health', key: null });
      expect(dataOf(response)).toEqual({ status: 'ok' });
      expect(response.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
    });

    it('takes a request id that is a UUID, and no other', async () => {
      const kept = await world.call({ url: '/health', headers: { 'x-request-id': SOME_ID } });
      expect(kept.headers['x-request-id']).toBe(SOME_ID);
      const made = await world.call({ url: '/health', headers: { 'x-request-id': 'Patient John Sample' } });
      expect(made.headers['x-request-id']).not.toContain('John');
    });
  });

  describe('refusals of the framework', () => {
    it('knows no such call', async () => {
      expectError(await world.call({ url: '/v1/nothing' }), 'ROUTE_NOT_FOUND');
      expectError(await world.call({ url: '/v1/nothing', key: null }), 'ROUTE_NOT_FOUND');
      expectError(await world.call({ url: `/v1/documents/${SOME_ID}/nothing` }), 'ROUTE_NOT_FOUND');
      expectError(await world.call({ url: `/v1/documents/${'x'.repeat(3_000)}` }), 'ROUTE_NOT_FOUND');
    });

    it('names the methods that an address takes', async () => {
      const search = await world.call({ method: 'GET', url: '/v1/search' });
      expectError(search, 'METHOD_NOT_ALLOWED');
      expect(search.headers['allow']).toBe('POST');
      const document = await world.call({ method: 'PUT', url: `/v1/documents/${SOME_ID}?x=1` });
      expectError(document, 'METHOD_NOT_ALLOWED');
      expect(document.headers['allow']).toBe('DELETE, GET, HEAD');
    });

    it.each([
      ['cut off', '{"query": "x"'],
      ['no JSON', 'query=x'],
      ['with a prototype', '{"query": "x", "__proto__": {"a": 1}}'],
    ])('does not take JSON that is %s', async (_name, payload) => {
      const response = await world.call({
        method: 'POST',
        url: '/v1/search',
        payload,
        headers: { 'content-type': 'application/json' },
      });
      expectError(response, 'JSON_MALFORMED');
      expect(response.body).not.toContain('query=x');
    });

    it('does not take JSON that is too deep', async () => {
      const payload = `{"query": "x", "filters": {"metadata": {"a": ${'['.repeat(5_000)}${']'.repeat(5_000)}}}}`;
      const headers = { 'content-type': 'application/json' };
      expectError(await world.call({ method: 'POST', url: '/v1/search', payload, headers }), 'JSON_TOO_DEEP');
    });

    it('does not take a body that is too large, or of another type', async () => {
      const payload = JSON.stringify({ query: 'x'.repeat(300_000) });
      const json = { 'content-type': 'application/json' };
      expectError(await world.call({ method: 'POST', url: '/v1/search', payload, headers: json }), 'BODY_TOO_LARGE');
      const xml = { 'content-type': 'application/xml' };
      expectError(
        await world.call({ method: 'POST', url: '/v1/search', payload: '<a/>', headers: xml }),
        'MEDIA_TYPE_UNSUPPORTED',
      );
    });

    it('does not take an address that is no URL', async () => {
      expectError(await world.call({ url: '/v1/documents/%E0%A4%A' }), 'URL_MALFORMED');
    });

    it('answers what is no HTTP in the envelope', async () => {
      const app = await world.build();
      await app.listen({ port: 0, host: '127.0.0.1' });
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = createConnection((app.server.address() as AddressInfo).port, '127.0.0.1');
        let received = '';
        socket.on('data', (chunk) => (received += chunk.toString()));
        socket.on('end', () => resolve(received));
        socket.on('error', reject);
        socket.write('this is no HTTP\r\n\r\n');
      });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ error: true, code: 'REQUEST_MALFORMED' });
      await app.close();
    });
  });

  describe('validation', () => {
    const search = (payload: object | undefined) =>
      world.call({
        method: 'POST',
        url: '/v1/search',
        ...(payload ? { payload } : { headers: { 'content-type': 'application/json' } }),
      });

    it.each([
      ['no body', undefined, 'body must be object'],
      ['no query', {}, 'body must have query'],
      ['a wrong type', { query: 5 }, 'body/query must be string'],
      ['a number as text', { query: 'x', topK: '5' }, 'body/topK must be integer'],
      ['too much', { query: 'x', topK: 101 }, 'body/topK must be <= 100'],
      ['a wrong choice', { query: 'x', mode: 'fuzzy' }, 'body/mode must be one of hybrid, vector, text, auto'],
      [
        'an unknown field',
        { query: 'x', top_k: 5 },
        'body does not take top_k; it takes query, collections, mode, topK, minScore, filters',
      ],
      [
        'a filter that is not there yet',
        { query: 'x', filters: { jurisdiction: 'BR' } },
        'body/filters does not take jurisdiction; it takes sourceType, language',
      ],
      [
        'a wrong filter value',
        { query: 'x', filters: { sourceType: 'novel' } },
        'body/filters/sourceType must be one of guideline, pubmed_abstract',
      ],
      [
        'a wrong day',
        { query: 'x', filters: { publishedFrom: '2021-13-01' } },
        'body/filters/publishedFrom must be a day, as 2024-12-01',
      ],
      [
        'a range backwards',
        { query: 'x', filters: { publishedFrom: '2022-01-01', publishedTo: '2021-01-01' } },
        'body/filters/publishedFrom must not be after publishedTo',
      ],
      ['a wrong id', { query: 'x', filters: { documentIds: ['1'] } }, 'body/filters/documentIds/0 must be a uuid'],
      ['a wrong name', { query: 'x', collections: ['No Such!'] }, 'body/collections/0 must match'],
      ['NUL', { query: 'a\u0000b' }, 'text must be valid Unicode without NUL characters'],
    ])('names the field and what is allowed: %s', async (_name, payload, problem) => {
      const answer = expectError(await search(payload), 'VALIDATION_FAILED');
      expect(answer.message).toContain(problem);
      expect(answer.details).toMatchObject({
        fields: [expect.objectContaining({ field: expect.any(String) as string })],
      });
    });

    it('tells an empty query from a long one', async () => {
      expectError(await search({ query: '' }), 'QUERY_EMPTY');
      expectError(await search({ query: ' \n\t ' }), 'QUERY_EMPTY');
      expectError(await search({ query: 'x'.repeat(2_001) }), 'QUERY_TOO_LONG');
    });

    it.each([
      ['GET', '/v1/documents/1'],
      ['GET', '/v1/documents/1/text'],
      ['GET', '/v1/documents/1/pages'],
      ['GET', '/v1/documents/1/chunks'],
      ['DELETE', '/v1/documents/1'],
      ['GET', '/v1/runs/1'],
      ['GET', '/v1/chunks/1'],
      ['GET', `/v1/chunks/${SOME_ID}'--`],
    ] as const)('does not take a wrong id: %s %s', async (method, url) => {
      const answer = expectError(await world.call({ method, url }), 'VALIDATION_FAILED');
      expect(answer.message).toContain('must be a uuid');
    });

    it('checks query strings and cursors', async () => {
      const limit = expectError(await world.call({ url: '/v1/documents?limit=1000' }), 'VALIDATION_FAILED');
      expect(limit.message).toContain('querystring/limit must be <= 200');
      expectError(await world.call({ url: '/v1/documents?limit=1&limit=2' }), 'VALIDATION_FAILED');
      expectError(await world.call({ url: '/v1/documents?externalId=a%00b' }), 'VALIDATION_FAILED');
      expectError(await world.call({ url: '/v1/documents?cursor=nonsense' }), 'CURSOR_INVALID');
      expectError(await world.call({ url: '/v1/runs?cursor=nonsense' }), 'CURSOR_INVALID');
      expectError(await world.call({ url: '/v1/documents?collection=none' }), 'COLLECTION_NOT_FOUND');
      expectError(await world.call({ url: '/v1/runs?collection=none' }), 'COLLECTION_NOT_FOUND');
    });
  });

  describe('health', () => {
    it('looks at every part', async () => {
      const data = dataOf<{ components: Record<string, { status: string }> }>(
        await world.call({ url: '/health/deep', key: null }),
      );
      expect(Object.entries(data.components).map(([name, { status }]) => [name, status])).toEqual([
        ['database', 'ok'],
        ['objectStore', 'ok'],
        ['engine', 'ok'],
        ['embedder', 'ok'],
        ['phiDetector', 'off'],
        ['workers', 'ok'],
      ]);
      dataOf(await world.call({ url: '/ready', key: null }));
    });

    it('names what is down; requests that need it say so', async () => {
      const down = () => Promise.reject(new Failure('DATABASE_UNAVAILABLE', { detail: 'host=secret' }));
      const app = await world.build({
        catalog: overriding(world.catalog, { ping: down, keys: overriding(world.catalog.keys, { byHash: down }) }),
      });
      const answer = expectError(await world.call({ app, url: '/health/deep', key: null }), 'UNHEALTHY');
      expect(answer.details).toMatchObject({
        components: { database: { status: 'down' }, objectStore: { status: 'ok' }, engine: { status: 'ok' } },
      });
      expect(JSON.stringify(answer)).not.toContain('secret');
      expectError(await world.call({ app, url: '/ready', key: null }), 'NOT_READY');
      dataOf(await world.call({ app, url: '/health', key: null }));
      expectError(await world.call({ app, url: '/v1/collections' }), 'DATABASE_UNAVAILABLE');
    });

    it('is degraded while nobody works on a queue, or its model is missing', async () => {
      const lastSeen = new Date(Date.now() - 10 * 60_000);
      const { polled } = world.starter;
      const { data } = (await world.call({ url: '/health/deep', key: null })).json<{ data: { status: string } }>();
      expect(data.status).toBe('ok');
      world.starter.polled = { ...polled, ocr: lastSeen, embed: null };
      try {
        const deep = dataOf<{ status: string; components: object }>(
          await world.call({ url: '/health/deep', key: null }),
        );
        expect(deep).toMatchObject({
          status: 'degraded',
          components: {
            workers: {
              status: 'missing',
              queues: [
                { queue: 'workflow', status: 'ok' },
                { queue: 'io', status: 'ok' },
                { queue: 'ocr', status: 'missing', lastSeenAt: lastSeen.toISOString() },
                { queue: 'embed', status: 'missing', lastSeenAt: null },
                { queue: 'webhooks', status: 'ok' },
              ],
            },
          },
        });
      } finally {
        world.starter.polled = polled;
      }
      const app = await world.build({ embedder: null, embedderMissing: true });
      expect(dataOf(await world.call({ app, url: '/health/deep', key: null }))).toMatchObject({
        status: 'degraded',
        components: { embedder: { status: 'missing' } },
      });
      const byRules = await world.build({ phiModel: null, phiModelMissing: true });
      expect(dataOf(await world.call({ app: byRules, url: '/health/deep', key: null }))).toMatchObject({
        status: 'degraded',
        components: { phiDetector: { status: 'missing' } },
      });
    });

    it('tells a database that was killed, and is well again once it is back', async () => {
      const own = await ApiWorld.open();
      try {
        await own.database.kill9?.();
        const answer = expectError(await own.call({ url: '/health/deep', key: null }), 'UNHEALTHY');
        expect(answer.details).toMatchObject({ components: { database: { status: 'down' } } });
        expectError(await own.call({ url: '/ready', key: null }), 'NOT_READY');
        expectError(await own.call({ url: '/v1/collections' }), 'DATABASE_UNAVAILABLE');
        await own.database.restart?.();
        dataOf(await own.call({ url: '/health/deep', key: null }));
        dataOf(await own.call({ url: '/v1/collections' }));
      } finally {
        await own.close();
      }
    });

    it('is well without a model, and not without an engine', async () => {
      const app = await world.build({ embedder: null });
      const data = dataOf<{ components: object }>(await world.call({ app, url: '/health/deep', key: null }));
      expect(data.components).toMatchObject({ embedder: { status: 'off' } });
      world.starter.down = true;
      expectError(await world.call({ app, url: '/health/deep', key: null }), 'UNHEALTHY');
      dataOf(await world.call({ app, url: '/ready', key: null }));
      world.starter.down = false;
    });
  });

  describe('the unexpected', () => {
    it('says nothing of itself', async () => {
      const app = await world.build({
        catalog: overriding(world.catalog, {
          documents: overriding(world.catalog.documents, {
            list: () => Promise.reject(new Error('row of Patient Sample')),
          }),
        }),
      });
      const answer = expectError(await world.call({ app, url: '/v1/documents' }), 'INTERNAL');
      expect(answer.details).toBeUndefined();
      const logged = world.logLines.filter((line) => line.includes(answer.requestId)).join('');
      expect(logged).toContain('request failed');
      expect(logged).not.toContain('Patient Sample');
    });

    it('refuses new requests while it closes', async () => {
      const app = await world.build();
      await app.listen({ port: 0, host: '127.0.0.1' });
      const { port } = app.server.address() as AddressInfo;
      const before = await fetch(`http://127.0.0.1:${port}/v1/collections`, { headers: { 'x-api-key': ADMIN_KEY } });
      expect(before.status).toBe(200);
      await before.arrayBuffer();
      await app.close();
      await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    });
  });
});
