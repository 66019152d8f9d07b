import type { FailureCode } from '../../../core/contract/failures.js';
import type { RunId } from '../../../core/contract/ids.js';
import type { FinalRunState } from '../../../core/contract/states.js';
import type { Database } from '../database.js';

// One statement, so that a run never ends without its versions. A version that publishes at this moment is either
// committed (and no longer open) or finds its version ended.
const FINISH_RUN = `
  with ended as (
    update knowledge.runs
    set state = $2, error_code = $3, stage = 'done', finished_at = now()
    where run_id = $1 and state = 'running'
    returning run_id
  )
  update knowledge.versions v
  set state = case when $2 = 'cancelled' then 'cancelled' else 'failed' end,
      failure_code = coalesce(v.failure_code, $3)
  from ended
  where v.run_id = ended.run_id and v.state = 'open'`;

export async function finishRun(
  database: Database,
  runId: RunId,
  end: { state: FinalRunState; error?: FailureCode },
): Promise<void> {
  await database.query('finishRun', FINISH_RUN, [runId, end.state, end.error ?? null]);
}
