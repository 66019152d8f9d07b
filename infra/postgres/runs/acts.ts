import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import { type CollectionId, type OrganizationId, type RunId, runWorkflowId } from '../../../core/contract/ids.js';
import {
  type ActKind,
  type AnyRunState,
  SAFETY_LEVELS,
  SHOWN_ACT_KINDS,
  type ShownActKind,
} from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { Act, ActEnd, NewAct, ShownAct } from '../../../core/ports/run-catalog.js';
import { appendAudit } from '../audit/append-audit.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { isUuid, storableJson, storableText } from '../storable.js';
import { actorOf, runInScope, scopeValues } from '../visibility.js';
import { appendEndedRuns } from '../webhooks/append-events.js';
import { ANY_RUN_COLUMNS, type AnyRunRow, toAnyRun } from './run-row.js';

const ACT_COLUMNS = `${ANY_RUN_COLUMNS}, r.details, r.records_total, r.records_done`;

/**
 * Acts `r` that are listed among the runs. A rescreen tells that something is held: to who began it, and to those who may see what
 * is held.
 */
const IS_SHOWN = `(r.kind in (${SHOWN_ACT_KINDS.map((kind) => `'${kind}'`).join(', ')})
  and (r.kind <> 'rescreen' or r.actor = $4::text or '${SAFETY_LEVELS.at(-1)}' = any ($3::text[])))`;

/** Runs `r` that are acts. */
const IS_ACT = `r.kind not in ('ingest', 'reread', 'sync')`;

const MAKE_ACT = `
  with made as (
    insert into knowledge.runs (run_id, organization_id, kind, subject, parent_run_id, actor, collection_id, source_id,
      workflow_id, details)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (organization_id, kind, collection_id, md5(subject))
      where state = 'running' and kind not in ('ingest', 'reread') do nothing
    returning *
  )
  select ${ACT_COLUMNS} from made r left join knowledge.collections c using (collection_id)`;

// Locked, so that it cannot end before the answer says that it is running.
const RUNNING_ACT = `
  select ${ACT_COLUMNS}
  from knowledge.runs r left join knowledge.collections c using (collection_id)
  where r.organization_id = $1 and r.kind = $2 and r.subject = $3 and r.collection_id is not distinct from $4::uuid
    and r.state = 'running'
  for share of r`;

const LOAD_ACT = `
  select ${ACT_COLUMNS}
  from knowledge.runs r left join knowledge.collections c using (collection_id)
  where r.organization_id = $1 and r.run_id = $2 and ${IS_ACT}`;

const SCOPED_ACT = `
  select ${ACT_COLUMNS}
  from knowledge.runs r left join knowledge.collections c using (collection_id)
  where r.run_id = $5 and ${IS_SHOWN} and ${runInScope('$4')}`;

const LIST_ACTS = `
  select ${ACT_COLUMNS}
  from knowledge.runs r left join knowledge.collections c using (collection_id)
  where ${IS_SHOWN} and ${runInScope('$4')}
    and ($5::uuid is null or r.collection_id = $5)
    and ($6::text is null or r.state = $6)
    and ($7::text is null or r.kind = $7)
    and ($8::bigint is null or r.sequence < $8)
  order by r.sequence desc
  limit $9`;

const RECORD_STAGE = `
  update knowledge.runs r set stage = $3
  where organization_id = $1 and run_id = $2 and state = 'running' and ${IS_ACT}`;

const RECORD_DETAILS = `
  update knowledge.runs r set details = details || $3::jsonb
  where organization_id = $1 and run_id = $2 and state = 'running' and ${IS_ACT}`;

const FINISH_ACT = `
  with ended as (
    update knowledge.runs r set state = $3, error_code = $4, stage = 'done', finished_at = now()
    where organization_id = $1 and run_id = $2 and state = 'running' and ${IS_ACT}
    returning *
  ), told as (${appendEndedRuns('ended')})
  select run_id from ended`;

interface ShownActRow extends ActRow {
  kind: ShownActKind;
}

interface ActRow extends AnyRunRow {
  kind: ActKind;
  details: Record<string, unknown>;
  records_total: number;
  records_done: number;
}

/** The running act may end between the two looks. */
const MAX_TRIES = 5;

export function acceptAct(database: DatabaseHandle, act: NewAct): Promise<{ act: Act; joined: boolean }> {
  return database.transaction('acceptAct', (tx) => acceptActWithin(tx, act));
}

