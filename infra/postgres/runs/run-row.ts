import { FAILURES, isFailureCode } from '../../../core/contract/failures.js';
import type { AnyRunState, RunKind, RunState, SourceRunKind, Stage } from '../../../core/contract/states.js';
import type { AnyRun, Reread, Run, RunError, UploadMetadata } from '../../../core/ports/run-catalog.js';

/** What a run of any kind has. */
export interface AnyRunRow {
  run_id: string;
  organization_id: string;
  kind: RunKind;
  subject: string;
  parent_run_id: string | null;
  actor: string;
  collection_id: string | null;
  collection_name: string | null;
  sequence: number;
  workflow_id: string;
  urgent: boolean;
  state: AnyRunState;
  stage: string;
  error_code: string | null;
  accepted_at: Date;
  finished_at: Date | null;
}

export interface RunRow extends AnyRunRow {
  kind: SourceRunKind;
  collection_id: string;
  collection_name: string;
  source_id: string;
  file_name: string;
  object_key: string;
  object_sha256: string;
  object_size_bytes: number;
  metadata: UploadMetadata;
  retry_of: string | null;
  /** Of a reread its {@link Reread}. */
  details: unknown;
  state: RunState;
  stage: Stage;
  pages_total: number;
  pages_done: number;
  records_total: number;
  records_done: number;
}

/** What a run of any kind has; its table is `r`, its collection, if it has one, `c`. */
export const ANY_RUN_COLUMNS = `r.run_id, r.organization_id, r.kind, r.subject, r.parent_run_id, r.actor, r.collection_id,
  c.name as collection_name, r.sequence, r.workflow_id, r.urgent, r.state, r.stage, r.error_code, r.accepted_at, r.finished_at`;

/** Everything of a run that reads a source. */
export const RUN_COLUMNS = `${ANY_RUN_COLUMNS}, r.source_id, r.file_name, r.object_key, r.object_sha256, r.object_size_bytes,
  r.metadata, r.retry_of, r.details, r.pages_total, r.pages_done, r.records_total, r.records_done`;

/** Runs `r` that read a source: only these have all of {@link RUN_COLUMNS}. */
export const READS_A_SOURCE = `r.kind in ('ingest', 'reread')`;

export function toAnyRun(row: AnyRunRow): AnyRun {
  return {
    runId: row.run_id,
    organizationId: row.organization_id,
    kind: row.kind,
    subject: row.subject,
    parentRunId: row.parent_run_id,
    actor: row.actor,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    sequence: row.sequence,
    workflowId: row.workflow_id,
    urgent: row.urgent,
    state: row.state,
    stage: row.stage,
    error: toRunError(row.error_code),
    acceptedAt: row.accepted_at,
    finishedAt: row.finished_at,
  };
}

export function toRun(row: RunRow): Run {
  return {
    ...toAnyRun(row),
    kind: row.kind,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    state: row.state,
    stage: row.stage,
    sourceId: row.source_id,
    fileName: row.file_name,
    object: { key: row.object_key, sha256: row.object_sha256, sizeBytes: row.object_size_bytes },
    metadata: row.metadata,
    retryOf: row.retry_of,
    reread: row.kind === 'reread' ? (row.details as Reread) : null,
    pages: { total: row.pages_total, done: row.pages_done },
    records: { total: row.records_total, done: row.records_done },
  };
}

/** A code that a newer program wrote reads as the general one. */
export function toRunError(stored: string | null): RunError | null {
  if (stored === null) return null;
  const code = isFailureCode(stored) ? stored : 'INTERNAL';
  return { code, message: FAILURES[code].message };
}
