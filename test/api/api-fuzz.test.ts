import { randomUUID } from 'node:crypto';
import { type AddressInfo, createConnection } from 'node:net';
import { METHODS } from 'node:http';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, ERRORS } from '../../api/errors.js';
import { ADMIN_KEY, ApiWorld } from './api-world.js';
import { expectError } from './api-answers.js';
import { multipart } from './multipart.js';
import { type Published, publishDocument } from './publish-document.js';

/** What a method may carry, rightly or wrongly. */
const BODIES: readonly { name: string; payload?: string | Buffer; type?: string }[] = [
  { name: 'nothing' },
  { name: 'a type without a body', type: 'application/json' },
  { name: 'an empty object', payload: '{}', type: 'application/json' },
  { name: 'JSON with a charset', payload: '{"query":"x"}', type: 'application/json; charset=latin1' },
  { name: 'a list', payload: '[1,2,3]', type: 'application/json' },
  { name: 'null', payload: 'null', type: 'application/json' },
  { name: 'half an object', payload: '{"a":', type: 'application/json' },
  { name: 'wrong types everywhere', payload: JSON.stringify(wrongEverywhere()), type: 'application/json' },
  { name: 'huge numbers', payload: '{"topK":1e309,"minScore":-1e308,"sizeBytes":1e21}', type: 'application/json' },
  { name: 'bytes as JSON', payload: Buffer.from([0xff, 0xfe, 0x00, 0x7b]), type: 'application/json' },
  { name: 'a form', payload: 'a=b', type: 'application/x-www-form-urlencoded' },
  { name: 'multipart without a boundary', payload: 'x', type: 'multipart/form-data' },
  { name: 'a type that is none', payload: 'x', type: 'one/two/three;;' },
  { name: 'a body without a type', payload: 'x' },
  { name: 'bytes', payload: Buffer.alloc(32, 0xff), type: 'application/octet-stream' },
];

const HEADERS: readonly Record<string, string>[] = [
  {},
  { accept: 'application/x-nothing', 'accept-encoding': 'zstd;q=2', 'if-none-match': '"' },
  { range: 'bytes=9-1', 'last-event-id': '{"state":1}', 'x-request-id': '💥'.length.toString() },
  { origin: 'null', 'content-encoding': 'gzip', 'transfer-encoding': 'identity', te: 'trailers' },
];

const QUERIES: readonly string[] = [
  '',
  '?limit=-1&cursor=%00',
  '?limit=1e9&cursor=🙂&version=x',
  '?limit=2&limit=3&state[]=x&__proto__=1',
  '?dpi=1e308&page=0.5&externalId=%ED%A0%80',
  '?cursor=999999999999999&collection=%2e%2e',
];

function isOf(path: string, url: string): boolean {
  const parts = path.split('/');
  const given = url.split('/');
  return parts.length === given.length && parts.every((part, at) => part.startsWith('{') || part === given[at]);
}

