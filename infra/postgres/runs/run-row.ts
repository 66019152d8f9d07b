import { FAILURES, isFailureCode } from '../../../core/contract/failures.js';
import type { RunState, Stage } from '../../../core/contract/states.js';
import type { Reread, Run, RunError, UploadMetadata } from '../../../core/ports/run-catalog.js';

export interface RunRow {
  run_id: string;
  organization_id: string;
  collection_id: string;
  collection_name: string;
  source_id: string;
  sequence: number;
  workflow_id: string;
  file_name: string;
  object_key: string;
  object_sha256: string;
  object_size_bytes: number;
  metadata: UploadMetadata;
  retry_of: string | null;
  reread: Reread | null;
  state: RunState;
  stage: Stage;
  pages_total: number;
  pages_done: number;
  records_total: number;
  records_done: number;
  error_code: string | null;
  accepted_at: Date;
  finished_at: Date | null;
}

/** Everything of a run; its table is `r`, its collection `c`. */
export const RUN_COLUMNS = `r.run_id, r.organization_id, r.collection_id, c.name as collection_name, r.source_id,
  r.sequence, r.workflow_id, r.file_name, r.object_key, r.object_sha256, r.object_size_bytes, r.metadata, r.retry_of,
  r.reread, r.state, r.stage, r.pages_total, r.pages_done, r.records_total, r.records_done, r.error_code, r.accepted_at, r.finished_at`;

export function toRun(row: RunRow): Run {
  return {
    runId: row.run_id,
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    sourceId: row.source_id,
    sequence: row.sequence,
    workflowId: row.workflow_id,
    fileName: row.file_name,
    object: { key: row.object_key, sha256: row.object_sha256, sizeBytes: row.object_size_bytes },
    metadata: row.metadata,
    retryOf: row.retry_of,
    reread: row.reread,
    state: row.state,
    stage: row.stage,
    pages: { total: row.pages_total, done: row.pages_done },
    records: { total: row.records_total, done: row.records_done },
    error: toRunError(row.error_code),
    acceptedAt: row.accepted_at,
    finishedAt: row.finished_at,
  };
}

/** A code that a newer program wrote reads as the general one. */
export function toRunError(stored: string | null): RunError | null {
  if (stored === null) return null;
  const code = isFailureCode(stored) ? stored : 'INTERNAL';
  return { code, message: FAILURES[code].message };
}
