import type { FailureCode } from '../../../core/contract/failures.js';
import type { RunId } from '../../../core/contract/ids.js';
import type { FinalRunState } from '../../../core/contract/states.js';
import type { DatabaseHandle } from '../database.js';
import { finishRuns } from '../runs/finish-runs.js';
import { countSources } from './count-sources.js';

const LOCK_RUNNING = `
  select organization_id from knowledge.runs where run_id = $1 and kind = 'sync' and state = 'running' for no key update`;

const OPEN_RUNS = `select run_id from knowledge.runs where parent_run_id = $1 and kind = 'ingest' and state = 'running' order by run_id`;

const FINISH_SYNC = `
  update knowledge.runs set state = $2, error_code = $3, details = details || jsonb_build_object('finalCounts', $4::jsonb),
    stage = 'done', finished_at = now()
  where run_id = $1`;

// What earlier syncs of the location saw is of no more use: their counts are kept with them.
const FORGET_EARLIER = `
  delete from knowledge.sync_sources seen
  using knowledge.runs earlier, knowledge.runs s
  where s.run_id = $1 and earlier.organization_id = s.organization_id and earlier.kind = s.kind
    and md5(earlier.subject) = md5(s.subject) and earlier.subject = s.subject and earlier.collection_id = s.collection_id
    and earlier.sequence < s.sequence and earlier.state <> 'running' and seen.run_id = earlier.run_id`;

export async function finishSync(
  database: DatabaseHandle,
  runId: RunId,
  end: { state: FinalRunState; error?: FailureCode },
): Promise<void> {
  await database.transaction('finishSync', async (tx) => {
    const [running] = await tx.query<{ organization_id: string }>('lockSync', LOCK_RUNNING, [runId]);
    if (!running) return;
    if (end.state === 'cancelled') {
      const open = await tx.query<{ run_id: string }>('openRuns', OPEN_RUNS, [runId]);
      await finishRuns(
        tx,
        open.map((run) => ({ runId: run.run_id, state: 'cancelled' })),
      );
    }
    const counts = await countSources(tx, { organizationId: running.organization_id, runId });
    await tx.query('finishSync', FINISH_SYNC, [runId, end.state, end.error ?? null, JSON.stringify(counts)]);
    await tx.query('forgetEarlier', FORGET_EARLIER, [runId]);
  });
}
