import type { Embedder } from '../../core/ports/embedder.js';
import type { EmbeddingConfig } from '../config.js';
import { OnnxEmbedder } from './onnx-embedder.js';

/** A setting that this build cannot serve; the message says what to set instead. */
export class EmbeddingProviderUnsupported extends Error {
  override readonly name = 'EmbeddingProviderUnsupported';
}

/**
 * The embedder that the settings name, or `null` in text mode: the provider is off, or no model could be provisioned.
 * Errors: `InvalidModelFolder`, `Failure EMBEDDING_UNAVAILABLE`, {@link EmbeddingProviderUnsupported}.
 */
export async function createEmbedder(config: EmbeddingConfig): Promise<Embedder | null> {
  switch (config.provider) {
    case 'off':
      return null;
    case 'onnx':
      return config.modelPath === null ? null : OnnxEmbedder.open({ modelFolder: config.modelPath });
    case 'openai':
      throw new EmbeddingProviderUnsupported(
        'EMBEDDING_PROVIDER openai is not supported by this version. Set it to onnx, or to off for text search only.',
      );
  }
}
