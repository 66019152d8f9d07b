import {
  type CollectionId,
  type DocumentId,
  ingestSourceWorkflowId,
  type OrganizationId,
  type RunId,
} from '../../../core/contract/ids.js';
import type { AnyRunState, PageMethod, RecordOutcome, RunState, ShownActKind } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import { GATHERED_WITHIN_MS } from '../../../core/ports/run-catalog.js';
import type {
  AcceptedRun,
  AcceptSourceInput,
  Act,
  ActEnd,
  AnyRun,
  NewAct,
  RereadRefusal,
  RetryRefusal,
  Run,
  RunCatalog,
  RunEnd,
  RunProgress,
  RunRecord,
  RunView,
  ShownAct,
  UnreadRecord,
} from '../../../core/ports/run-catalog.js';
import type { Database } from '../database.js';
import { isUuid } from '../storable.js';
import { actorOf, runInScope, scopeValues } from '../visibility.js';
import { acceptSource } from './accept-source.js';
import {
  acceptAct,
  cancelAct,
  finishAct,
  getAct,
  listActs,
  loadAct,
  recordActDetails,
  recordActStage,
} from './acts.js';
import { cancelRun } from './cancel-run.js';
import { finishRuns } from './finish-runs.js';
import { rereadPage } from './reread-page.js';
import { retryRun } from './retry-run.js';
import {
  ANY_RUN_COLUMNS,
  type AnyRunRow,
  READS_A_SOURCE,
  RUN_COLUMNS,
  type RunRow,
  toAnyRun,
  toRun,
} from './run-row.js';
import { countRecords, listRecords, recordUnread } from './run-records.js';
import { runView } from './run-view.js';

const LIST_RUNS = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where ${READS_A_SOURCE} and ${runInScope('$4')}
    and ($5::uuid is null or r.collection_id = $5)
    and ($6::text is null or r.state = $6)
    and ($7::bigint is null or r.sequence < $7)
  order by r.sequence desc
  limit $8`;

const LOAD_RUN = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.organization_id = $1 and r.run_id = $2 and ${READS_A_SOURCE}`;

const RECORD_PROGRESS = `
  update knowledge.runs set
    stage = coalesce($2, stage),
    pages_total = coalesce($3, pages_total),
    pages_done = coalesce($4, pages_done),
    records_total = coalesce($5, records_total),
    records_done = coalesce($6, records_done)
  where run_id = any ($1::uuid[]) and state = 'running'`;

// A retry shares the original of the run it tries again.
const RELOCATE_OBJECT = `
  update knowledge.runs r set object_key = $2
  from knowledge.runs moved
  where moved.run_id = $1 and r.source_id = moved.source_id and r.object_key = moved.object_key`;

const SEPARATE_RUNS = `
  update knowledge.runs r set workflow_id = own.workflow_id
  from unnest($2::uuid[], $3::text[]) own (run_id, workflow_id)
  where r.organization_id = $1 and r.run_id = own.run_id`;

// `clock_timestamp`, for the statement may have waited for the lock of a row.
const GATHER_RUNS = `
  update knowledge.runs r set workflow_id = $3
  where r.organization_id = $1 and r.run_id = any ($2::uuid[]) and r.kind = 'ingest'
    and r.state = 'running' and r.stage = 'accepted' and r.accepted_at > clock_timestamp() - $4 * interval '1 millisecond'
  returning r.run_id`;

const GATHERED_RUNS = `
  select ${RUN_COLUMNS}
  from knowledge.runs r join knowledge.collections c using (collection_id)
  where r.organization_id = $1 and r.workflow_id = $2 and r.state = 'running' and ${READS_A_SOURCE}
  order by r.sequence`;

const LIST_RUNNING = `
  select ${ANY_RUN_COLUMNS}
  from knowledge.runs r left join knowledge.collections c using (collection_id)
  where r.state = 'running' and r.accepted_at < $1 and r.sequence > $2
    and not exists (
      select from knowledge.runs parent
      where parent.run_id = r.parent_run_id and parent.kind = 'sync' and parent.state = 'running')
  order by r.sequence
  limit $3`;

/** Callers name rows by ids alone. */
const BY_IDS_ALONE = 'the rows are named by their ids alone';

const ALL_ORGANIZATIONS = 'goes through the rows of all organizations';

export class PgRunCatalog implements RunCatalog {
  constructor(private readonly database: Database) {}

  accept(input: AcceptSourceInput): Promise<AcceptedRun> {
    return acceptSource(this.database.forOrganization(input.organizationId), input);
  }

  retry(scope: AccessScope, runId: RunId, actor: string): Promise<AcceptedRun | RetryRefusal | null> {
    return retryRun(this.database.forOrganization(scope.organizationId), { scope, runId, actor });
  }

  reread(
    scope: AccessScope,
    input: { documentId: DocumentId; page: number; method: PageMethod; actor: string },
  ): Promise<AcceptedRun | RereadRefusal | null> {
    return rereadPage(this.database.forOrganization(scope.organizationId), scope, input);
  }

  cancel(scope: AccessScope, runId: RunId, actor: string): Promise<boolean | null> {
    return cancelRun(this.database.forOrganization(scope.organizationId), { scope, runId, actor });
  }