/** The same within a transaction that holds no lock behind a run's. */
export async function acceptActWithin(tx: Queryable, act: NewAct): Promise<{ act: Act; joined: boolean }> {
  const { organizationId, kind, actor, collectionId = null, sourceId = null, parentRunId = null } = act;
  if (collectionId !== null && !isUuid(collectionId)) throw new Failure('COLLECTION_MISSING');
  const subject = storableText(act.subject);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const runId = randomUUID();
    const [made] = await tx.query<ActRow>('makeAct', MAKE_ACT, [
      runId,
      organizationId,
      kind,
      subject,
      parentRunId,
      actor,
      collectionId,
      sourceId,
      runWorkflowId(kind, organizationId, runId),
      storableJson(act.details ?? {}),
    ]);
    if (made) {
      const { action, details } = act.audit;
      await appendAudit(tx, { organizationId, actor, action, subject, details: { ...details, runId } });
      return { act: toAct(made), joined: false };
    }
    const values = [organizationId, kind, subject, collectionId];
    const [running] = await tx.query<ActRow>('runningAct', RUNNING_ACT, values);
    if (running) return { act: toAct(running), joined: true };
  }
  throw new Error('an act was neither made nor joined');
}

export async function loadAct(database: Queryable, organizationId: OrganizationId, runId: RunId): Promise<Act | null> {
  if (!isUuid(runId)) return null;
  const [row] = await database.query<ActRow>('loadAct', LOAD_ACT, [organizationId, runId]);
  return row ? toAct(row) : null;
}

export async function getAct(database: Queryable, scope: AccessScope, runId: RunId): Promise<ShownAct | null> {
  if (!isUuid(runId)) return null;
  const [row] = await database.query<ShownActRow>('getAct', SCOPED_ACT, [...scopeValues(scope), actorOf(scope), runId]);
  return row ? toShownAct(row) : null;
}

export async function cancelAct(
  database: DatabaseHandle,
  { scope, runId, actor }: { scope: AccessScope; runId: RunId; actor: string },
): Promise<boolean | null> {
  const { organizationId } = scope;
  return database.transaction('cancelAct', async (tx) => {
    const act = await getAct(tx, scope, runId);
    if (!act) return null;
    const ended = await tx.query('finishAct', FINISH_ACT, [organizationId, runId, 'cancelled', null]);
    if (ended.length === 0) return false;
    await appendAudit(tx, {
      organizationId,
      actor,
      action: 'run.cancelled',
      subject: runId,
      details: { kind: act.kind, stage: act.stage },
    });
    return true;
  });
}

export async function listActs(
  database: Queryable,
  scope: AccessScope,
  options: { limit: number; kind?: ShownActKind; collectionId?: CollectionId; state?: AnyRunState; before?: number },
): Promise<ShownAct[]> {
  if (options.collectionId !== undefined && !isUuid(options.collectionId)) return [];
  const rows = await database.query<ShownActRow>('listActs', LIST_ACTS, [
    ...scopeValues(scope),
    actorOf(scope),
    options.collectionId ?? null,
    options.state ?? null,
    options.kind ?? null,
    options.before ?? null,
    options.limit,
  ]);
  return rows.map(toShownAct);
}

export async function recordActStage(
  database: Queryable,
  { organizationId, runId, stage }: { organizationId: OrganizationId; runId: RunId; stage: string },
): Promise<void> {
  await database.query('recordActStage', RECORD_STAGE, [organizationId, runId, stage]);
}

export async function recordActDetails(
  database: Queryable,
  input: { organizationId: OrganizationId; runId: RunId; details: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { organizationId, runId, details } = input;
  await database.query('recordActDetails', RECORD_DETAILS, [organizationId, runId, storableJson(details)]);
}

export async function finishAct(
  database: Queryable,
  { organizationId, runId, end }: { organizationId: OrganizationId; runId: RunId; end: ActEnd },
): Promise<void> {
  const error = 'error' in end ? end.error : null;
  await database.query('finishAct', FINISH_ACT, [organizationId, runId, end.state, error]);
}

function toAct(row: ActRow): Act {
  return {
    ...toAnyRun(row),
    kind: row.kind,
    details: row.details,
    records: { total: row.records_total, done: row.records_done },
  };
}

function toShownAct(row: ShownActRow): ShownAct {
  return { ...toAct(row), kind: row.kind };
}
