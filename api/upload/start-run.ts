import type { FastifyBaseLogger } from 'fastify';
import type { StartableRun, WorkflowStarter } from '../../core/ports/workflow-starter.js';

/**
 * Hands a recorded run to the engine. The run is on record before the engine hears of it: if the engine cannot be reached,
 * the reconciler starts it later, so this never throws.
 */
export async function startRun(input: {
  starter: WorkflowStarter;
  run: StartableRun;
  log: FastifyBaseLogger;
}): Promise<void> {
  const { starter, run, log } = input;
  try {
    await starter.start(run);
  } catch (error) {
    log.warn({ runId: run.runId, err: error }, 'engine not reached, the reconciler starts the run');
  }
}
