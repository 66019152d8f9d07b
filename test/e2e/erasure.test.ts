import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import type { Catalog } from '../../core/ports/catalog.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { tablesWith } from '../contracts/erasure-world.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

const WORD = 'zqmarkerword';
const ERASING: readonly string[] = [
  'startErasures',
  'eraseDocuments',
  'settleErasure',
  'listOrganizations',
  'sweepOrphans',
];

const crash = () => ApplicationFailure.create({ message: 'crash', nextRetryDelay: '10ms' });

/** From the deletion to the last byte, through the real workflow. */
describeWith([await findTemporal()], 'erasure by its workflow', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let folder: string;
  let engine: IngestEngine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-erasure-'));
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    engine = await startIngestEngine({
      temporal,
      database,
      settings: { EMBEDDING_PROVIDER: 'off' },
      replace: (deps) => ({ ...deps, embedder: new FakeEmbedder() }),
      // Each step of an erasure fails before its work, then after it, then ends.
      wrap: (name, activity) =>
        ERASING.includes(name)
          ? async (input) => {
              const { attempt } = Context.current().info;
              if (attempt === 1) throw crash();
              const result = await activity(input);
              if (attempt === 2) throw crash();
              return result;
            }
          : activity,
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('nothing of a deleted document is left, and its neighbour is', async () => {
    const runIds: string[] = [];
    for (const [name, text] of [
      [`${WORD}.md`, `# ${WORD}\n\nGive the ${WORD} at noon.`],
      ['neighbour.md', '# Sleep\n\nSleep eight hours.'],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, text);
      runIds.push(await engine.upload(path, 'guidelines'));
    }
    for (const run of await engine.runsEnded(runIds)) expect(run.state).toBe('published');
    expect(await tablesWith(database.pool, WORD)).not.toEqual([]);
    const view = await catalog.runs.get(EVERYTHING, runIds[0] ?? '');
    const documentId = view?.documents[0]?.documentId ?? expect.fail();
    await catalog.collections.update(EVERYTHING, 'guidelines', { retentionDays: 0 }, 'key');
    await catalog.documents.delete(EVERYTHING, documentId, 'key');

    await temporal.client.workflow.execute('startErasures', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: 'start-erasures-once',
      args: [],
    });
    const { rows } = await database.pool.query<{ workflow_id: string }>(
      "select workflow_id from knowledge.runs where kind = 'erasure'",
    );
    expect(rows).toHaveLength(1);
    await temporal.client.workflow.getHandle(rows[0]?.workflow_id ?? '').result();

    expect(await tablesWith(database.pool, WORD)).toEqual([]);
    const { rows: ended } = await database.pool.query("select state from knowledge.runs where kind = 'erasure'");
    expect(ended).toEqual([{ state: 'completed' }]);
    expect((await catalog.erasures.latest(EVERYTHING.organizationId, documentId))?.receipt).toMatchObject({
      versions: 1,
      chunks: 1,
      vectors: 1,
    });
    expect((await catalog.runs.get(EVERYTHING, runIds[1] ?? ''))?.documents).toMatchObject([{ state: 'published' }]);
  });

  test('a sweep right afterwards finds nothing to remove, as nothing is old enough', async () => {
    const before = (await catalog.audit.list(EVERYTHING.organizationId, { limit: 1_000 })).length;
    await temporal.client.workflow.execute('sweepOrphans', {
      taskQueue: TASK_QUEUES.workflow,
      workflowId: 'sweep-orphans-once',
      args: [],
    });
    expect(await catalog.audit.list(EVERYTHING.organizationId, { limit: 1_000 })).toHaveLength(before);
  });
});
