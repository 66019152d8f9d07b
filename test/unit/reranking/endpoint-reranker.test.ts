import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../../core/contract/failures.js';
import { EndpointReranker } from '../../../infra/reranking/endpoint/endpoint-reranker.js';
import {
  MalformedRanking,
  readRanking,
  type RerankProtocol,
} from '../../../infra/reranking/endpoint/rerank-protocol.js';
import { wordShare } from '../../fakes/fake-reranker.js';
import { type RerankFault, RerankServer } from '../../harness/rerank-server.js';

const never = new AbortController().signal;

describe.each(['tei', 'cohere'] as const satisfies readonly RerankProtocol[])('a server that speaks %s', (protocol) => {
  let server: RerankServer;
  let reranker: EndpointReranker;
  beforeAll(async () => {
    server = await RerankServer.start(protocol, wordShare);
    const baseUrl = `${server.baseUrl}/v2/`;
    reranker = new EndpointReranker({ protocol, baseUrl, apiKey: 'secret-key', model: 'overlap-1' });
  });
  afterAll(() => server.close());

  it('is asked in its own words, with the key, 32 passages a request', async () => {
    server.calls.length = 0;
    await reranker.rerank('dose', Array<string>(50).fill('dose'), never);
    expect(server.calls.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/v2/rerank', 'Bearer secret-key'],
      ['/v2/rerank', 'Bearer secret-key'],
    ]);
    const sizes = server.calls.map(({ body }) => (body[protocol === 'tei' ? 'texts' : 'documents'] as string[]).length);
    expect(sizes.sort()).toEqual([18, 32]);
    const { body } = server.calls[0] ?? expect.fail();
    expect(body).toMatchObject(
      protocol === 'tei'
        ? { query: 'dose', truncate: true, raw_scores: false }
        : { query: 'dose', model: 'overlap-1', top_n: (body['documents'] as string[]).length },
    );
  });

  it.each<[string, RegExp, RerankFault]>([
    ['a status', /status=500/, { kind: 'status', status: 500, body: '{"error":"dose secret-key"}' }],
    ['a key that is refused', /status=401/, { kind: 'status', status: 401 }],
    ['a redirect', /connection=lost/, { kind: 'status', status: 302 }],
    ['a lost connection', /connection=/, { kind: 'hangup' }],
    ['no JSON', /answer=no JSON/, { kind: 'text', body: '[{"index":0' }],
    ['no list', /answer=no list of results/, { kind: 'text', body: '{"error":"dose"}' }],
    [
      'scores of another count',
      /answer=1 scores for 2 passages/,
      { kind: 'text', body: '[{"index":0,"score":1,"relevance_score":1}]' },
    ],
  ])('fails once, and says neither key nor text, after %s', async (_name, problem, fault) => {
    const body = fault.kind === 'text' && protocol === 'cohere' && fault.body.endsWith(']');
    server.calls.length = 0;
    server.failNext(body ? { kind: 'text', body: `{"results":${fault.body}}` } : fault);
    const failure = await reranker.rerank('dose', ['dose', 'storage'], never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'RERANKER_UNAVAILABLE' });
    expect(String((failure as Failure).detail)).toMatch(problem);
    expect(JSON.stringify(failure)).not.toMatch(/dose|secret/);
    expect(server.calls).toHaveLength(1);
  });

  it('is not waited for once the caller has gone, or it was closed', async () => {
    server.failNext({ kind: 'silence' }, { kind: 'silence' });
    const caller = new AbortController();
    const asked = reranker.rerank('dose', ['dose'], caller.signal);
    caller.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    const other = new EndpointReranker({ protocol, baseUrl: server.baseUrl, apiKey: null, model: 'x' });
    const waiting = other.rerank('dose', ['dose'], never);
    await other.close();
    await expect(waiting).rejects.toMatchObject({ code: 'RERANKER_UNAVAILABLE' });
  });
});

describe('the answer of a server', () => {
  it.each([
    [
      'an index twice',
      [
        { index: 0, score: 1 },
        { index: 0, score: 0.5 },
      ],
    ],
    [
      'an index that is none',
      [
        { index: 0, score: 1 },
        { index: 2, score: 0.5 },
      ],
    ],
    [
      'an index that is no whole number',
      [
        { index: 0, score: 1 },
        { index: 0.5, score: 0.5 },
      ],
    ],
    [
      'a score that is no number',
      [
        { index: 0, score: 1 },
        { index: 1, score: 'NaN' },
      ],
    ],
    [
      'a score that is null',
      [
        { index: 0, score: 1 },
        { index: 1, score: null },
      ],
    ],
  ])('is refused for %s', (_name, body) => {
    expect(() => readRanking('tei', body, 2)).toThrow(MalformedRanking);
  });

  it('is put in the order of the passages, within 0 and 1', () => {
    const body = [
      { index: 2, score: 1.2 },
      { index: 0, score: 0.4 },
      { index: 1, score: -0.1 },
    ];
    expect(readRanking('tei', body, 3)).toEqual([0.4, 0, 1]);
  });
});
