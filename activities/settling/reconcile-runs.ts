import type { ReconcileRunsInput, ReconcileRunsResult } from '../../core/contract/run-messages.js';
import { REVIEW_OVERTAKEN_SIGNAL } from '../../core/contract/review-messages.js';
import { Failure } from '../../core/contract/failures.js';
import { isIngestUploadsWorkflowId } from '../../core/contract/ids.js';
import { hasWorkflow } from '../../core/contract/run-workflows.js';
import type { AnyRun } from '../../core/ports/run-catalog.js';
import type { WorkflowStarter, WorkflowStatus } from '../../core/ports/workflow-starter.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { ReconcilingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { startReviews } from '../screening/start-reviews.js';

/** A run younger than this may be between its acceptance and its start: leave it to the API. */
const MIN_AGE_MS = 15_000;
/** A page asks the engine about each of its workflows, at some milliseconds each: seconds of the activity's two minutes. */
const RUNS_PER_PAGE = 500;

/**
 * Brings one page of running runs, of every kind, and their workflows together: an accepted run that was never started (the
 * API died in between) is started, and a run whose workflow was ended from outside is closed. May run twice: starting joins,
 * finishing keeps the first end.
 */
export function createReconcileRuns({ catalog, starter }: ReconcilingDependencies) {
  return async function reconcileRuns({ after }: ReconcileRunsInput = {}): Promise<ReconcileRunsResult> {
    return cancellable(async () => {
      const before = new Date(Date.now() - MIN_AGE_MS);
      const page = await catalog.runs.listRunning(before, {
        limit: RUNS_PER_PAGE,
        ...(after === undefined ? {} : { after }),
      });
      let [started, closed] = [0, 0];
      // The runs of a batch share a workflow: it is asked for once.
      const statuses = new Map<string, WorkflowStatus>();
      // A kind that a newer program knows is that program's to look after.
      for (const run of page.filter(({ kind }) => hasWorkflow(kind))) {
        const status = statuses.get(run.workflowId) ?? (await starter.describe(run));
        statuses.set(run.workflowId, status);
        if (status === 'unknown') {
          await starter.start(run);
          started += 1;
        } else if (status === 'closed' && (await isStillIn(catalog, run))) {
          await close(catalog, starter, run);
          closed += 1;
        }
      }
      if (after === undefined) await endOvertakenReviews(catalog, starter);
      return { started, closed, next: page.length < RUNS_PER_PAGE ? null : (page.at(-1)?.sequence ?? null) };
    });
  };
}

/** An upload may have left the workflow that it shared with others, for one of its own, since the page was read. */
async function isStillIn({ runs }: Catalog, { workflowId, organizationId, runId }: AnyRun): Promise<boolean> {
  if (!isIngestUploadsWorkflowId(workflowId)) return true;
  return (await runs.load(organizationId, runId))?.workflowId === workflowId;
}

/** Tells reviews whose version waits no longer; one that has ended meanwhile need not hear it. */
async function endOvertakenReviews({ reviews }: Catalog, starter: WorkflowStarter): Promise<void> {
  for (const review of await reviews.overtaken()) {
    try {
      await starter.signal(review, { name: REVIEW_OVERTAKEN_SIGNAL, argument: null });
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'WORKFLOW_ENDED')) throw error;
    }
  }
}

async function close(
  { runs, syncs, reviews }: Catalog,
  starter: WorkflowStarter,
  { kind, runId, organizationId }: AnyRun,
): Promise<void> {
  const end = { state: 'failed', error: 'WORKFLOW_ENDED' } as const;
  switch (kind) {
    case 'ingest':
    case 'reread':
      await runs.finish([{ runId, ...end }]);
      return;
    case 'sync':
      return syncs.finish(runId, end);
    case 'review': {
      // Somebody still has to decide on what is held: it gets another review.
      const opened = await reviews.reopen(organizationId, runId);
      if (opened) await startReviews(starter, [opened]);
      return;
    }
    case 'rescreen':
    case 'migration':
    case 'erasure':
    case 'backup':
      return runs.finishAct(organizationId, runId, end);
  }
}
