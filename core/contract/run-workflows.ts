import { isIngestUploadsWorkflowId } from './ids.js';
import type { RunKind } from './states.js';

/**
 * The workflow that does the work of a run. Its one argument is `{organizationId, runId}`; where runs share a workflow, `runId` is
 * any one of them.
 */
export interface RunWorkflow {
  /** Name under which workflows/index.ts exports it. */
  readonly type: string;
  /** What Temporal's UI shows: the same words for every run, for a summary must tell nothing of a source. */
  readonly summary: string;
}

/** A kind without an entry has no workflow yet; whoever builds it adds the line here. */
const RUN_WORKFLOWS: Readonly<Partial<Record<RunKind, RunWorkflow>>> = {
  ingest: { type: 'ingestSource', summary: 'Ingest of one source' },
  reread: { type: 'ingestSource', summary: 'Ingest of one source' },
  erasure: { type: 'eraseDocuments', summary: 'Erasure of what was deleted' },
  migration: { type: 'migrateVectorIndex', summary: 'Move of vectors to another model or store' },
  rescreen: { type: 'rescreenCollection', summary: 'Rescreen of what is live in a collection' },
  review: { type: 'reviewVersion', summary: 'Review of one held version' },
  sync: { type: 'syncPrefix', summary: 'Sync of one location' },
};

const INGEST_UPLOADS: RunWorkflow = { type: 'ingestUploads', summary: 'Ingest of small uploads together' };

export function hasWorkflow(kind: RunKind): boolean {
  return RUN_WORKFLOWS[kind] !== undefined;
}

/** Errors: throws for a kind that has no workflow. */
export function workflowOf({ kind, workflowId }: { kind: RunKind; workflowId: string }): RunWorkflow {
  if (isIngestUploadsWorkflowId(workflowId)) return INGEST_UPLOADS;
  const workflow = RUN_WORKFLOWS[kind];
  if (!workflow) throw new Error(`runs of the kind ${kind} have no workflow`);
  return workflow;
}
