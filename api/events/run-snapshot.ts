import type { OrganizationId, RunId } from '../../core/contract/ids.js';
import type { SyncStage } from '../../core/contract/sync-messages.js';
import type { RunState, Stage } from '../../core/contract/states.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Progress } from '../../core/ports/run-catalog.js';
import { syncProgress } from '../present/sync.js';

/** What listeners are told of a run, be it an ingest or a sync. */
export interface RunSnapshot {
  readonly state: RunState;
  readonly stage: Stage | SyncStage;
  readonly pages: Progress;
  readonly records: Progress;
}

/** `null`: no such run. */
export async function loadSnapshot(
  { runs, syncs }: Pick<Catalog, 'runs' | 'syncs'>,
  organizationId: OrganizationId,
  runId: RunId,
): Promise<RunSnapshot | null> {
  const run = await runs.load(organizationId, runId);
  if (run) return run;
  const sync = await syncs.load({ organizationId, runId });
  if (!sync) return null;
  const { state, stage } = sync;
  return { state, stage, ...syncProgress(await syncs.counts(sync)) };
}
