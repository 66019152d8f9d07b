import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import type { CollectionModels } from '../../core/ports/collection-models.js';
import type { Embedder, Tokenizer } from '../../core/ports/embedder.js';
import type { TokenCounters } from '../../core/ports/token-counters.js';
import type { EmbeddingConfig } from '../config.js';
import { type LoadableModel, LoadedModels } from './onnx/loaded-models.js';
import { openModelFolder } from './provision/model-folder.js';
import { KnownTokenCounters } from './tokenizer/known-token-counters.js';
import { ModelTokenizer } from './tokenizer/model-tokenizer.js';
import { OnnxEmbedder } from './onnx/onnx-embedder.js';
import { OpenAiEmbedder } from './openai/openai-embedder.js';

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

/**
 * The further models that the settings name. Folders are looked at now, so that a wrong one stops the start and not an
 * ingest; nothing is loaded. Errors: `InvalidModelFolder`.
 */
export async function createCollectionModels(config: EmbeddingConfig): Promise<CollectionModels> {
  switch (config.provider) {
    case 'off':
      return new LoadedModels([]);
    case 'onnx':
      return new LoadedModels(await Promise.all(config.furtherModels.map(folderModel)));
    case 'openai':
      return new LoadedModels(
        config.furtherModels.map((name) => ({
          name,
          open: () => OpenAiEmbedder.open({ ...config, model: name }),
          openTokenizer: async () => new EstimatingTokenizer({ maxTokens: config.maxTokens }),
        })),
      );
  }
}

async function folderModel(modelFolder: string): Promise<LoadableModel> {
  const { name } = await openModelFolder(modelFolder);
  return {
    name,
    open: () => OnnxEmbedder.open({ modelFolder }),
    openTokenizer: () => ModelTokenizer.open(modelFolder),
  };
}

/** The tokenizers that requests may name; nothing of the stack's own model is loaded besides its tokenizer. */
export async function createTokenCounters(
  config: EmbeddingConfig,
  collectionModels: CollectionModels,
): Promise<TokenCounters> {
  const own =
    config.provider === 'off' ? null : { model: await modelName(config), tokenizer: await createTokenizer(config) };
  return new KnownTokenCounters({ own, collectionModels });
}

/** As vector indexes name it. */
async function modelName(config: Exclude<EmbeddingConfig, { provider: 'off' }>): Promise<string> {
  if (config.provider === 'openai' || config.modelPath === null) return config.model;
  return (await openModelFolder(config.modelPath)).name;
}
