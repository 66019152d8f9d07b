import { afterAll, beforeAll, describe } from 'vitest';
import type { Embedder } from '../../core/ports/embedder.js';
import { OnnxEmbedder } from '../../infra/embedding/onnx/onnx-embedder.js';
import { OpenAiEmbedder } from '../../infra/embedding/openai/openai-embedder.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { EmbeddingsServer } from '../harness/embeddings-server.js';
import { makeTinyModel } from '../unit/embedding/tiny-model.js';
import { embedderContract } from './embedder.contract.js';

function overHttp(name: string, behind: () => Promise<Embedder>): void {
  describe(`an OpenAI-compatible server with ${name}`, () => {
    let engine: Embedder;
    let server: EmbeddingsServer;
    beforeAll(async () => {
      engine = await behind();
      server = await EmbeddingsServer.start(engine);
    });
    afterAll(async () => {
      await server.close();
      await engine.close();
    });

    embedderContract(`OpenAI protocol, ${name}`, () =>
      OpenAiEmbedder.open({
        baseUrl: server.baseUrl,
        apiKey: null,
        model: engine.model.name,
        maxTokens: engine.model.maxTokens,
      }),
    );
  });
}

overHttp('the fake embedder', async () => new FakeEmbedder());
overHttp('a tiny ONNX model', async () => OnnxEmbedder.open({ modelFolder: await makeTinyModel() }));
