import type { OrganizationId } from './ids.js';

/** What travels between the workflow `sweepOrphans` and its activities. */

export interface SweepOrphansInput {
  readonly organizationId: OrganizationId;
}

/** What was removed because nobody needed it. */
export interface OrphanCounts {
  readonly objects: number;
  readonly chunks: number;
  readonly vectors: number;
  /** Cached ones. */
  readonly embeddings: number;
}
