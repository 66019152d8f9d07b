import { isFailureCode } from '../../../core/contract/failures.js';
import type { RunId } from '../../../core/contract/ids.js';
import type { RunVersionCounts } from '../../../core/ports/version-catalog.js';
import type { Queryable } from '../database.js';
import { IS_OPEN } from './version-states.js';

// A document that two records of the run named counts once. One that stays deleted is as it was.
const COUNT_VERSIONS = `
  select asked.run_id,
    count(*) filter (where i.outcome in ('unchanged', 'deleted')) as unchanged,
    count(*) filter (where i.outcome = 'withdrawn') as withdrawn,
    count(*) filter (where made and v.state = 'published') as published,
    count(*) filter (where made and v.state = 'held') as held,
    count(*) filter (where i.outcome = 'rejected' or (made and v.state = 'rejected')) as rejected,
    count(*) filter (where made and v.state = 'needs_attention') as needs_attention,
    count(*) filter (where i.outcome = 'superseded' or (made and v.state = 'superseded')) as superseded,
    count(*) filter (where made and v.state in ('failed', 'cancelled')) as failed,
    count(*) filter (where made and v.${IS_OPEN}) as open,
    case when count(distinct v.failure_code) filter (where made and v.state = 'failed') = 1
      then min(v.failure_code) filter (where made and v.state = 'failed') end as failure,
    min(v.failure_code) filter (where made and v.state = 'needs_attention') as attention
  from unnest($1::uuid[]) asked (run_id)
  left join (
    select distinct run_id, version_id, outcome,
      outcome not in ('unchanged', 'deleted', 'rejected', 'superseded', 'withdrawn') as made
    from knowledge.run_items
    where run_id = any ($1::uuid[]) and version_id is not null
  ) i on i.run_id = asked.run_id
  left join knowledge.versions v using (version_id)
  group by asked.run_id`;

interface CountRow extends Omit<RunVersionCounts, 'needsAttention' | 'failure' | 'attention'> {
  run_id: string;
  needs_attention: number;
  failure: string | null;
  attention: string | null;
}

/** Cancelled versions count as failed. */
export async function countVersions(
  database: Queryable,
  runIds: readonly RunId[],
): Promise<Map<RunId, RunVersionCounts>> {
  const rows = await database.query<CountRow>('countVersions', COUNT_VERSIONS, [runIds]);
  return new Map(
    rows.map(({ run_id, needs_attention: needsAttention, failure, attention, ...counts }) => [
      run_id,
      {
        ...counts,
        needsAttention,
        ...(isFailureCode(failure) ? { failure } : {}),
        ...(isFailureCode(attention) ? { attention } : {}),
      },
    ]),
  );
}
