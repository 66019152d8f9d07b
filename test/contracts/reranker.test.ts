import { afterAll, beforeAll, describe } from 'vitest';
import { EndpointReranker } from '../../infra/reranking/endpoint/endpoint-reranker.js';
import { RERANK_PROTOCOLS } from '../../infra/reranking/endpoint/rerank-protocol.js';
import { OnnxReranker } from '../../infra/reranking/onnx/onnx-reranker.js';
import { FakeReranker, wordShare } from '../fakes/fake-reranker.js';
import { RerankServer } from '../harness/rerank-server.js';
import { makeTinyCrossEncoder } from '../unit/reranking/tiny-cross-encoder.js';
import { rerankerContract } from './reranker.contract.js';

rerankerContract('fake', async () => new FakeReranker());
rerankerContract('onnx', async () => OnnxReranker.open({ modelFolder: await makeTinyCrossEncoder() }));
rerankerContract('onnx, a model of two classes', async () =>
  OnnxReranker.open({ modelFolder: await makeTinyCrossEncoder({ logits: 2 }), threads: 1 }),
);

describe.each(RERANK_PROTOCOLS)('over HTTP, as %s speaks', (protocol) => {
  let server: RerankServer;
  beforeAll(async () => {
    server = await RerankServer.start(protocol, wordShare);
  });
  afterAll(() => server.close());
  rerankerContract(protocol, async () => {
    return new EndpointReranker({ protocol, baseUrl: server.baseUrl, apiKey: null, model: 'overlap' });
  });
});