  get(scope: AccessScope, runId: RunId): Promise<RunView | null> {
    return runView(this.database.forOrganization(scope.organizationId), scope, runId);
  }

  async list(
    scope: AccessScope,
    options: { limit: number; collectionId?: CollectionId; state?: RunState; before?: number },
  ): Promise<Run[]> {
    if (options.collectionId !== undefined && !isUuid(options.collectionId)) return [];
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<RunRow>('listRuns', LIST_RUNS, [
        ...scopeValues(scope),
        actorOf(scope),
        options.collectionId ?? null,
        options.state ?? null,
        options.before ?? null,
        options.limit,
      ]);
    return rows.map(toRun);
  }

  listRecords(
    scope: AccessScope,
    runId: RunId,
    options: { limit: number; outcome?: RecordOutcome; after?: number },
  ): Promise<RunRecord[] | null> {
    return listRecords(this.database.forOrganization(scope.organizationId), { scope, runId, ...options });
  }

  countRecords(scope: AccessScope, runId: RunId): Promise<Partial<Record<RecordOutcome, number>>> {
    return countRecords(this.database.forOrganization(scope.organizationId), scope, runId);
  }

  recordUnread(organizationId: OrganizationId, runId: RunId, records: readonly UnreadRecord[]): Promise<void> {
    return recordUnread(this.database.forOrganization(organizationId), { organizationId, runId, records });
  }

  async load(organizationId: OrganizationId, runId: RunId): Promise<Run | null> {
    if (!isUuid(runId)) return null;
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<RunRow>('loadRun', LOAD_RUN, [organizationId, runId]);
    return row ? toRun(row) : null;
  }

  async recordProgress(runIds: readonly RunId[], { stage, pages, records }: RunProgress): Promise<void> {
    await this.database
      .forSystem(BY_IDS_ALONE)
      .query('recordProgress', RECORD_PROGRESS, [
        runIds,
        stage ?? null,
        pages?.total ?? null,
        pages?.done ?? null,
        records?.total ?? null,
        records?.done ?? null,
      ]);
  }

  async gather(organizationId: OrganizationId, runIds: readonly RunId[], workflowId: string): Promise<RunId[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<{ run_id: RunId }>('gatherRuns', GATHER_RUNS, [organizationId, runIds, workflowId, GATHERED_WITHIN_MS]);
    return rows.map((row) => row.run_id);
  }

  async gathered(organizationId: OrganizationId, workflowId: string): Promise<Run[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<RunRow>('gatheredRuns', GATHERED_RUNS, [organizationId, workflowId]);
    return rows.map(toRun);
  }

  async separate(organizationId: OrganizationId, runIds: readonly RunId[]): Promise<void> {
    const workflowIds = runIds.map((runId) => ingestSourceWorkflowId(organizationId, runId));
    await this.database
      .forOrganization(organizationId)
      .query('separateRuns', SEPARATE_RUNS, [organizationId, runIds, workflowIds]);
  }

  async relocateObject(runId: RunId, key: string): Promise<void> {
    await this.database.forSystem(BY_IDS_ALONE).query('relocateObject', RELOCATE_OBJECT, [runId, key]);
  }

  finish(ends: readonly RunEnd[]): Promise<RunId[]> {
    return finishRuns(this.database.forSystem(BY_IDS_ALONE), ends);
  }

  acceptAct(act: NewAct): Promise<{ act: Act; joined: boolean }> {
    return acceptAct(this.database.forOrganization(act.organizationId), act);
  }

  loadAct(organizationId: OrganizationId, runId: RunId): Promise<Act | null> {
    return loadAct(this.database.forOrganization(organizationId), organizationId, runId);
  }

  getAct(scope: AccessScope, runId: RunId): Promise<ShownAct | null> {
    return getAct(this.database.forOrganization(scope.organizationId), scope, runId);
  }

  cancelAct(scope: AccessScope, runId: RunId, actor: string): Promise<boolean | null> {
    return cancelAct(this.database.forOrganization(scope.organizationId), { scope, runId, actor });
  }

  listActs(
    scope: AccessScope,
    options: { limit: number; kind?: ShownActKind; collectionId?: CollectionId; state?: AnyRunState; before?: number },
  ): Promise<ShownAct[]> {
    return listActs(this.database.forOrganization(scope.organizationId), scope, options);
  }

  recordActStage(organizationId: OrganizationId, runId: RunId, stage: string): Promise<void> {
    return recordActStage(this.database.forOrganization(organizationId), { organizationId, runId, stage });
  }

  recordActDetails(
    organizationId: OrganizationId,
    runId: RunId,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return recordActDetails(this.database.forOrganization(organizationId), { organizationId, runId, details });
  }

  finishAct(organizationId: OrganizationId, runId: RunId, end: ActEnd): Promise<void> {
    return finishAct(this.database.forOrganization(organizationId), { organizationId, runId, end });
  }

  async listRunning(acceptedBefore: Date, { limit, after = 0 }: { limit: number; after?: number }): Promise<AnyRun[]> {
    const rows = await this.database
      .forSystem(ALL_ORGANIZATIONS)
      .query<AnyRunRow>('listRunning', LIST_RUNNING, [acceptedBefore, after, limit]);
    return rows.map(toAnyRun);
  }
}
