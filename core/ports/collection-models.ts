import type { Embedder, Tokenizer } from './embedder.js';

/**
 * Embedding models besides the stack's own, with which collections may be made. Each is loaded when it is first needed, and
 * how many are in memory at a time is bounded; one that cannot be loaded is tried again by the next call.
 * Errors: `Failure MODEL_MISSING` for a name that is not among `names`; `EMBEDDING_UNAVAILABLE`.
 */
export interface CollectionModels {
  readonly names: readonly string[];
  /** Lends a model for as long as `use` runs; it is not unloaded meanwhile. */
  withEmbedder<Result>(name: string, use: (embedder: Embedder) => Promise<Result>): Promise<Result>;
  tokenizer(name: string): Promise<Tokenizer>;
  close(): Promise<void>;
}
