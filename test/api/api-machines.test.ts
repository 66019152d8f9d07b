import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SealingPayloadCodec } from '../../infra/temporal/payload-codec.js';
import { expectError } from './api-answers.js';
import { ADMIN_KEY, ApiWorld, CODEC_TOKEN, UI_ORIGIN } from './api-world.js';
import { routesOf } from './routes-of.js';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: object[];
  readonly parameters?: { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

interface OpenApi {
  readonly paths: Record<string, Record<string, DescribedOperation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

interface DescribedOperation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content: Record<string, { readonly example?: object }> };
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly schema: object; readonly examples?: Record<string, object> }> }
  >;
}

describe('for machines', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  describe('/openapi.json', () => {
    let document: {
      openapi: string;
      info: object;
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, object> };
    };
    beforeAll(async () => {
      document = (await world.call({ url: '/openapi.json', key: null })).json();
    });
    const operations = () =>
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
      );

    it('says what it is', () => {
      expect(document.openapi).toBe('3.1.0');
      expect(document.info).toMatchObject({ title: 'medindex', version: '9.9.9' });
    });

    it('is valid OpenAPI 3.1', async () => {
      const { valid, errors } = await new Validator().validate(structuredClone(document));
      expect(errors).toBeUndefined();
      expect(valid).toBe(true);
    });

    it('has each route of the app, but for those that are its own', () => {
      const routes = routesOf(world.app.printRoutes({ commonPrefix: false }));
      expect(routes.length).toBeGreaterThan(20);
      const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
      const own = (route: string) =>
        / (\/openapi\.json|\/metrics|\/docs(\/.*)?)$/.test(route) || route.startsWith('OPTIONS /codec/');
      expect(routes.filter((route) => !own(route)).sort()).toEqual(described.sort());
    });

    it('describes every call with its answers, refusals and keys', () => {
      for (const { path, method, operation } of operations()) {
        const place = `${method} ${path}`;
        expect(operation.summary, place).toBeTruthy();
        expect(operation.security, place).toBeDefined();
        const statuses = Object.keys(operation.responses);
        expect(
          statuses.some((status) => status.startsWith('2')),
          place,
        ).toBe(true);
        for (const refusal of ['400', '500', '503']) expect(statuses, place).toContain(refusal);
        if ((operation.security ?? []).length > 0) {
          expect(statuses, place).toEqual(expect.arrayContaining(['401', '403']));
        }
        for (const response of Object.values(operation.responses)) {
          expect(response.description, place).toBeTruthy();
          // An answer without content says so by its status.
          for (const { schema } of Object.values(response.content ?? {})) expect(schema, place).toBeDefined();
        }
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(declared.map(({ name }) => name).sort(), place).toEqual(inPath.sort());
        expect(
          declared.every(({ required }) => required),
          place,
        ).toBe(true);
        const actsOnly =
          /\/(cancel|retry|complete|publish-partial|confirm|promote|rollback|abandon|finish|test|redeliver)$/.test(
            path,
          );
        if ((method === 'post' && !actsOnly) || method === 'patch' || method === 'put')
          expect(operation.requestBody, place).toBeDefined();
      }
      expect(document.components.schemas['UploadDocumentRequest']).toMatchObject({ required: ['file', 'collection'] });
    });

    it('holds only schemas of JSON Schema 2020-12, and no reference into nowhere', () => {
      const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
      const walk = (schema: unknown, place: string): void => {
        if (typeof schema === 'boolean') return;
        expect(typeof schema, place).toBe('object');
        const node = schema as Record<string, unknown>;
        if (typeof node['$ref'] === 'string') {
          const [, name = ''] = /^#\/components\/schemas\/(\w+)$/.exec(node['$ref']) ?? [];
          expect(Object.keys(node), place).toEqual(['$ref']);
          expect(Object.keys(document.components.schemas), place).toContain(name);
          return;
        }
        expect(
          Object.keys(node).filter((key) => key.startsWith('$') || key.startsWith('~')),
          place,
        ).toEqual([]);
        // Removed from the JSON Schema that 3.1 uses.
        expect(node['nullable'], place).toBeUndefined();
        for (const type of [node['type'] ?? []].flat()) expect(types, place).toContain(type);
        for (const name of (node['required'] ?? []) as string[]) {
          expect(Object.keys(node['properties'] ?? {}), place).toContain(name);
        }
        for (const key of ['properties', 'patternProperties']) {
          for (const [name, child] of Object.entries(node[key] ?? {})) walk(child, `${place}/${name}`);
        }
        for (const key of ['items', 'additionalProperties']) if (key in node) walk(node[key], `${place}/${key}`);
        for (const child of (node['anyOf'] ?? []) as unknown[]) walk(child, `${place}/anyOf`);
      };
      for (const [name, schema] of Object.entries(document.components.schemas)) walk(schema, name);
      for (const { path, method, operation } of operations()) {
        const place = `${method} ${path}`;
        for (const { name, schema } of operation.parameters ?? []) walk(schema, `${place} ${name}`);
        for (const { schema } of Object.values(operation.requestBody?.content ?? {})) walk(schema, `${place} body`);
        for (const [status, { content }] of Object.entries(operation.responses)) {
          // 204 has no content.
          for (const { schema } of Object.values(content ?? {})) walk(schema, `${place} ${status}`);
        }
      }
    });
  });

  describe('/openapi.json for generators of clients', () => {
    let document: OpenApi;
    beforeAll(async () => {
      document = (await world.call({ url: '/openapi.json', key: null })).json();
    });

    it('names every call once, and every shape that a body or an answer has', () => {
      const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
      const names = operations.map(({ operationId }) => operationId);
      expect(names).not.toContain(undefined);
      expect(new Set(names).size).toBe(names.length);
      for (const { operationId, responses } of operations) {
        for (const [status, { content }] of Object.entries(responses)) {
          const schema = content?.['application/json']?.schema as { $ref?: string } | undefined;
          if (schema) expect(schema.$ref, `${operationId} ${status}`).toMatch(/^#\/components\/schemas\/\w+$/);
        }
      }
      expect(Object.keys(document.components.schemas)).toEqual(
        expect.arrayContaining(['Error', 'Meta', 'SearchRequest', 'SearchAnswer', 'Hit', 'Anchor', 'Document', 'Run']),
      );
      expect(JSON.stringify(document)).not.toMatch(/Default Response|\.ts\b/);
    });

    it('says of each call with which codes it refuses, and of no other', () => {
      const codes = (method: string, path: string) =>
        Object.values(document.paths[path]?.[method]?.responses ?? {}).flatMap(({ content }) =>
          Object.keys(content?.['application/json']?.examples ?? {}),
        );
      expect(codes('post', '/v1/search')).toContain('QUERY_EMPTY');
      expect(codes('post', '/v1/search')).not.toContain('KEY_IN_USE');
      expect(codes('delete', '/v1/keys/{keyId}')).toContain('KEY_IN_USE');
      expect(codes('get', '/health')).not.toContain('KEY_REQUIRED');
    });

    it('gives examples that work as they stand', async () => {
      const tried: string[] = [];
      // The usual limit: the world's own is small, so that a file can exceed it.
      const app = await world.build({ limits: { uploadBytes: 512 * 1024 ** 2 } });
      for (const [path, item] of Object.entries(document.paths)) {
        for (const [method, { requestBody }] of Object.entries(item)) {
          const example = requestBody?.content['application/json']?.example;
          // What names a thing in its address, or lies in a bucket, needs that thing first.
          if (
            example === undefined ||
            /[{](?:documentId|reviewId|keyId|webhookId)|\/(?:sync|from-uri|answers)$/.test(path)
          )
            continue;
          const answer = await world.call({
            app,
            method: method.toUpperCase() as 'POST',
            url: path.replace('{name}', 'guidelines').replace('{plan}', 'pro'),
            headers: { accept: 'application/json, text/event-stream' },
            payload: example,
          });
          expect(answer.statusCode, `${method} ${path}: ${answer.body}`).toBeLessThan(300);
          tried.push(path);
        }
      }
      expect(tried).toEqual(
        expect.arrayContaining(['/v1/search', '/v1/keys', '/v1/collections', '/v1/collections/{name}', '/v1/uploads']),
      );
    });
  });

  describe('/codec', () => {
    const payloads = () => [
      {
        metadata: { encoding: Buffer.from('json/plain').toString('base64') },
        data: Buffer.from('"secret"').toString('base64'),
      },
    ];
    const post = (operation: string, payload: object, headers: Record<string, string>, key: string | null = null) =>
      world.call({ method: 'POST', url: `/codec/${operation}`, payload, headers, key });

    /** As the Temporal UI asks: it adds "/decode" to the address it was given, and sends neither key nor cookie. */
    const ui = (operation: string, payload: object, token = CODEC_TOKEN, app = world.app) =>
      app.inject({
        method: 'POST',
        url: `/codec/${token}/${operation}`,
        payload,
        headers: { 'content-type': 'application/json', 'x-namespace': 'default', origin: UI_ORIGIN },
      });

    it('opens what the codec of the workers sealed, for the UI', async () => {
      const sealed = await new SealingPayloadCodec(world.keyring).encode([
        { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"secret"') },
      ]);
      const wire = sealed.map(({ metadata, data }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
        ),
        data: Buffer.from(data ?? []).toString('base64'),
      }));
      expect(JSON.stringify(wire)).not.toContain(payloads()[0]?.data);
      const answer = await ui('decode', { payloads: wire });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBe(UI_ORIGIN);
      expect(answer.json()).toEqual({ payloads: payloads() });
    });

    it('goes there and back with an admin key', async () => {
      const encoded = await post('encode', { payloads: payloads() }, {}, ADMIN_KEY);
      expect(encoded.body).not.toContain(payloads()[0]?.data);
      const decoded = await post('decode', encoded.json<object>(), {}, ADMIN_KEY);
      expect(decoded.json()).toEqual({ payloads: payloads() });
    });

    it('serves nobody else, from wherever a request comes', async () => {
      expectError(await post('decode', { payloads: [] }, {}), 'KEY_REQUIRED');
      const strange = await post('decode', { payloads: [] }, { origin: 'http://evil.example' });
      expectError(strange, 'KEY_REQUIRED');
      expect(strange.headers['access-control-allow-origin']).toBeUndefined();
      // As a proxy on this host passes on what somebody far away sends: from loopback, with any origin.
      expectError(await post('decode', { payloads: [] }, { origin: UI_ORIGIN }), 'KEY_REQUIRED');
      const reader = await world.makeKey({ scopes: ['search', 'read', 'ingest', 'delete'] });
      expectError(await post('decode', { payloads: [] }, {}, reader), 'SCOPE_MISSING');
      for (const guess of ['x', CODEC_TOKEN.slice(1), `${CODEC_TOKEN}x`, CODEC_TOKEN.toUpperCase(), 'null', '%00']) {
        expectError(await ui('decode', { payloads: [] }, guess), 'KEY_INVALID');
        expectError(await ui('encode', { payloads: [] }, guess), 'KEY_INVALID');
      }
      const without = await world.build({ codecToken: null });
      for (const guess of [CODEC_TOKEN, 'null', '']) {
        expect((await ui('decode', { payloads: [] }, guess, without)).statusCode, guess).toBe(401);
      }
    });

    it('keeps the token of the UI out of its log', async () => {
      await ui('decode', { payloads: 5 });
      await ui('decode', { payloads: [] });
      expect(world.logLines.join('').includes(CODEC_TOKEN)).toBe(false);
    });

    it('answers the preflight of the UI only', async () => {
      const ask = (origin: string) =>
        world.call({
          method: 'OPTIONS',
          url: `/codec/${CODEC_TOKEN}/decode`,
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'content-type,x-namespace',
          },
          key: null,
        });
      const asked = await ask(UI_ORIGIN);
      expect(asked.statusCode).toBe(204);
      expect(asked.headers).toMatchObject({
        'access-control-allow-origin': UI_ORIGIN,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type, x-namespace, authorization',
      });
      expect((await ask('http://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
      expect(
        (await world.call({ url: '/health', headers: { origin: UI_ORIGIN } })).headers['access-control-allow-origin'],
      ).toBeUndefined();
    });

    it('says when a payload is not ours', async () => {
      const sealed = (await post('encode', { payloads: payloads() }, {}, ADMIN_KEY)).json<{
        payloads: { data: string }[];
      }>();
      const broken = {
        payloads: sealed.payloads.map((payload) => ({ ...payload, data: Buffer.from('damaged').toString('base64') })),
      };
      expectError(await post('decode', broken, {}, ADMIN_KEY), 'PAYLOAD_UNREADABLE');
      expectError(await post('decode', { payloads: 5 }, {}, ADMIN_KEY), 'VALIDATION_FAILED');
    });
  });
});

describe('/docs', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  it('shows the API to people, from this server alone', async () => {
    const page = await world.call({ url: '/docs/', key: null });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const { statusCode } = await world.call({ url: new URL(link, 'http://x/docs/').pathname, key: null });
      expect(statusCode, link).toBe(200);
    }
    // No script in the page itself: the policy would stop it.
    expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
    expect((await world.call({ url: '/docs', key: null })).statusCode).toBeLessThan(400);
  });

  it('opens nothing else', async () => {
    expectError(await world.call({ url: '/docsx', key: null }), 'ROUTE_NOT_FOUND');
    expect((await world.call({ url: '/docs/static/../../package.json', key: null })).statusCode).toBe(404);
    expect(
      (await world.call({ url: '/docs/static/%2e%2e/package.json', key: null })).statusCode,
    ).toBeGreaterThanOrEqual(400);
  });
});
