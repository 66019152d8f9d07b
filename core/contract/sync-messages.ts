import type { OrganizationId, RunId, SourceId } from './ids.js';
import type { FailureCode } from './failures.js';
import type { FinalRunState } from './states.js';

/** What travels between the workflows `syncPrefix` and `ingestBatch` and their activities: ids, numbers, references. */

/** A sync, by its own run id. */
export interface SyncRef {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
}

export interface SyncPrefixInput extends SyncRef {
  /** Set by continue-as-new: where the next execution goes on. */
  readonly resume?: {
    /** Where in the listing; `null` once it was seen whole. */
    readonly after: string | null;
    /** The whole listing was seen, and what is gone is being withdrawn. */
    readonly withdrawing?: boolean;
    readonly progress: Omit<SyncProgress, 'stage'>;
  };
}

export interface SyncPrefixResult {
  readonly state: FinalRunState;
}

/** Name of the query that shows where a sync stands. */
export const SYNC_PROGRESS_QUERY = 'syncProgress';

export interface SyncProgress {
  readonly stage: SyncStage;
  readonly listed: number;
  /** Batches and large sources handed to workflows of their own. */
  readonly started: number;
  readonly ended: number;
}

/** What a sync does, in order. */
export const SYNC_STAGES = ['accepted', 'list', 'withdraw', 'done'] as const;
export type SyncStage = (typeof SYNC_STAGES)[number];

export interface CompareSourcesInput extends SyncRef {
  /** Where the page before ended; `null` for the first page. */
  readonly after: string | null;
}

export interface CompareSourcesResult {
  readonly listed: number;
  /** New and changed sources, in groups that are read together. */
  readonly batches: readonly (readonly SourceId[])[];
  /** Where the next page begins; `null` at the end of the listing. */
  readonly next: string | null;
}

export interface WithdrawMissingResult {
  readonly withdrawn: number;
  /** Some missing sources are left: ask again. */
  readonly more: boolean;
  /** More of the sources are gone than may be withdrawn without asking; nothing was. */
  readonly asks: boolean;
}

export interface SettleSyncInput extends SyncRef {
  /** How the workflow ended; without it the end follows from what became of the sources. */
  readonly end?: { readonly state: 'cancelled' } | { readonly state: 'failed'; readonly code: FailureCode };
  /** Withdrawals wait for somebody to confirm them. */
  readonly asks: boolean;
}

export interface IngestBatchInput {
  readonly organizationId: OrganizationId;
  readonly syncRunId: RunId;
  readonly sourceIds: readonly SourceId[];
}

/** A source of a batch that could not even be read alone, and why. */
export interface UnreadSource extends SyncRef {
  readonly sourceId: SourceId;
  readonly code: FailureCode;
}

export interface IngestBatchResult {
  /** Runs whose sources need a workflow of their own: with pages, with many records, or trouble in company. */
  readonly separate: readonly RunId[];
}

export interface ReadSourcesInput extends IngestBatchInput {
  readonly workflowId: string;
}
