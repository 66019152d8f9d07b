import type { Run } from './run-catalog.js';
import type { Sync } from './sync-catalog.js';

/** Hands an accepted run to the engine. Errors: throws when the engine cannot be reached; the run stays accepted. */
export interface IngestStarter {
  /** Starting a run that was started already joins it: no error, nothing twice. */
  start(run: Pick<Run, 'runId' | 'organizationId' | 'workflowId' | 'collectionName'>): Promise<void>;
  /** The same for a sync. */
  startSync(sync: Pick<Sync, 'runId' | 'organizationId' | 'workflowId' | 'collectionName'>): Promise<void>;
  /** Whether the run's workflow is under way, ended, or unknown to the engine (never started). */
  standing(run: Pick<Run, 'workflowId'>): Promise<'running' | 'closed' | 'unknown'>;
  /**
   * Asks that the run's work stops: activities hear of it with their next heartbeat, and the run is settled as cancelled.
   * Cancelling again, and cancelling what has ended or never began, is no error.
   */
  cancel(run: Pick<Run, 'workflowId'>): Promise<void>;
  /** Throws when the engine does not answer. */
  ping(): Promise<void>;
}
