import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_QUEUES } from '../../core/contract/queues.js';
import type { Catalog } from '../../core/ports/catalog.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { describeWith } from '../harness/describe-with.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

const filter = { inForce: { on: todayUtc(), withSuperseded: false } };

/** More than one activity embeds. */
const SECTIONS = 300;

/** What was indexed while there was no model gets its vectors when there is one. */
describeWith([await findTemporal()], 'vectors that are filled in', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let folder: string;
  let engine: IngestEngine | undefined;
  const embedder = new FakeEmbedder();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-fill-'));
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function startEngine(model: FakeEmbedder | null): Promise<IngestEngine> {
    await engine?.stop();
    engine = await startIngestEngine({
      temporal,
      database,
      settings: { EMBEDDING_PROVIDER: 'off' },
      replace: (deps) => ({ ...deps, embedder: model }),
    });
    return engine;
  }

  async function ingest(running: IngestEngine, name: string, text: string, collection: string): Promise<void> {
    const path = join(folder, name);
    await writeFile(path, text);
    const [run] = await running.runsEnded([await running.upload(path, collection)]);
    expect(run?.state).toBe('published');
  }

  const search = (text: string) => {
    const vectorIndex = new PgVectorIndex({ pool: database.pool });
    const retrieve = createRetrieval({ catalog, vectorIndex, embedder, collectionModels: new LoadedModels([]) });
    return retrieve(EVERYTHING, { text, mode: 'hybrid', topK: 5, filter });
  };

  const fill = (id: string) =>
    temporal.client.workflow.execute('fillVectors', { taskQueue: TASK_QUEUES.workflow, workflowId: id, args: [] });

  test('search says what is missing, an outage repeats one batch at most, and then nothing is missing', async () => {
    const withoutModel = await startEngine(null);
    const sections = Array.from(
      { length: SECTIONS },
      (_, at) => `## Part ${at}\n\nDrug number ${at} is given at noon.`,
    );
    await ingest(withoutModel, 'drugs.md', sections.join('\n\n'), 'guidelines');
    await ingest(withoutModel, 'other.md', '## Sleep\n\nSleep eight hours.', 'consumer_health');
    expect((await search('noon')).degraded).toContain('Nothing here has vectors yet');
    // Without a model there is nothing to be done, and nothing is said to be done.
    await fill('fill-without-model');
    expect(await catalog.vectorIndexes.unfilled()).toHaveLength(2);

    const withModel = await startEngine(embedder);
    await ingest(withModel, 'newer.md', '## Water\n\nDrink water at noon.', 'consumer_health');
    const partly = await search('noon');
    expect(partly).toMatchObject({
      mode: 'hybrid',
      degraded: 'Some passages have no vectors yet: these were searched by words only.',
    });

    const before = embedder.calls.length;
    embedder.failNext();
    await fill('fill');
    const embedded = embedder.calls.slice(before).flatMap(({ texts }) => texts);
    const [{ count }] = (await database.pool.query<{ count: number }>('select count(*) from knowledge.chunks'))
      .rows as [{ count: number }];
    expect(count).toBeGreaterThan(SECTIONS / 10);
    expect(new Set(embedded).size).toBe(count - 1);
    expect(embedded.length).toBeLessThanOrEqual(new Set(embedded).size + 128);
    expect(await catalog.vectorIndexes.unfilled()).toEqual([]);

    const whole = await search('drug at noon');
    expect(whole.degraded).toBeUndefined();
    expect(whole.hits.every(({ fused }) => fused.scores.vector !== null)).toBe(true);
    const again = embedder.calls.length;
    await fill('fill-again');
    expect(embedder.calls).toHaveLength(again);
  });

  test('a collection that another model has indexed keeps no other one waiting', async () => {
    const withoutModel = await startEngine(null);
    await ingest(withoutModel, 'later.md', '## Later\n\nIt is later.', 'guidelines');
    await ingest(withoutModel, 'label.md', '## Label\n\nRead the label.', 'drug_labels');
    await startEngine(new FakeEmbedder({ revision: 'fake:2' }));
    await fill('fill-others');
    const [guidelines, ...others] = await catalog.vectorIndexes.unfilled();
    expect(others).toEqual([]);
    const collection = await catalog.collections.byName(EVERYTHING, 'guidelines');
    expect(guidelines?.collectionId).toBe(collection?.collectionId);
  });
});
