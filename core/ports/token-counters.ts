/** Counts tokens as one model does, for prompts that have to fit it. Synchronous and cheap. */
export interface TokenCounter {
  /** As requests name it. */
  readonly name: string;
  /** `false`: an estimate on the high side, where the model's own tokenizer cannot be had. */
  readonly exact: boolean;
  /** Special tokens around a text are not counted. */
  countTokens(text: string): number;
}

/** The tokenizers by which a caller may measure: those of embedding models, and those of language models that are public. */
export interface TokenCounters {
  readonly names: readonly string[];
  /** Loaded when it is first asked for. `null`: none of that name. */
  byName(name: string): Promise<TokenCounter | null>;
  /** Of an embedding model where its tokenizer is here, else an estimate. `null`: nothing was searched by a model. */
  ofModel(model: string | null): Promise<TokenCounter>;
}
