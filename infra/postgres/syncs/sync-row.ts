import type { RunState } from '../../../core/contract/states.js';
import type { SyncStage } from '../../../core/contract/sync-messages.js';
import type { Sync, SyncCounts } from '../../../core/ports/sync-catalog.js';
import { ANY_RUN_COLUMNS, type AnyRunRow, toAnyRun } from '../runs/run-row.js';

/** What the column `details` of a run of the kind `sync` holds. */
export interface SyncDetails {
  readonly maxWithdrawnShare: number;
  readonly withdrawalsConfirmed: boolean;
  /** The counts as they were when the sync ended; until then they are counted. */
  readonly finalCounts?: FinalCounts;
}

/** Syncs that ended before cancelled sources were counted have no count of them. */
export type FinalCounts = Omit<SyncCounts, 'cancelled'> & Partial<Pick<SyncCounts, 'cancelled'>>;

export interface SyncRow extends AnyRunRow {
  kind: 'sync';
  collection_id: string;
  collection_name: string;
  details: SyncDetails;
  state: RunState;
  stage: SyncStage;
}

/** Everything of a sync; its run is `r`, its collection `c`. */
export const SYNC_COLUMNS = `${ANY_RUN_COLUMNS}, r.details`;

export function toSync(row: SyncRow): Sync {
  return {
    ...toAnyRun(row),
    kind: row.kind,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    state: row.state,
    stage: row.stage,
    location: row.subject,
    maxWithdrawnShare: row.details.maxWithdrawnShare,
    withdrawalsConfirmed: row.details.withdrawalsConfirmed,
  };
}
