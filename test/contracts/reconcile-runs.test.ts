import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReconcileRuns } from '../../activities/settling/reconcile-runs.js';
import { ingestUploadsWorkflowId } from '../../core/contract/ids.js';
import type { ReconcileRunsInput, ReconcileRunsResult } from '../../core/contract/run-messages.js';
import { FakeWorkflowStarter } from '../fakes/fake-workflow-starter.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { acceptRun, type CatalogUnderTest, newCollection, scopeOf } from './catalog-world.js';
import { startSync } from './sync-world.js';

let database: TestDatabase;
let world: CatalogUnderTest;

beforeAll(async () => {
  database = await openTestDatabase();
  world = catalogOver(database);
});
afterAll(async () => {
  await world?.catalog.close();
  await database?.close();
});

/** All pages, as the workflow goes through them. */
async function reconcile(starter: FakeWorkflowStarter): Promise<{ started: number; closed: number; pages: number }> {
  const activity = createReconcileRuns({ catalog: world.catalog, starter });
  const total = { started: 0, closed: 0, pages: 0 };
  for (let input: ReconcileRunsInput = {}; ;) {
    const run: Promise<ReconcileRunsResult> = new MockActivityEnvironment().run(activity, input);
    const { started, closed, next } = await run;
    total.started += started;
    total.closed += closed;
    total.pages += 1;
    if (next === null) return total;
    input = { after: next };
  }
}

const MAKE_OLD = `update knowledge.runs set accepted_at = now() - interval '1 minute'`;

/** Six hundred copies of a run, each under way in a workflow of its own. */
const UNDER_WAY = `
  insert into knowledge.runs (run_id, organization_id, kind, subject, actor, collection_id, source_id, workflow_id, file_name,
    object_key, object_sha256, object_size_bytes, metadata)
  select gen_random_uuid(), organization_id, kind, subject, actor, collection_id, source_id, 'under-way-' || n, file_name,
    object_key, object_sha256, object_size_bytes, metadata
  from knowledge.runs, generate_series(1, 600) n where run_id = $1
  returning workflow_id`;

test('runs of every kind are started and closed, behind however many that are under way', async () => {
  const starter = new FakeWorkflowStarter();
  const { catalog, pool } = world;
  const collection = await newCollection(world);
  const old = await acceptRun(world, collection);
  const { rows } = await pool.query<{ workflow_id: string }>(UNDER_WAY, [old.runId]);
  for (const { workflow_id: workflowId } of rows) await starter.start({ ...old, workflowId });
  await starter.start(old);

  const run = await acceptRun(world, collection);
  const sync = await startSync(world, collection);
  const { act } = await catalog.runs.acceptAct({
    organizationId: collection.organizationId,
    kind: 'backup',
    subject: collection.organizationId,
    actor: 'system',
    audit: { action: 'backup.accepted', details: {} },
  });
  await pool.query(MAKE_OLD);
  starter.started.length = 0;
  // A kind without a workflow is left alone, and is nobody's obstacle.
  expect(await reconcile(starter)).toEqual({ started: 2, closed: 0, pages: 2 });
  expect(starter.started.map(({ runId, kind }) => [kind, runId])).toEqual([
    ['ingest', run.runId],
    ['sync', sync.runId],
  ]);
  expect(await reconcile(starter)).toMatchObject({ started: 0, closed: 0 });

  starter.end(run);
  starter.end(sync);
  expect(await reconcile(starter)).toMatchObject({ started: 0, closed: 2 });
  const ended = { state: 'failed', error: { code: 'WORKFLOW_ENDED' } };
  expect(await catalog.runs.get(scopeOf(collection), run.runId)).toMatchObject(ended);
  expect(await catalog.syncs.get(scopeOf(collection), sync.runId)).toMatchObject(ended);
  expect(await catalog.runs.loadAct(collection.organizationId, act.runId)).toMatchObject({ state: 'running' });
});

test('uploads that share a workflow are started in it, and end with it unless they have left it', async () => {
  const { catalog, pool } = world;
  const collection = await newCollection(world);
  const { organizationId } = collection;
  const [one, other, left] = [
    await acceptRun(world, collection),
    await acceptRun(world, collection),
    await acceptRun(world, collection),
  ];
  const workflowId = ingestUploadsWorkflowId(organizationId, 'of-three');
  await catalog.runs.gather(
    organizationId,
    [one, other, left].map(({ runId }) => runId),
    workflowId,
  );
  await pool.query(MAKE_OLD);
  const starter = new FakeWorkflowStarter();
  // The API died between the two: all of it starts with any of them.
  await reconcile(starter);
  expect(starter.started.filter((run) => run.workflowId === workflowId)).not.toEqual([]);
  expect(await starter.describe({ workflowId })).toBe('running');

  // The workflow ended before the reconciler asked for it, and after it had read which runs are under way.
  const describe = starter.describe.bind(starter);
  starter.describe = async (workflow) => {
    if (workflow.workflowId === workflowId) {
      starter.end({ workflowId });
      await catalog.runs.separate(organizationId, [left.runId]);
    }
    return describe(workflow);
  };
  await reconcile(starter);
  for (const { runId } of [one, other]) {
    const ended = await catalog.runs.load(organizationId, runId);
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'WORKFLOW_ENDED' } });
  }
  expect(await catalog.runs.load(organizationId, left.runId)).toMatchObject({
    state: 'running',
    workflowId: left.workflowId,
  });
  await reconcile(starter);
  expect(await starter.describe(left)).toBe('running');
});
