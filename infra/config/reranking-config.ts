import type { SettingsReader } from '../settings-reader.js';
import { absoluteOrNull } from './paths.js';
import { isPlainAddress } from './plain-address.js';

export type RerankingConfig = (
  | { readonly provider: 'off' }
  | {
      readonly provider: 'onnx';
      /** Absolute folder of a cross-encoder. */
      readonly modelPath: string;
    }
  | {
      readonly provider: 'tei' | 'cohere';
      /** `/rerank` is added. */
      readonly baseUrl: string;
      readonly apiKey: string | null;
      readonly model: string;
    }
) & {
  /** How long a search waits before its hits stand as they were found. */
  readonly timeoutMs: number;
};

/** Fifty passages take a small cross-encoder half a second on two cores; who reads answers as they come waits no longer gladly. */
const DEFAULT_TIMEOUT_MS = 1_000;

export function rerankingConfig(settings: SettingsReader): RerankingConfig {
  const provider = settings.choice('RERANKER_PROVIDER', ['off', 'onnx', 'tei', 'cohere'], 'off');
  const modelPath = absoluteOrNull(settings.text('RERANKER_MODEL_PATH'));
  const example = provider === 'tei' ? 'http://127.0.0.1:8080' : 'https://api.cohere.com/v2';
  const baseUrl = settings.url('RERANKER_BASE_URL', { protocols: ['http:', 'https:'], example });
  const apiKey = settings.text('RERANKER_API_KEY');
  const model = settings.text('RERANKER_MODEL');
  const timeoutMs = settings.integer('RERANKER_TIMEOUT_MS', {
    otherwise: DEFAULT_TIMEOUT_MS,
    min: 50,
    max: 10_000,
  });
  switch (provider) {
    case 'off':
      return { provider, timeoutMs };
    case 'onnx':
      if (modelPath === null) {
        settings.problem(
          'RERANKER_MODEL_PATH',
          'is needed when RERANKER_PROVIDER is onnx',
          '/srv/models/ms-marco-MiniLM-L-6-v2',
        );
      }
      return { provider, modelPath: modelPath ?? '', timeoutMs };
    case 'tei':
    case 'cohere':
      if (baseUrl === null) {
        settings.problem('RERANKER_BASE_URL', `is needed when RERANKER_PROVIDER is ${provider}`, example);
      } else if (!isPlainAddress(baseUrl)) {
        settings.problem(
          'RERANKER_BASE_URL',
          'must hold neither a password nor a query; keys go to RERANKER_API_KEY',
          example,
        );
      }
      if (provider === 'cohere' && model === null) {
        settings.problem('RERANKER_MODEL', 'is needed when RERANKER_PROVIDER is cohere', 'rerank-v3.5');
      }
      if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) {
        settings.problem('RERANKER_API_KEY', 'is not one word of ASCII characters', 'a-long-random-word');
      }
      return { provider, baseUrl: baseUrl ?? '', apiKey, model: model ?? provider, timeoutMs };
  }
}
