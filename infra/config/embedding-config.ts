import { basename } from 'node:path';
import { absoluteOrNull, fromCheckout } from './paths.js';
import { isPlainAddress } from './plain-address.js';
import type { SettingsReader } from '../settings-reader.js';

export type EmbeddingConfig =
  | {
      readonly provider: 'onnx';
      readonly model: string;
      /** Folder with `onnx/` and `tokenizer.json`; `null` where none was provisioned. */
      readonly modelPath: string | null;
      /** Absolute folders of further models, of which collections may be made; a model is called as its folder is. */
      readonly furtherModels: readonly string[];
    }
  | {
      readonly provider: 'openai';
      readonly model: string;
      /** E.g. `https://api.openai.com/v1`. */
      readonly baseUrl: string;
      readonly apiKey: string | null;
      /** Longest input of the model in tokens. */
      readonly maxTokens: number;
      /** Names of further models behind the same address. */
      readonly furtherModels: readonly string[];
    }
  | { readonly provider: 'off' };

/** What BERT's descendants take, and with them most sentence models. */
const DEFAULT_MAX_TOKENS = 512;

export function embeddingConfig(settings: SettingsReader): EmbeddingConfig {
  const provider = settings.choice('EMBEDDING_PROVIDER', ['onnx', 'openai', 'off'], 'onnx');
  const model = settings.text('EMBEDDING_MODEL');
  const example = 'https://api.openai.com/v1';
  const baseUrl = settings.url('EMBEDDING_BASE_URL', { protocols: ['http:', 'https:'], example });
  const apiKey = settings.text('EMBEDDING_API_KEY');
  const modelPath = absoluteOrNull(settings.text('EMBEDDING_MODEL_PATH'));
  const maxTokens = settings.integer('EMBEDDING_MAX_TOKENS', {
    otherwise: DEFAULT_MAX_TOKENS,
    min: 32,
    max: 1_000_000,
  });
  const further = (settings.text('EMBEDDING_MODELS') ?? '').split(',').flatMap((name) => name.trim() || []);
  switch (provider) {
    case 'off':
      return { provider };
    case 'onnx':
      // Whoever names a server does not expect a model on this machine.
      if (baseUrl !== null) {
        settings.problem(
          'EMBEDDING_BASE_URL',
          'is only for EMBEDDING_PROVIDER=openai; set that, or unset this',
          example,
        );
      }
      return {
        provider,
        model: model ?? 'all-MiniLM-L6-v2',
        modelPath,
        furtherModels: furtherFolders(settings, further),
      };
    case 'openai':
      if (model === null) {
        settings.problem('EMBEDDING_MODEL', 'is needed when EMBEDDING_PROVIDER is openai', 'text-embedding-3-small');
      }
      if (baseUrl === null) {
        settings.problem('EMBEDDING_BASE_URL', 'is needed when EMBEDDING_PROVIDER is openai', example);
      } else if (!isPlainAddress(baseUrl)) {
        settings.problem(
          'EMBEDDING_BASE_URL',
          'must hold neither a password nor a query; keys go to EMBEDDING_API_KEY',
          example,
        );
      }
      if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) {
        settings.problem('EMBEDDING_API_KEY', 'is not one word of ASCII characters', 'sk-…');
      }
      return { provider, model: model ?? '', baseUrl: baseUrl ?? '', apiKey, maxTokens, furtherModels: further };
  }
}

/** A model is called as its folder is, so two folders of one name would be two models of one name. */
function furtherFolders(settings: SettingsReader, given: readonly string[]): string[] {
  const folders = given.map(fromCheckout);
  const names = new Set(folders.map((folder) => basename(folder)));
  if (names.size < folders.length) {
    settings.problem(
      'EMBEDDING_MODELS',
      'names two folders of the same name, which is the name of the model',
      '/srv/models/multilingual-e5-small,/srv/models/bge-large-en-v1.5',
    );
  }
  return folders;
}
