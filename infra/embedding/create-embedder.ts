import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import type { Embedder, Tokenizer } from '../../core/ports/embedder.js';
import type { EmbeddingConfig } from '../config.js';
import { ModelTokenizer } from './model-tokenizer.js';
import { OnnxEmbedder } from './onnx-embedder.js';
import { OpenAiEmbedder } from './openai-embedder.js';

/**
 * The embedder that the settings name, or `null` in text mode: the provider is off, or no model could be provisioned.
 * Errors: `InvalidModelFolder`, `Failure EMBEDDING_UNAVAILABLE`.
 */
export async function createEmbedder(config: EmbeddingConfig): Promise<Embedder | null> {
  switch (config.provider) {
    case 'off':
      return null;
    case 'onnx':
      return config.modelPath === null ? null : OnnxEmbedder.open({ modelFolder: config.modelPath });
    case 'openai':
      return OpenAiEmbedder.open(config);
  }
}

/** The model's own tokenizer where its folder is here; else one that estimates on the safe side of the model's limit. */
export async function createTokenizer(config: EmbeddingConfig): Promise<Tokenizer> {
  switch (config.provider) {
    case 'off':
      return new EstimatingTokenizer();
    case 'onnx':
      return config.modelPath === null ? new EstimatingTokenizer() : ModelTokenizer.open(config.modelPath);
    case 'openai':
      return new EstimatingTokenizer({ maxTokens: config.maxTokens });
  }
}
