import type { AnyRun } from '../../core/ports/run-catalog.js';
import type { WorkflowStatus } from '../../core/ports/workflow-starter.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { ReconcilingDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';

/** A run younger than this may be between its acceptance and its start: leave it to the API. */
const MIN_AGE_MS = 15_000;
/** A statement's worth of rows; all pages are gone through in one pass. */
const RUNS_PER_PAGE = 500;

export interface ReconcileResult {
  readonly started: number;
  readonly closed: number;
}

/**
 * Brings runs of every kind and workflows together: an accepted run that was never started (the API died in between) is
 * started, and a run whose workflow was ended from outside is closed. May run twice: starting joins, finishing keeps the
 * first end.
 */
export function createReconcileRuns({ catalog, starter }: ReconcilingDependencies) {
  return async function reconcileRuns(): Promise<ReconcileResult> {
    return withHeartbeat(async () => {
      const before = new Date(Date.now() - MIN_AGE_MS);
      const result = { started: 0, closed: 0 };
      // The runs of a batch share a workflow: it is asked for once.
      const statuses = new Map<string, WorkflowStatus>();
      const statusOf = async (run: AnyRun): Promise<WorkflowStatus> => {
        const status = statuses.get(run.workflowId) ?? (await starter.describe(run));
        statuses.set(run.workflowId, status);
        return status;
      };
      for await (const run of runningRuns(catalog, before)) {
        const status = await statusOf(run);
        if (status === 'unknown') {
          await starter.start(run);
          result.started += 1;
        } else if (status === 'closed') {
          await close(catalog, run);
          result.closed += 1;
        }
      }
      return result;
    });
  };
}

async function* runningRuns(catalog: Catalog, acceptedBefore: Date): AsyncGenerator<AnyRun> {
  for (let after = 0; ;) {
    const page = await catalog.runs.listRunning(acceptedBefore, { limit: RUNS_PER_PAGE, after });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < RUNS_PER_PAGE) return;
    after = last.sequence;
  }
}

async function close({ runs, syncs }: Catalog, { kind, runId, organizationId }: AnyRun): Promise<void> {
  const end = { state: 'failed', error: 'WORKFLOW_ENDED' } as const;
  switch (kind) {
    case 'ingest':
    case 'reread':
      await runs.finish([{ runId, ...end }]);
      return;
    case 'sync':
      return syncs.finish(runId, end);
    case 'review':
    case 'rescreen':
    case 'migration':
    case 'erasure':
    case 'backup':
      return runs.finishAct(organizationId, runId, end);
  }
}
