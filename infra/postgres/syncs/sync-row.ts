import type { RunState } from '../../../core/contract/states.js';
import type { SyncStage } from '../../../core/contract/sync-messages.js';
import type { Sync, SyncCounts } from '../../../core/ports/sync-catalog.js';
import { toRunError } from '../runs/run-row.js';

export interface SyncRow {
  run_id: string;
  organization_id: string;
  collection_id: string;
  collection_name: string;
  location: string;
  max_withdrawn_share: number;
  withdrawals_confirmed: boolean;
  sequence: number;
  workflow_id: string;
  state: RunState;
  stage: SyncStage;
  error_code: string | null;
  final_counts: SyncCounts | null;
  accepted_at: Date;
  finished_at: Date | null;
}

/** Everything of a sync; its table is `s`, its collection `c`. */
export const SYNC_COLUMNS = `s.run_id, s.organization_id, s.collection_id, c.name as collection_name, s.location,
  s.max_withdrawn_share, s.withdrawals_confirmed, s.sequence, s.workflow_id, s.state, s.stage, s.error_code,
  s.final_counts, s.accepted_at, s.finished_at`;

export function toSync(row: SyncRow): Sync {
  return {
    runId: row.run_id,
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    location: row.location,
    maxWithdrawnShare: row.max_withdrawn_share,
    withdrawalsConfirmed: row.withdrawals_confirmed,
    sequence: row.sequence,
    workflowId: row.workflow_id,
    state: row.state,
    stage: row.stage,
    error: toRunError(row.error_code),
    acceptedAt: row.accepted_at,
    finishedAt: row.finished_at,
  };
}
