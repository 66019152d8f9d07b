/** What a look at the frequent questions came to. */
export interface WarmingPlan {
  /** Whose answers are to be made. */
  readonly due: number;
  readonly forgotten: number;
}
