import type { ReviewStatus } from '../../../core/contract/states.js';

export interface ReviewCycleRow {
  review_status: ReviewStatus;
  review_due_at: Date | null;
}

/**
 * When a live version `v` of a document `d` in a collection `k` has to be looked over again; null where its collection sets
 * no cycle. The cycle begins with publication, and with each confirmation that came later.
 */
export const REVIEW_DUE_AT = 'greatest(v.published_at, d.confirmed_at) + make_interval(days => k.review_cycle_days)';

/** Of the same three. */
export const REVIEW_STATUS = `
  case
    when k.review_cycle_days is null then 'not_scheduled'
    when ${REVIEW_DUE_AT} <= now() then 'due'
    else 'current'
  end`;
