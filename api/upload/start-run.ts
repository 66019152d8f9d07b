import type { FastifyBaseLogger } from 'fastify';
import type { IngestStarter } from '../../core/ports/ingest-starter.js';
import type { Run } from '../../core/ports/run-catalog.js';

/**
 * Hands a recorded run to the engine. The run is on record before the engine hears of it: if the engine cannot be reached,
 * the reconciler starts it later, so this never throws.
 */
export async function startRun(input: {
  ingestStarter: IngestStarter;
  run: Run;
  log: FastifyBaseLogger;
}): Promise<void> {
  const { ingestStarter, run, log } = input;
  try {
    await ingestStarter.start(run);
  } catch (error) {
    log.warn({ runId: run.runId, err: error }, 'engine not reached, the reconciler starts the run');
  }
}