describe('the API under odd requests', () => {
  let world: ApiWorld;
  let published: Published;
  let paths: Map<string, ReadonlySet<string>>;
  beforeAll(async () => {
    world = await ApiWorld.open();
    const { catalog, vectorIndex, embedder } = world;
    const passages = ['Adults receive zorbacillin 0.5 mg/kg once daily.'];
    published = await publishDocument({
      ...{ catalog, vectorIndex, embedder, passages },
      ...{ collection: 'guidelines', externalId: 'fuzz-1', pages: 1 },
    });
    const openapi = (await world.call({ url: '/openapi.json', key: null })).json<{ paths: Record<string, object> }>();
    paths = new Map(
      Object.entries(openapi.paths).map(([path, operations]) => [
        path,
        new Set(Object.keys(operations).map((method) => method.toUpperCase())),
      ]),
    );
  });
  afterAll(() => world.close());

  /** Addresses of a documented path: with ids that exist, ids that do not, and what is no id. */
  function addressesOf(path: string): string[] {
    const known: Record<string, string> = {
      documentId: published.documentId,
      runId: published.runId,
      name: 'guidelines',
      page: '1',
      number: '1',
    };
    const fill = (other: (name: string) => string) =>
      path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(other(name)));
    const all = [
      fill((name) => known[name] ?? randomUUID()),
      fill(() => randomUUID()),
      fill(() => "x'; drop table"),
      fill(() => '\u0000'),
      fill(() => '9'.repeat(400)),
    ];
    return [...new Set(all)];
  }

  /** No answer of this API is a fault of its own, and whatever it refuses is of its table. */
  function expectAnswer(response: LightMyRequestResponse, sent: string): void {
    const { statusCode, body, headers } = response;
    if (statusCode < 400) return;
    const told = `${sent} → ${statusCode} ${body.slice(0, 200)}`;
    expect(statusCode < 500 || statusCode === 501, told).toBe(true);
    if (String(headers['content-type']).startsWith('application/json') && body !== '') {
      const { code, jsonrpc } = response.json<{ code: ErrorCode; jsonrpc?: string }>();
      // What the Model Context Protocol refuses has a form of its own.
      if (jsonrpc === '2.0') return;
      expect(ERRORS[code]?.status, told).toBe(statusCode);
    }
    if (statusCode === 405) expect(headers['allow'], told).toBeTruthy();
  }

  it('answers every method on every documented address as the documentation says', async () => {
    const methods = METHODS.filter((method) => method !== 'CONNECT');
    for (const [path, documented] of paths) {
      for (const method of methods) {
        for (const key of [ADMIN_KEY, null]) {
          const url = addressesOf(path)[1] ?? path;
          const response = await world.call({ method: method as 'GET', url, key });
          expectAnswer(response, `${method} ${url}`);
          const asked = method === 'HEAD' ? 'GET' : method;
          // An address may be of two paths: /v1/keys/current is one of /v1/keys/{keyId}, too.
          const takes = method === 'OPTIONS' || [...paths].some(([one, its]) => its.has(asked) && isOf(one, url));
          if (!takes) {
            expectError(response, 'METHOD_NOT_ALLOWED');
            const allowed = String(response.headers['allow']).split(', ');
            expect(allowed, `${method} ${path}`).toEqual(expect.arrayContaining([...documented]));
          }
        }
      }
    }
  });

  it('answers a method that no call has with 501 where there is no such address either', async () => {
    for (const method of ['QUERY', 'PROPFIND', 'TRACE', 'PURGE']) {
      expectError(await world.call({ method: method as 'GET', url: '/nothing' }), 'METHOD_UNKNOWN');
      expectError(await world.call({ method: method as 'GET', url: '/health' }), 'METHOD_NOT_ALLOWED');
    }
    expectError(await world.call({ method: 'PUT', url: '/nothing' }), 'ROUTE_NOT_FOUND');
  });

  it('never fails of its own, whatever body, headers or query a request has', async () => {
    let cases = 0;
    for (const [path, documented] of paths) {
      for (const url of addressesOf(path)) {
        for (const method of [...documented, 'QUERY', 'PUT']) {
          // A delete that succeeds leaves nothing to ask for.
          if (method === 'DELETE' && url.includes(published.documentId)) continue;
          for (const [index, { name, payload, type }] of BODIES.entries()) {
            const query = QUERIES[(index + cases) % QUERIES.length] ?? '';
            const headers = {
              ...HEADERS[(index * 3 + cases) % HEADERS.length],
              ...(type === undefined ? {} : { 'content-type': type }),
            };
            const request = { method: method as 'GET', url: `${url}${query}`, headers };
            const response = await world.call({ ...request, ...(payload === undefined ? {} : { payload }) });
            expectAnswer(response, `${method} ${url}${query} with ${name} and ${JSON.stringify(headers)}`);
            cases += 1;
          }
        }
      }
    }
    expect(cases).toBeGreaterThan(4_000);
  });

  it('takes multipart bodies apart without failing', async () => {
    const parts = [
      [{ name: 'file', fileName: '\u0000.md', value: '# x' }],
      [{ name: 'collection', value: 'guidelines' }],
      [
        { name: 'collection', value: '\u0000' },
        { name: 'file', fileName: '../../x', value: 'x' },
      ],
      [
        { name: 'metadata', value: '{"safetyLevel": {}}' },
        { name: 'file', fileName: 'a', value: 'x' },
      ],
    ];
    for (const [path, documented] of paths) {
      for (const method of documented) {
        for (const sent of parts) {
          if (method === 'DELETE') continue;
          const url = addressesOf(path)[1] ?? path;
          expectAnswer(await world.call({ method: method as 'POST', url, ...multipart(sent) }), `${method} ${url}`);
        }
      }
    }
  });

  it('answers methods that Node itself does not know', async () => {
    const app = await world.build();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const answerTo = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = createConnection(port, '127.0.0.1');
        let received = '';
        socket.on('data', (chunk) => (received += chunk.toString()));
        socket.on('end', () => resolve(received));
        socket.on('error', reject);
        socket.write(text);
      });
    const rest = 'HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    expect(await answerTo(`BREW /health ${rest}`)).toMatch(/^HTTP\/1\.1 501 [\s\S]*METHOD_UNKNOWN/);
    expect(await answerTo(`get /health ${rest}`)).toMatch(/^HTTP\/1\.1 501 [\s\S]*METHOD_UNKNOWN/);
    expect(await answerTo(`CONNECT example.org:443 ${rest}`)).toMatch(/^HTTP\/1\.1 501 [\s\S]*METHOD_UNKNOWN/);
    expect(await answerTo(`QUERY /health ${rest}`)).toMatch(/^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD/);
    expect(await answerTo(`GET /health HTTP/9.9\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    await app.close();
  });
});

function wrongEverywhere(): object {
  const names = ['query', 'topK', 'mode', 'filters', 'name', 'scopes', 'collections', 'chunking', 'uri', 'metadata'];
  const others = ['fileName', 'sizeBytes', 'collection', 'payloads', 'safetyLevel', 'method', 'sha256', 'language'];
  return Object.fromEntries([...names, ...others].map((name, at) => [name, [null, [], {}, -1, true, ''][at % 6]]));
}
