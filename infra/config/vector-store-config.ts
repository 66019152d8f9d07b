import { VECTOR_STORES, type VectorStore } from '../../core/ports/vector-index.js';
import type { SettingsReader } from '../settings-reader.js';
import { isPlainAddress } from './plain-address.js';
import { type Quantization, QUANTIZATIONS } from '../vectors/qdrant/qdrant-vector-index.js';

export interface VectorStoreConfig {
  /** Where collections that have no vectors yet get theirs. */
  readonly store: VectorStore;
  /** `null`: there is none. May be there beside another store, for the indexes that lie in it. */
  readonly qdrant: {
    readonly url: string;
    readonly apiKey: string | null;
    readonly prefix: string;
    readonly quantization: Quantization;
    readonly ef: number;
  } | null;
}

/** At 100,000 vectors of 384 dimensions the tenth of ten is found as surely as the first. */
const DEFAULT_EF = 128;

export function vectorStoreConfig(settings: SettingsReader): VectorStoreConfig {
  const store = settings.choice('VECTOR_STORE', VECTOR_STORES, 'pgvector');
  const example = 'http://127.0.0.1:6333';
  const url = settings.url('QDRANT_URL', { protocols: ['http:', 'https:'], example });
  const apiKey = settings.text('QDRANT_API_KEY');
  const prefix = settings.text('QDRANT_PREFIX') ?? 'medindex';
  const quantization = settings.choice('QDRANT_QUANTIZATION', QUANTIZATIONS, 'none');
  const ef = settings.integer('QDRANT_EF', { otherwise: DEFAULT_EF, min: 16, max: 4_096 });
  if (store === 'qdrant' && url === null)
    settings.problem('QDRANT_URL', 'is needed when VECTOR_STORE is qdrant', example);
  if (url !== null && !isPlainAddress(url)) {
    settings.problem('QDRANT_URL', 'must hold neither a password nor a query; keys go to QDRANT_API_KEY', example);
  }
  if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) {
    settings.problem('QDRANT_API_KEY', 'is not one word of ASCII characters', 'a-long-random-word');
  }
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(prefix)) {
    settings.problem('QDRANT_PREFIX', 'must be lower-case letters, digits and -, at most 41', 'medindex');
  }
  return { store, qdrant: url === null ? null : { url, apiKey, prefix, quantization, ef } };
}
