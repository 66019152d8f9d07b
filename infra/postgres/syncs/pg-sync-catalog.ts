import { type FailureCode, isOfTheFile } from '../../../core/contract/failures.js';
import type { RunId, SourceId } from '../../../core/contract/ids.js';
import type { FinalRunState } from '../../../core/contract/states.js';
import type { SyncRef, SyncStage } from '../../../core/contract/sync-messages.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { ListedSource } from '../../../core/ports/source-store.js';
import type {
  AcceptSyncInput,
  ChangedSource,
  Sync,
  SyncCatalog,
  SyncCounts,
  SyncView,
} from '../../../core/ports/sync-catalog.js';
import type { Database } from '../database.js';
import { isUuid } from '../storable.js';
import { acceptSync } from './accept-sync.js';
import { changedSources, compareSources } from './compare-sources.js';
import { countSources } from './count-sources.js';
import { cancelSync, finishSync } from './finish-sync.js';
import { SYNC_COLUMNS, type SyncRow, toSync } from './sync-row.js';
import { syncView } from './sync-view.js';
import { withdrawMissing } from './withdraw-missing.js';
import { runsWithVanished, withdrawVanished } from './withdraw-vanished.js';

const LOAD_SYNC = `
  select ${SYNC_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.organization_id = $1 and r.run_id = $2 and r.kind = 'sync'`;

const RECORD_STAGE = `update knowledge.runs set stage = $2 where run_id = $1 and kind = 'sync' and state = 'running'`;

const RUN_OF = `
  select run_id from knowledge.runs where organization_id = $1 and kind = 'ingest' and parent_run_id = $2 and source_id = $3`;

const RECORD_UNFETCHABLE = `
  with seen as (
    update knowledge.sync_sources set problem_code = $4
    where organization_id = $1 and run_id = $2 and source_id = $3
    returning source_id, fingerprint
  )
  update knowledge.sources o
  set settled_fingerprint = case when $5 then seen.fingerprint else o.settled_fingerprint end, problem_code = $4
  from seen where o.source_id = seen.source_id`;

/** Callers name rows by ids alone. */
const BY_IDS_ALONE = 'the rows are named by their ids alone';

/** What syncs know; each method with more than a statement is an operation in a file of its own. */
export class PgSyncCatalog implements SyncCatalog {
  constructor(private readonly database: Database) {}

  accept(input: AcceptSyncInput): Promise<{ sync: Sync; joined: boolean }> {
    return acceptSync(this.database.forOrganization(input.organizationId), input);
  }

  async load({ organizationId, runId }: SyncRef): Promise<Sync | null> {
    if (!isUuid(runId)) return null;
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<SyncRow>('loadSync', LOAD_SYNC, [organizationId, runId]);
    return row ? toSync(row) : null;
  }

  get(scope: AccessScope, runId: RunId): Promise<SyncView | null> {
    return syncView(this.database.forOrganization(scope.organizationId), scope, runId);
  }

  async recordStage(runId: RunId, stage: SyncStage): Promise<void> {
    await this.database.forSystem(BY_IDS_ALONE).query('recordSyncStage', RECORD_STAGE, [runId, stage]);
  }

  compare(
    ref: SyncRef,
    listed: readonly (ListedSource & { readonly fingerprint: string })[],
  ): Promise<ChangedSource[]> {
    return compareSources(this.database.forOrganization(ref.organizationId), ref, listed);
  }

  changedSources(ref: SyncRef, sourceIds: readonly SourceId[]): Promise<ChangedSource[]> {
    return changedSources(this.database.forOrganization(ref.organizationId), ref, sourceIds);
  }

  async runOf({ organizationId, runId }: SyncRef, sourceId: SourceId): Promise<RunId | null> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<{ run_id: RunId }>('runOf', RUN_OF, [organizationId, runId, sourceId]);
    return rows[0]?.run_id ?? null;
  }

  async recordUnfetchable(ref: SyncRef, sourceId: SourceId, code: FailureCode): Promise<void> {
    const values = [ref.organizationId, ref.runId, sourceId, code, isOfTheFile(code)];
    await this.database.forOrganization(ref.organizationId).query('recordUnfetchable', RECORD_UNFETCHABLE, values);
  }

  withdrawMissing(ref: SyncRef, limit: number): Promise<{ withdrawn: number; left: number }> {
    return withdrawMissing(this.database.forOrganization(ref.organizationId), ref, limit);
  }

  runsWithVanished(runIds: readonly RunId[]): Promise<RunId[]> {
    return runsWithVanished(this.database.forSystem(BY_IDS_ALONE), runIds);
  }

  withdrawVanished(runId: RunId, limit: number): Promise<{ withdrawn: number; left: number; asks: boolean }> {
    return withdrawVanished(this.database.forSystem(BY_IDS_ALONE), runId, limit);
  }

  counts(ref: SyncRef): Promise<SyncCounts> {
    return countSources(this.database.forOrganization(ref.organizationId), ref);
  }

  cancel(scope: AccessScope, runId: RunId, actor: string): Promise<boolean | null> {
    return cancelSync(this.database.forOrganization(scope.organizationId), { scope, runId, actor });
  }

  finish(runId: RunId, end: { state: FinalRunState; error?: FailureCode }): Promise<void> {
    return finishSync(this.database.forSystem(BY_IDS_ALONE), runId, end);
  }
}
