import type { RunId } from '../../../core/contract/ids.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SourceProblem, SyncView } from '../../../core/ports/sync-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { toRunError } from '../runs/run-row.js';
import { isUuid } from '../storable.js';
import { actorOf, runInScope, scopeValues } from '../visibility.js';
import { countSources } from './count-sources.js';
import { SYNC_COLUMNS, type SyncRow, toSync } from './sync-row.js';

const SCOPED_SYNC = `
  select ${SYNC_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.run_id = $5 and r.kind = 'sync' and ${runInScope('$4')}`;

// What is wrong with the sources as they stand now, also with those that an earlier sync could not read. A source whose
// newest run is not for this scope is not named: its URI holds the name of its file.
const PROBLEMS = `
  select o.uri, o.problem_code, failed.run_id
  from knowledge.sync_sources seen
  join knowledge.sources o using (source_id)
  left join lateral (
    select r.run_id, r.state from knowledge.runs r where r.source_id = o.source_id order by r.sequence desc limit 1
  ) failed on failed.state not in ('running', 'published')
  where seen.organization_id = $1 and seen.run_id = $5 and o.problem_code is not null
    and coalesce((
      select ${runInScope('$4')}
      from knowledge.runs r join knowledge.collections c using (collection_id)
      where r.source_id = o.source_id order by r.sequence desc limit 1), true)
  order by o.uri
  limit 100`;

export async function syncView(database: DatabaseHandle, scope: AccessScope, runId: RunId): Promise<SyncView | null> {
  if (!isUuid(runId)) return null;
  const values = [...scopeValues(scope), actorOf(scope), runId];
  const [row] = await database.query<SyncRow>('getSync', SCOPED_SYNC, values);
  if (!row) return null;
  const ref = { organizationId: row.organization_id, runId };
  const problems = await database.query<{ uri: string; problem_code: string; run_id: string | null }>(
    'syncProblems',
    PROBLEMS,
    values,
  );
  return {
    ...toSync(row),
    counts: row.details.finalCounts ? { cancelled: 0, ...row.details.finalCounts } : await countSources(database, ref),
    problems: problems.flatMap(({ uri, problem_code, run_id }): SourceProblem[] => {
      const error = toRunError(problem_code);
      return error ? [{ uri, error, runId: run_id }] : [];
    }),
  };
}
