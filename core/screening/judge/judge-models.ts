/** A logistic regression. */
export interface JudgeWeights {
  readonly bias: number;
  /** One for each of `FEATURE_NAMES`. */
  readonly weights: readonly number[];
}

export interface JudgeModels {
  readonly names: JudgeWeights;
  readonly addresses: JudgeWeights;
}
