import type { IngestStarter } from '../../core/ports/ingest-starter.js';
import type { ReconcilingDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';

/** A run younger than this may be between its acceptance and its start: leave it to the API. */
const MIN_AGE_MS = 15_000;
/** A pass is short; what is left over is the next pass's, a minute later. */
const RUNS_PER_PASS = 500;

export interface ReconcileResult {
  readonly started: number;
  readonly closed: number;
}

type Standing = Awaited<ReturnType<IngestStarter['standing']>>;

/**
 * Brings runs, syncs and workflows together: an accepted one that was never started (the API died in between) is started, and
 * one whose workflow was ended from outside is closed. May run twice: starting joins, finishing keeps the first end.
 */
export function createReconcileRuns({ catalog, starter }: ReconcilingDependencies) {
  return async function reconcileRuns(): Promise<ReconcileResult> {
    return withHeartbeat(async () => {
      const before = new Date(Date.now() - MIN_AGE_MS);
      const result = { started: 0, closed: 0 };
      // The runs of a batch share a workflow: it is asked for once.
      const standings = new Map<string, Standing>();
      const standingOf = async (work: { workflowId: string }): Promise<Standing> => {
        const standing = standings.get(work.workflowId) ?? (await starter.standing(work));
        standings.set(work.workflowId, standing);
        return standing;
      };
      for (const run of await catalog.runs.listRunning(before, RUNS_PER_PASS)) {
        const standing = await standingOf(run);
        if (standing === 'unknown') {
          await starter.start(run);
          result.started += 1;
        } else if (standing === 'closed') {
          await catalog.runs.finish([{ runId: run.runId, state: 'failed', error: 'WORKFLOW_ENDED' }]);
          result.closed += 1;
        }
      }
      for (const sync of await catalog.syncs.listRunning(before, RUNS_PER_PASS)) {
        const standing = await standingOf(sync);
        if (standing === 'unknown') {
          await starter.startSync(sync);
          result.started += 1;
        } else if (standing === 'closed') {
          await catalog.syncs.finish(sync.runId, { state: 'failed', error: 'WORKFLOW_ENDED' });
          result.closed += 1;
        }
      }
      return result;
    });
  };
}
