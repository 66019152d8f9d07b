import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpWebhookSender } from '../../infra/webhooks/http-webhook-sender.js';
import { publicLookup, type Resolve } from '../../infra/webhooks/public-lookup.js';

const MESSAGE = { headers: { 'webhook-id': 'e1' }, body: '{"type":"webhook.test"}' };

describe('HttpWebhookSender', () => {
  let server: Server;
  let url: string;
  const seen: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];

  const answers: Record<string, (response: ServerResponse) => void> = {
    '/taken': (response) => response.writeHead(204).end(),
    '/broken': (response) => response.writeHead(503, { 'retry-after': '120' }).end('please wait'),
    '/gone': (response) => response.writeHead(410).end(),
    '/moved': (response) => response.writeHead(307, { location: '/taken' }).end(),
    '/silent': () => undefined,
    '/slow-body': (response) => void response.writeHead(200).write('half'),
    '/endless': (response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        (answers[request.url ?? ''] ?? ((other) => other.writeHead(404).end()))(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const inside = new HttpWebhookSender({ allowPrivate: true, deadlineMs: 500 });
  const post = (path: string) => inside.post({ url: `${url}${path}`, ...MESSAGE });

  it('posts body and headers', async () => {
    expect(await post('/taken')).toEqual({ outcome: 'taken', status: 204 });
    const last = seen.at(-1);
    expect(last?.body).toBe(MESSAGE.body);
    expect(last?.headers).toMatchObject({ 'webhook-id': 'e1', 'content-type': 'application/json' });
  });

  it.each([
    ['/broken', 'STATUS', 503, 120_000],
    ['/unknown', 'STATUS', 404, null],
    ['/gone', 'GONE', 410, null],
  ])('says what was answered: %s', async (path, problem, status, retryAfterMs) => {
    expect(await post(path)).toEqual({ outcome: 'refused', problem, status, retryAfterMs });
  });

  it('follows no redirect', async () => {
    const before = seen.length;
    expect(await post('/moved')).toMatchObject({ outcome: 'refused', problem: 'REDIRECTED', status: 307 });
    expect(seen.slice(before).map(({ path }) => path)).toEqual(['/moved']);
  });

  it('waits for no answer longer than its deadline', async () => {
    expect(await post('/silent')).toMatchObject({ outcome: 'refused', problem: 'TIMEOUT', status: null });
  });

  it.each(['/slow-body', '/endless'])('takes the status for the answer, whatever comes behind it: %s', async (path) => {
    expect(await post(path)).toEqual({ outcome: 'taken', status: 200 });
  });

  it('tells what kept it from the receiver', async () => {
    const closed = createSocketServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    expect(await inside.post({ url: `http://127.0.0.1:${port}/`, ...MESSAGE })).toMatchObject({
      problem: 'CONNECTION_FAILED',
    });
    expect(await inside.post({ url: 'http://nowhere.invalid/', ...MESSAGE })).toMatchObject({
      problem: 'NAME_NOT_FOUND',
    });
    const tls = url.replace('http:', 'https:');
    expect(await inside.post({ url: tls, ...MESSAGE })).toMatchObject({ problem: 'TLS_FAILED' });
  });

  it('stops when its worker stops', async () => {
    const stopping = new AbortController();
    const call = inside.post({ url: `${url}/silent`, ...MESSAGE }, stopping.signal);
    stopping.abort(new Error('the worker stops'));
    await expect(call).rejects.toThrow('the worker stops');
  });

  describe('to public addresses only', () => {
    const outside = new HttpWebhookSender({ allowPrivate: false, deadlineMs: 500 });

    it('nor by http', async () => {
      const before = seen.length;
      expect(await outside.post({ url, ...MESSAGE })).toMatchObject({ problem: 'URL_NOT_ALLOWED', status: null });
      expect(await outside.post({ url: 'http://hooks.example.org/', ...MESSAGE })).toMatchObject({
        problem: 'URL_NOT_ALLOWED',
      });
      expect(seen).toHaveLength(before);
    });

    it.each([
      () => 'https://127.0.0.1/',
      () => 'https://[::ffff:127.0.0.1]/',
      () => 'https://169.254.169.254/latest/meta-data/',
      () => 'https://localhost/',
    ])('calls no other', async (address) => {
      const before = seen.length;
      expect(await outside.post({ url: address(), ...MESSAGE })).toMatchObject({ problem: 'ADDRESS_NOT_PUBLIC' });
      expect(seen).toHaveLength(before);
    });

    const leadsTo =
      (...addresses: string[]): Resolve =>
      (_name, _options, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
    const through = (resolve: Resolve) => new HttpWebhookSender({ allowPrivate: false, deadlineMs: 500, resolve });

    it.each([['127.0.0.1'], ['169.254.169.254'], ['::ffff:10.0.0.1'], ['fd00::1', '10.0.0.1']])(
      'nor by a name that leads there',
      async (...addresses) => {
        const sender = through(leadsTo(...addresses));
        expect(await sender.post({ url: 'https://hooks.example.org/', ...MESSAGE })).toMatchObject({
          problem: 'ADDRESS_NOT_PUBLIC',
        });
      },
    );

    it('leaves the addresses of a name that are public, and asks for it once', () => {
      let asked = 0;
      const lookup = publicLookup((_name, _options, done) => {
        asked += 1;
        done(null, [
          { address: '10.0.0.1', family: 4 },
          { address: '93.184.216.34', family: 4 },
        ]);
      });
      const found: unknown[] = [];
      lookup('hooks.example.org', { all: true }, (...answer) => found.push(answer));
      lookup('hooks.example.org', {}, (...answer) => found.push(answer));
      expect(found).toEqual([
        [null, [{ address: '93.184.216.34', family: 4 }]],
        [null, '93.184.216.34', 4],
      ]);
      expect(asked).toBe(2);
    });
  });
});
