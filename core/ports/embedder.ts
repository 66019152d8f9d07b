/** Which model made a vector. Two vectors are comparable only if all fields are equal. */
export interface EmbeddingModel {
  /** E.g. `all-MiniLM-L6-v2`. */
  readonly name: string;
  /** Which bytes: `sha256:` of the model file, or the revision a server names. */
  readonly revision: string;
  readonly dimensions: number;
  /** Longest input in tokens, special tokens included. */
  readonly maxTokens: number;
}

export type EmbeddingPurpose = 'passage' | 'query';

/**
 * Turns texts into unit-length vectors (L2 norm 1), so that cosine similarity is the dot product.
 * Errors: `Failure EMBEDDING_UNAVAILABLE` (retryable), `EMBEDDING_MISCONFIGURED`, `MODEL_MISMATCH` when the answer has other dimensions,
 * `EMBEDDING_REFUSED` when the engine will not take a text in any length.
 */
export interface Embedder {
  readonly model: EmbeddingModel;
  /** One vector a text, in the order of the texts; never a shorter list. Texts past `maxTokens` are cut by the model's rule. */
  embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** The model's own tokenizer; synchronous and cheap, so that chunking can ask often. */
export interface Tokenizer {
  readonly maxTokens: number;
  /** Tokens of a text, special tokens not included. */
  countTokens(text: string): number;
  /** Tokens that are added to each passage: special ones (e.g. 2 for BERT's [CLS] and [SEP]) and the model's prompt. */
  readonly specialTokens: number;
}
