/** What travels between the workflow `reconcileRuns` and its activity. */

export interface ReconcileRunsInput {
  /** Sequence of the last run that was looked at; absent: begin with the oldest. */
  readonly after?: number;
}

export interface ReconcileRunsResult {
  readonly started: number;
  readonly closed: number;
  /** Where the next page begins; `null` at the end. */
  readonly next: number | null;
}
