import type { SyncRef } from '../../../core/contract/sync-messages.js';
import type { SyncCounts } from '../../../core/ports/sync-catalog.js';
import type { Queryable } from '../database.js';

// A changed source has ended when its run has, or when it could not be fetched. One that changed or went away since it was
// listed did not fail: the next sync sees it as it is then.
const COUNT_SOURCES = `
  select
    count(*) as listed,
    count(*) filter (where seen.action = 'keep') as kept,
    count(*) filter (where seen.action = 'insert') as inserted,
    count(*) filter (where seen.action = 'update') as updated,
    count(*) filter (where seen.action <> 'keep' and (r.state <> 'running' or (r.run_id is null and seen.problem_code is not null))) as ended,
    count(*) filter (where seen.action <> 'keep' and (r.state = 'failed' or (r.run_id is null
      and seen.problem_code not in ('SOURCE_CHANGED', 'SOURCE_MISSING')))) as failed,
    count(*) filter (where seen.action <> 'keep' and r.state in ('held', 'needs_attention')) as waiting,
    count(*) filter (where seen.action <> 'keep' and r.state = 'cancelled') as cancelled
  from knowledge.sync_sources seen
  left join knowledge.runs r on r.kind = 'ingest' and r.parent_run_id = seen.run_id and r.source_id = seen.source_id
  where seen.organization_id = $1 and seen.run_id = $2`;

/**
 * Sources below the location that are not (or no longer) in the listing; `o` is the source, `s` the sync. What another sync
 * of an overlapping location saw since this one began is there, wherever this one was with its listing.
 */
export const MISSING_SOURCES = `
  from knowledge.runs s
  join knowledge.sources o on o.organization_id = s.organization_id and o.collection_id = s.collection_id
    and o.uri is not null and starts_with(o.uri, s.subject)
  where s.organization_id = $1 and s.run_id = $2 and s.kind = 'sync' and not exists (
    select from knowledge.sync_sources seen
    where seen.source_id = o.source_id and (seen.run_id = s.run_id or seen.seen_at >= s.accepted_at))`;

const COUNT_MISSING = `
  select
    count(*) filter (where o.gone_at is null) as missing,
    count(*) filter (where o.gone_at >= s.accepted_at) as withdrawn
  ${MISSING_SOURCES}`;

export async function countSources(database: Queryable, ref: SyncRef): Promise<SyncCounts> {
  const values = [ref.organizationId, ref.runId];
  const [seen] = await database.query<Omit<SyncCounts, 'missing' | 'withdrawn'>>('countSeen', COUNT_SOURCES, values);
  const [unseen] = await database.query<Pick<SyncCounts, 'missing' | 'withdrawn'>>(
    'countMissing',
    COUNT_MISSING,
    values,
  );
  if (!seen || !unseen) throw new Error('a count without a row');
  return { ...seen, ...unseen };
}
