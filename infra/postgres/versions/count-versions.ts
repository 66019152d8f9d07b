import type { RunId } from '../../../core/contract/ids.js';
import type { RunVersionCounts } from '../../../core/ports/version-catalog.js';
import type { Queryable } from '../database.js';

// A document that two records of the run named counts once.
const COUNT_VERSIONS = `
  select
    count(*) filter (where i.outcome = 'unchanged') as unchanged,
    count(*) filter (where i.outcome <> 'unchanged' and v.state = 'published') as published,
    count(*) filter (where i.outcome <> 'unchanged' and v.state = 'held') as held,
    count(*) filter (where i.outcome <> 'unchanged' and v.state = 'needs_attention') as needs_attention,
    count(*) filter (where i.outcome <> 'unchanged' and v.state = 'superseded') as superseded,
    count(*) filter (where i.outcome <> 'unchanged' and v.state in ('failed', 'cancelled')) as failed,
    count(*) filter (where i.outcome <> 'unchanged' and v.state = 'open') as open
  from (select distinct version_id, outcome from knowledge.run_items where run_id = $1) i
  join knowledge.versions v using (version_id)`;

type CountRow = Omit<RunVersionCounts, 'needsAttention'> & { needs_attention: number };

/** Cancelled versions count as failed. */
export async function countVersions(database: Queryable, runId: RunId): Promise<RunVersionCounts> {
  const [row] = await database.query<CountRow>('countVersions', COUNT_VERSIONS, [runId]);
  if (!row) throw new Error('a count without a row');
  const { needs_attention: needsAttention, ...counts } = row;
  return { ...counts, needsAttention };
}
