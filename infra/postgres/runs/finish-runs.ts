import type { RunId } from '../../../core/contract/ids.js';
import { isOfTheFile } from '../../../core/contract/failures.js';
import type { RunEnd } from '../../../core/ports/run-catalog.js';
import type { Queryable } from '../database.js';
import { IS_OPEN } from '../versions/version-states.js';
import { appendEndedRuns } from '../webhooks/append-events.js';

// One statement, so that a run never ends without its versions. A version that publishes at this moment is either
// committed (and no longer open) or finds its version ended.
const FINISH_RUNS = `
  with ended as (
    update knowledge.runs r
    set state = e.state, error_code = e.error_code, stage = 'done', finished_at = now()
    from unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[]) e (run_id, state, error_code, settles)
    where r.run_id = e.run_id and r.kind in ('ingest', 'reread') and r.state = 'running'
    returning r.run_id, r.organization_id, r.collection_id, r.kind, r.source_id, r.state, r.error_code,
      r.source_fingerprint, e.settles
  ), settled as (
    -- What came to an end of its own need not be tried again until something changes; the rest must.
    update knowledge.sources o set
      settled_fingerprint = case when ended.settles
        then coalesce(ended.source_fingerprint, o.settled_fingerprint) else o.settled_fingerprint end,
      problem_code = ended.error_code
    from ended where o.source_id = ended.source_id
  ), versions as (
    update knowledge.versions v
    set state = case when ended.state = 'cancelled' then 'cancelled' else 'failed' end,
        failure_code = coalesce(v.failure_code, ended.error_code)
    from ended
    where v.run_id = ended.run_id and v.${IS_OPEN}
  ), told as (${appendEndedRuns('ended')})
  select run_id from ended`;

export async function finishRuns(database: Queryable, ends: readonly RunEnd[]): Promise<RunId[]> {
  if (ends.length === 0) return [];
  const ended = await database.query<{ run_id: RunId }>('finishRuns', FINISH_RUNS, [
    ends.map((end) => end.runId),
    ends.map((end) => end.state),
    ends.map((end) => end.error ?? null),
    ends.map((end) => end.state !== 'cancelled' && (end.error === undefined || isOfTheFile(end.error))),
  ]);
  return ended.map((row) => row.run_id);
}
