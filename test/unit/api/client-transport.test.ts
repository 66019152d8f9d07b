import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiRefusal, ApiUnreachable, MedindexClient } from '../../../api/client/client.js';
import { LoopbackServer } from '../../harness/loopback-server.js';

type Answer = 'hang up' | 'silence' | { readonly status: number; readonly retryAfter?: number };

describe('a client whose calls do not get through', () => {
  let server: LoopbackServer;
  /** What is answered, in order; a success after them. */
  let answers: Answer[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    server = await LoopbackServer.start((request, _body, response) => {
      asked.push(`${request.method} ${request.url}`);
      const answer = answers.shift();
      if (answer === 'silence') return;
      if (answer === 'hang up') return void response.destroy();
      const { status, retryAfter } = answer ?? { status: 200 };
      const head = {
        'content-type': 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      };
      const refusal = { error: true, code: 'OVERLOADED', message: 'Come back.', requestId: 'r-1' };
      const success = { success: true, data: { collections: [] }, meta: {} };
      response.writeHead(status, head).end(JSON.stringify(status === 200 ? success : refusal));
    });
  });
  afterAll(() => server.close());
  beforeEach(() => void asked.splice(0));

  const client = (options: { retries?: number; signal?: AbortSignal } = {}) =>
    new MedindexClient({ url: server.url, apiKey: null, ...options });

  it.each<[string, Answer]>([
    ['a line that breaks', 'hang up'],
    ['a server that is overloaded', { status: 503 }],
    ['a limit that is over soon', { status: 429, retryAfter: 0 }],
  ])('asks again after %s', async (_case, answer) => {
    answers = [answer, answer];
    expect(await client().collections()).toEqual({ collections: [] });
    expect(asked).toEqual(Array<string>(3).fill('GET /v1/collections'));
  });

  it('asks a search again, and sends nothing twice that changes something', async () => {
    answers = ['hang up'];
    await client().search({ query: 'x' });
    expect(asked).toEqual(['POST /v1/search', 'POST /v1/search']);
    asked.splice(0);
    answers = ['hang up'];
    await expect(client().removeWebhook('w')).rejects.toBeInstanceOf(ApiUnreachable);
    expect(asked).toEqual(['DELETE /v1/webhooks/w']);
  });

  it('gives up after its retries, and at once where the wait is long', async () => {
    answers = ['hang up', 'hang up'];
    await expect(client({ retries: 1 }).collections()).rejects.toBeInstanceOf(ApiUnreachable);
    expect(asked).toHaveLength(2);
    asked.splice(0);
    answers = [{ status: 429, retryAfter: 60 }];
    const refused = await client()
      .collections()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiRefusal);
    expect(refused).toMatchObject({ status: 429, code: 'OVERLOADED', retryAfterMs: 60_000 });
    expect(asked).toHaveLength(1);
  });

  it('asks nothing again that was refused for what it says', async () => {
    answers = [{ status: 404 }];
    await expect(client().collections()).rejects.toMatchObject({ status: 404, retryAfterMs: null });
    expect(asked).toHaveLength(1);
  });

  it('ends all its calls with a signal, also between two tries', async () => {
    const stopped = new Error('the user went on');
    answers = ['silence'];
    const controller = new AbortController();
    const waiting = client().endedBy(controller.signal).collections();
    await expect.poll(() => asked).toHaveLength(1);
    controller.abort(stopped);
    await expect(waiting).rejects.toBe(stopped);
    answers = [{ status: 503, retryAfter: 4 }];
    const between = new AbortController();
    const pausing = client({ signal: between.signal }).collections();
    await expect.poll(() => answers.length).toBe(0);
    between.abort(stopped);
    await expect(pausing).rejects.toBe(stopped);
    // The client that it was made from goes on.
    answers = [];
    expect(await client().collections()).toEqual({ collections: [] });
  });
});
