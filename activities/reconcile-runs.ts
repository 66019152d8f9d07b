import type { ReconcilingDependencies } from './dependencies.js';
import { withHeartbeat } from './heartbeat.js';

/** A run younger than this may be between its acceptance and its start: leave it to the API. */
const MIN_AGE_MS = 15_000;
/** A pass is short; what is left over is the next pass's, a minute later. */
const RUNS_PER_PASS = 500;

export interface ReconcileResult {
  readonly started: number;
  readonly closed: number;
}

/**
 * Brings runs and workflows together: an accepted run that was never started (the API died in between) is started, and
 * one whose workflow was ended from outside is closed. May run twice: starting joins, finishing keeps the first end.
 */
export function createReconcileRuns({ catalog, starter }: ReconcilingDependencies) {
  return async function reconcileRuns(): Promise<ReconcileResult> {
    return withHeartbeat(async () => {
      let started = 0;
      let closed = 0;
      for (const run of await catalog.runs.listRunning(new Date(Date.now() - MIN_AGE_MS), RUNS_PER_PASS)) {
        const standing = await starter.standing(run);
        switch (standing) {
          case 'running':
            break;
          case 'unknown':
            await starter.start(run);
            started += 1;
            break;
          case 'closed':
            await catalog.runs.finish([{ runId: run.runId, state: 'failed', error: 'WORKFLOW_ENDED' }]);
            closed += 1;
            break;
        }
      }
      return { started, closed };
    });
  };
}
