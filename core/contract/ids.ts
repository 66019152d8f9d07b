import type { RunKind } from './states.js';

/**
 * Names of the ids that travel between the parts. All but {@link OrganizationId} are UUIDs made outside the workflow
 * sandbox; none is derived from a file name, a patient's data or any text of a document.
 */

/** The tenant: a slug, `^[a-z0-9][a-z0-9-]{0,62}$`. Every row, object key and workflow id belongs to one. */
export type OrganizationId = string;
export type CollectionId = string;
/** One object as the content team left it (an upload slot, or bucket + key). */
export type SourceId = string;
/** One citable thing: a guideline, a paper, one PubMed record. */
export type DocumentId = string;
/** One immutable reading of a document. */
export type VersionId = string;
/** One passage that is embedded and cited; stable while its document, section and text stay the same. */
export type ChunkId = string;
/** Our own record of one act that takes time; outlives the workflow's retention. */
export type RunId = string;
/** One (model, dimensions, metric) generation of embeddings of a collection. */
export type VectorIndexId = string;

/** The organization of a fresh single-organization stack. */
export const DEFAULT_ORGANIZATION: OrganizationId = 'default';

/** What the workflow ids of a kind of run begin with. */
const WORKFLOW_ID_PREFIXES: Readonly<Record<RunKind, string>> = {
  ingest: 'ingest-source',
  reread: 'ingest-source',
  sync: 'sync-prefix',
  review: 'review',
  rescreen: 'rescreen',
  migration: 'migration',
  erasure: 'erasure',
  backup: 'backup',
};

/** Same run, same workflow: starting twice joins the running execution. */
export function runWorkflowId(kind: RunKind, organizationId: OrganizationId, runId: RunId): string {
  return `${WORKFLOW_ID_PREFIXES[kind]}:${organizationId}:${runId}`;
}

export function ingestSourceWorkflowId(organizationId: OrganizationId, runId: RunId): string {
  return runWorkflowId('ingest', organizationId, runId);
}

export function syncPrefixWorkflowId(organizationId: OrganizationId, runId: RunId): string {
  return runWorkflowId('sync', organizationId, runId);
}

/** A batch is known by its sync and its first source, which is in no other batch of that sync. */
export function ingestBatchWorkflowId(organizationId: OrganizationId, syncRunId: RunId, firstSource: SourceId): string {
  return `ingest-batch:${organizationId}:${syncRunId}:${firstSource}`;
}

/** One for each webhook: who is told of something due while it runs goes on. */
export function deliverWebhooksWorkflowId(organizationId: OrganizationId, webhookId: string): string {
  return `deliver-webhooks:${organizationId}:${webhookId}`;
}

const INGEST_UPLOADS_PREFIX = 'ingest-uploads:';

/** Uploads that start together share a workflow, which has a random name: what travels in it, the runs themselves say. */
export function ingestUploadsWorkflowId(organizationId: OrganizationId, name: string): string {
  return `${INGEST_UPLOADS_PREFIX}${organizationId}:${name}`;
}

export function isIngestUploadsWorkflowId(workflowId: string): boolean {
  return workflowId.startsWith(INGEST_UPLOADS_PREFIX);
}

/** One of each per namespace; their schedules keep these ids. */
export const RECONCILE_RUNS_WORKFLOW_ID = 'reconcile-runs';
export const MAINTAIN_VECTOR_INDEXES_WORKFLOW_ID = 'maintain-vector-indexes';
export const START_ERASURES_WORKFLOW_ID = 'start-erasures';
export const SWEEP_ORPHANS_WORKFLOW_ID = 'sweep-orphans';
export const FILL_VECTORS_WORKFLOW_ID = 'fill-vectors';
export const CHECK_GOLDEN_QUESTIONS_WORKFLOW_ID = 'check-golden-questions';
export const TELL_WEBHOOKS_WORKFLOW_ID = 'tell-webhooks';
export const TELL_DAYS_WORKFLOW_ID = 'tell-days';
export const WARM_ANSWERS_WORKFLOW_ID = 'warm-answers';
