/** Which model judges passages; part of what an answer is cached by. */
export interface RerankingModel {
  /** E.g. `ms-marco-MiniLM-L-6-v2`. */
  readonly name: string;
  /** Which bytes: `sha256:` of the model file, or the name that a server is asked for. */
  readonly revision: string;
}

/**
 * Reads a question and a passage together and says how well the one answers the other: dearer than comparing vectors, and
 * better. Errors: `Failure RERANKER_UNAVAILABLE`, the signal's reason.
 */
export interface Reranker {
  readonly model: RerankingModel;
  /**
   * One score a passage, 0…1, in the order of the passages; more is better. Scores of one question may be compared, also over
   * several calls. A passage that is too long for the model is cut by its rule.
   */
  rerank(question: string, passages: readonly string[], signal: AbortSignal): Promise<number[]>;
  close(): Promise<void>;
}
