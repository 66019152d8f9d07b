import type { RunId } from '../../../core/contract/ids.js';
import type { RunKind, RunState } from '../../../core/contract/states.js';
import type { Catalog } from '../../../core/ports/catalog.js';
import type { RunCatalog } from '../../../core/ports/run-catalog.js';
import type { SyncCatalog } from '../../../core/ports/sync-catalog.js';
import type { Database } from '../database.js';

/** One line of a log: what ended how, and what it took. Ids, codes and numbers. */
export interface RunEnding {
  readonly runId: RunId;
  readonly kind: RunKind;
  readonly state: RunState;
  /** Failure code; `null` where it ended well. */
  readonly code: string | null;
  /** From its acceptance on. */
  readonly seconds: number;
  readonly pages: number;
  readonly records: number;
}

const ENDINGS = `
  select run_id as "runId", kind, state, error_code as code, pages_done as pages, records_done as records,
    round(extract(epoch from finished_at - accepted_at)::numeric, 1)::float8 as seconds
  from knowledge.runs where run_id = any ($1::uuid[]) and finished_at is not null`;

/**
 * The catalog, telling of every run that one of its calls ended. What is told twice was asked twice (an activity may run
 * again); what cannot be told does not keep a run from ending.
 */
export function tellRunEnds(catalog: Catalog, database: Database, tell: (ending: RunEnding) => void): Catalog {
  const ended = async (runIds: readonly RunId[]): Promise<void> => {
    if (runIds.length === 0) return;
    const rows = await database
      .forSystem('the rows are named by their ids alone')
      .query<RunEnding>('runEndings', ENDINGS, [[...runIds]])
      .catch(() => []);
    rows.forEach(tell);
  };
  const { runs, syncs } = catalog;
  return {
    ...catalog,
    runs: overriding<RunCatalog>(runs, {
      finish: async (ends) => {
        const runIds = await runs.finish(ends);
        await ended(runIds);
        return runIds;
      },
      finishAct: async (organizationId, runId, end) => {
        await runs.finishAct(organizationId, runId, end);
        await ended([runId]);
      },
      cancel: async (scope, runId, actor) => {
        const cancelled = await runs.cancel(scope, runId, actor);
        if (cancelled) await ended([runId]);
        return cancelled;
      },
    }),
    syncs: overriding<SyncCatalog>(syncs, {
      finish: async (runId, end) => {
        await syncs.finish(runId, end);
        await ended([runId]);
      },
      cancel: async (scope, runId, actor) => {
        const cancelled = await syncs.cancel(scope, runId, actor);
        if (cancelled) await ended([runId]);
        return cancelled;
      },
    }),
  };
}

function overriding<Role extends object>(role: Role, methods: Partial<Role>): Role {
  return Object.assign(Object.create(role) as Role, methods);
}
