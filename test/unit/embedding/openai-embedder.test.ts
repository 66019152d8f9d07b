import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import { createEmbedder, createTokenizer } from '../../../infra/embedding/create-embedder.js';
import { OpenAiEmbedder, type OpenAiEmbedderOptions } from '../../../infra/embedding/openai/openai-embedder.js';
import { textBatches } from '../../../infra/embedding/onnx/text-batches.js';
import { backoffMs, retryAfterMs } from '../../../infra/embedding/openai/retry-wait.js';
import { FakeEmbedder } from '../../fakes/fake-embedder.js';
import { type EmbeddingsFault, EmbeddingsServer } from '../../harness/embeddings-server.js';

const API_KEY = 'sk-test-7f3a9c';
const TEXT = 'metformin lowers hepatic glucose production';

let server: EmbeddingsServer;
let embedder: OpenAiEmbedder | null;

beforeEach(async () => {
  server = await EmbeddingsServer.start(new FakeEmbedder());
  embedder = null;
});
afterEach(async () => {
  await embedder?.close();
  await server.close();
});

async function open(options: Partial<OpenAiEmbedderOptions> = {}): Promise<OpenAiEmbedder> {
  const settings = { baseUrl: server.baseUrl, apiKey: API_KEY, model: 'fake', maxTokens: 64, firstBackoffMs: 1 };
  embedder = await OpenAiEmbedder.open({ ...settings, ...options });
  server.requests.length = 0;
  return embedder;
}

const embedOne = async (embedder: OpenAiEmbedder) => (await embedder.embed([TEXT], 'passage'))[0];

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw error;
  // Whatever a logger might print of it: neither key nor text.
  const printed = inspect(error, { depth: 10, showHidden: true });
  expect(printed).not.toContain(API_KEY);
  expect(printed).not.toContain('metformin');
  return error;
}

