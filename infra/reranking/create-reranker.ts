import type { Reranker } from '../../core/ports/reranker.js';
import type { RerankingConfig } from '../config/reranking-config.js';
import { EndpointReranker } from './endpoint/endpoint-reranker.js';
import { OnnxReranker } from './onnx/onnx-reranker.js';

/** The reranker that the settings name, or `null`. Errors: `InvalidModelFolder`, `Failure RERANKER_UNAVAILABLE`. */
export async function createReranker(config: RerankingConfig): Promise<Reranker | null> {
  switch (config.provider) {
    case 'off':
      return null;
    case 'onnx':
      return OnnxReranker.open({ modelFolder: config.modelPath });
    case 'tei':
    case 'cohere':
      return new EndpointReranker({ ...config, protocol: config.provider });
  }
}