describe('an OpenAI-compatible endpoint', () => {
  it('is asked for its dimensions and the name of its model at the start', async () => {
    const { model } = await open();
    expect(model).toEqual({ name: 'fake', revision: 'served:fake-2026', dimensions: 32, maxTokens: 64 });
  });

  it('is what EMBEDDING_PROVIDER=openai means', async () => {
    const { baseUrl } = server;
    const settings = { provider: 'openai', model: 'fake', baseUrl, apiKey: API_KEY, maxTokens: 100, furtherModels: [] } as const; // prettier-ignore
    const embedder = await createEmbedder(settings);
    expect(embedder?.model).toMatchObject({ name: 'fake', dimensions: 32, maxTokens: 100 });
    await embedder?.close();
    expect((await createTokenizer(settings)).maxTokens).toBe(100);
  });

  it('gets the key as a bearer token, and no header without one', async () => {
    await embedOne(await open());
    expect(server.requests[0]?.authorization).toBe(`Bearer ${API_KEY}`);
    await embedder?.close();
    await embedOne(await open({ apiKey: null }));
    expect(server.requests[0]?.authorization).toBeUndefined();
  });

  it('gets bounded requests, a few at a time', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    expect(await (await open({ maxConcurrency: 3 })).embed(texts, 'passage')).toHaveLength(200);
    expect(server.requests.flatMap(({ input }) => input).sort()).toEqual([...texts].sort());
    expect(Math.max(...server.requests.map(({ input }) => input.length))).toBe(32);
    expect(server.mostAtOnce).toBeLessThanOrEqual(3);
  });

  it.each<[string, EmbeddingsFault]>([
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['500', { kind: 'status', status: 500, body: `{"error":{"message":"${TEXT}"}}` }],
    ['503', { kind: 'status', status: 503 }],
    ['a connection that is closed', { kind: 'hangup' }],
    ['JSON that is cut off', { kind: 'cut' }],
    ['too few vectors', { kind: 'changed', change: (answer) => ({ ...answer, data: [] }) }],
  ])('is asked again after %s', async (_, fault) => {
    const embedder = await open();
    server.failNext(fault, fault);
    expect(await embedOne(embedder)).toHaveLength(32);
    expect(server.requests).toHaveLength(3);
  });

  it('is asked again after a timeout', async () => {
    const embedder = await open({ requestTimeoutMs: 50 });
    server.failNext({ kind: 'silence' });
    expect(await embedOne(embedder)).toHaveLength(32);
  });

  it.each<[string, FailureCode, RegExp, EmbeddingsFault]>([
    ['500s', 'EMBEDDING_UNAVAILABLE', /status=500/, { kind: 'status', status: 500 }],
    [
      'a Retry-After longer than the patience',
      'EMBEDDING_UNAVAILABLE',
      /status=429, code=rate_limit_exceeded, tries=1/,
      {
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '3600' },
        body: '{"error":{"code":"rate_limit_exceeded"}}',
      },
    ],
    [
      'a wrong key',
      'EMBEDDING_MISCONFIGURED',
      /status=401/,
      { kind: 'status', status: 401, body: `{"error":{"message":"Incorrect API key: ${API_KEY}"}}` },
    ],
    ['a closed account', 'EMBEDDING_MISCONFIGURED', /status=402/, { kind: 'status', status: 402 }],
    ['a model that it may not use', 'EMBEDDING_MISCONFIGURED', /status=403/, { kind: 'status', status: 403 }],
    ['a model that is not there', 'EMBEDDING_MISCONFIGURED', /status=404/, { kind: 'status', status: 404 }],
    ['answers that are cut off', 'EMBEDDING_UNAVAILABLE', /answer=no JSON/, { kind: 'cut' }],
    ['silence', 'EMBEDDING_UNAVAILABLE', /timeout/, { kind: 'silence' }],
    [
      'too many vectors',
      'EMBEDDING_UNAVAILABLE',
      /2 vectors for 1 texts/,
      { kind: 'changed', change: ({ data, ...rest }) => ({ ...rest, data: [...data, ...data] }) },
    ],
    [
      'an index that is not the place',
      'EMBEDDING_UNAVAILABLE',
      /another order/,
      {
        kind: 'changed',
        change: ({ data, ...rest }) => ({ ...rest, data: data.map((item) => ({ ...item, index: 7 })) }),
      },
    ],
    [
      'other dimensions',
      'MODEL_MISMATCH',
      /expected=32, answered=3/,
      {
        kind: 'changed',
        change: ({ data, ...rest }) => ({ ...rest, data: data.map((item) => ({ ...item, embedding: [1, 2, 3] })) }),
      },
    ],
    [
      'another model',
      'MODEL_MISMATCH',
      /another model/,
      { kind: 'changed', change: ({ data }) => ({ model: 'something-else', data }) },
    ],
    [
      'NaN',
      'EMBEDDING_REFUSED',
      /without a direction/,
      {
        kind: 'changed',
        change: ({ data, ...rest }) => ({
          ...rest,
          data: data.map((item) => ({ ...item, embedding: Array<null>(32).fill(null) })),
        }),
      },
    ],
    [
      'zero vectors',
      'EMBEDDING_REFUSED',
      /without a direction/,
      {
        kind: 'changed',
        change: ({ data, ...rest }) => ({
          ...rest,
          data: data.map((item) => ({ ...item, embedding: Array<number>(32).fill(0) })),
        }),
      },
    ],
  ])('fails with a code after %s', async (_, code, detail, fault) => {
    // Only silence is to be given up: an answer may take its time on a crowded machine.
    const embedder = await open({ requestTimeoutMs: fault.kind === 'silence' ? 50 : 30_000, patienceMs: 200 });
    // More than fit into the patience.
    server.failNext(...Array.from({ length: 400 }, () => fault));
    const failure = await failureOf(embedder.embed([TEXT], 'passage'));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(detail);
  });

  it('refuses vectors in another order than the texts', async () => {
    const embedder = await open({ patienceMs: 0 });
    server.failNext({ kind: 'changed', change: ({ data, ...rest }) => ({ ...rest, data: data.toReversed() }) });
    expect((await failureOf(embedder.embed([TEXT, 'other'], 'passage'))).message).toMatch(/another order/);
  });

  it('cannot be opened where nothing listens, or nobody speaks the protocol', async () => {
    const { baseUrl } = server;
    expect((await failureOf(open({ patienceMs: 0, baseUrl: `${baseUrl}/elsewhere` }))).message).toMatch(/status=404/);
    await server.close();
    expect((await failureOf(open({ patienceMs: 0, baseUrl }))).message).toMatch(/connection=ECONNREFUSED/);
    server = await EmbeddingsServer.start(new FakeEmbedder());
  });

  it('refuses one text without its neighbours', async () => {
    const embedder = await open();
    server.refusedTexts.push((text) => text.startsWith('m'));
    const failure = await failureOf(embedder.embed(['a', 'b', TEXT, 'c', 'd'], 'passage'));
    expect(failure.code).toBe('EMBEDDING_REFUSED');
    expect(failure.message).toMatch(/status=400, code=invalid_input, characters=43/);
    expect(server.requests.some(({ input }) => input.length === 2)).toBe(true);
  });

  it('shortens a text that the server finds too long, and keeps its neighbours whole', async () => {
    const embedder = await open();
    server.refusedTexts.push((text) => text.length > 30);
    const [short, long] = await embedder.embed(['aspirin', TEXT], 'passage');
    expect(short).toEqual((await embedder.embed(['aspirin'], 'passage'))[0]);
    expect(long).toEqual((await embedder.embed([TEXT.slice(0, 22)], 'passage'))[0]);
  });

  it('tells how long the server asks to stay away when that is longer than its patience', async () => {
    const embedder = await open();
    server.failNext({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    expect((await failureOf(embedder.embed([TEXT], 'passage'))).retryAfterMs).toBe(3_600_000);
  });

  it('stops waiting when it is closed', async () => {
    const embedder = await open();
    server.failNext({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    const waiting = failureOf(embedder.embed([TEXT], 'passage'));
    await embedder.close();
    expect((await waiting).message).toMatch(/closed/);
  });
});

describe('batches of texts', () => {
  it('are bounded by number and by characters, and keep the order', () => {
    const texts = ['a'.repeat(40_000), 'b'.repeat(40_000), 'c'.repeat(90_000), 'd', ...Array<string>(40).fill('e')];
    const batches = textBatches(texts);
    expect(batches.flat()).toEqual(texts);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1, 32, 9]);
    expect(textBatches([])).toEqual([]);
  });
});

describe('waits between tries', () => {
  it('are what the server asks for, in each of its forms', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    const ask = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);
    expect(ask({ 'retry-after': '7' })).toBe(7_000);
    expect(ask({ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' })).toBe(30_000);
    expect(ask({ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' })).toBe(0);
    expect(ask({ 'retry-after': '7', 'retry-after-ms': '250' })).toBe(250);
    expect(ask({ 'retry-after': 'soon' })).toBeNull();
    expect(ask({})).toBeNull();
  });

  it('grow, with a random half, up to a bound', () => {
    for (const [tries, full] of [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
      [40, 15_000],
    ] as const) {
      const wait = backoffMs(tries, 500);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
  });
});
