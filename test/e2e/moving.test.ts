import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideMove } from '../../api/moving/decide-move.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { MoveVerdict } from '../../core/contract/move-messages.js';
import { moveQuestionsKey } from '../../core/contract/object-keys.js';
import { type MoveDetails, moveDetails } from '../../core/moving/move-details.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Act } from '../../core/ports/run-catalog.js';
import type { Generation } from '../../core/ports/vector-index-catalog.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { EstimatingTokenizer } from '../../core/chunking/estimating-tokenizer.js';
import { createRetrieval, type Retrieve } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { VectorStores } from '../../infra/vectors/vector-stores.js';
import { TemporalWorkflowStarter } from '../../infra/temporal/temporal-workflow-starter.js';
import { FakeEmbedder } from '../fakes/fake-embedder.js';
import { describeWith } from '../harness/describe-with.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';

const LOOK_EVERY_MS = 20;
/** More than one activity builds. */
const SECTIONS = 300;

/** A collection's vectors move to another model and to another store while it is searched and filled. */
describeWith([await findTemporal()], 'moving vectors', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let vectorIndex: VectorStores;
  let starter: TemporalWorkflowStarter;
  let folder: string;
  let engine: IngestEngine;
  let retrieve: Retrieve;
  const own = new FakeEmbedder();
  const next = new FakeEmbedder({ name: 'next', revision: 'next:1', dimensions: 48 });
  const models = () =>
    new LoadedModels([
      {
        name: next.model.name,
        // The test goes on with the model after a process has unloaded it.
        open: async () => ({
          model: next.model,
          embed: (...asked) => next.embed(...asked),
          close: async () => undefined,
        }),
        openTokenizer: async () => new EstimatingTokenizer(),
      },
    ]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-moving-'));
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    // Postgres in both places: what a move between stores does is the same whichever they are, and Qdrant cannot be had here.
    const place = () => new PgVectorIndex({ pool: database.pool });
    vectorIndex = new VectorStores({ pgvector: place(), qdrant: place() });
    starter = new TemporalWorkflowStarter(temporal.client);
    retrieve = createRetrieval({ catalog, vectorIndex, embedder: own, collectionModels: models() });
    engine = await startIngestEngine({
      temporal,
      database,
      settings: { EMBEDDING_PROVIDER: 'off' },
      replace: (deps) => ({ ...deps, vectorIndex, embedder: own, collectionModels: models() }),
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ingest(name: string, text: string, collection: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    const [run] = await engine.runsEnded([await engine.upload(path, collection)]);
    expect(run?.state).toBe('published');
    return run?.documents[0]?.documentId ?? '';
  }

  const collectionId = async (name: string) => (await catalog.collections.byName(EVERYTHING, name))?.collectionId ?? '';

  async function move(collection: string, details: Partial<MoveDetails>): Promise<Act> {
    const id = await collectionId(collection);
    const { act } = await catalog.runs.acceptAct({
      organizationId: DEFAULT_ORGANIZATION,
      kind: 'migration',
      subject: id,
      collectionId: id,
      actor: 'key-1',
      details: { model: 'next', store: 'pgvector', policy: 'ask', keepDays: 7, ...details },
      audit: { action: 'vector_index.move_started', details: {} },
    });
    await starter.start(act);
    return act;
  }

  async function at(act: Act, stage: string): Promise<Act> {
    for (;;) {
      const now = await catalog.runs.loadAct(DEFAULT_ORGANIZATION, act.runId);
      if (!now || (now.state !== 'running' && stage !== 'done')) throw new Error(`${now?.state} ${now?.error?.code}`);
      if (now.stage === stage) return now;
      await pause(LOOK_EVERY_MS);
    }
  }

  const decide = (act: Act, verdict: MoveVerdict) => decideMove(starter, act, { verdict, actor: 'key-1' });
  const generations = async (name: string) =>
    catalog.vectorIndexes.ofCollection(DEFAULT_ORGANIZATION, await collectionId(name));
  const inState = async (name: string, state: VectorIndexSpec['state']): Promise<Generation> => {
    const found = (await generations(name)).find(({ spec }) => spec.state === state);
    if (!found) throw new Error(`no generation is ${state}`);
    return found;
  };

  const search = async (name: string, text: string) =>
    retrieve(
      { ...EVERYTHING, collections: [await collectionId(name)] },
      { text, mode: 'hybrid', topK: 5, filter: { inForce: { on: todayUtc(), withSuperseded: false } } },
    );

  /** Every stored chunk of the collection that is of no deleted document has its vector. */
  async function missingFrom({ spec }: Generation): Promise<string[]> {
    const chunks = await catalog.vectorIndexes.chunksBehind(spec, 0, 10_000);
    return vectorIndex.missing(spec, chunks.map(({ chunkId }) => chunkId)); // prettier-ignore
  }

  test('to another model: nothing fails, nothing is missing, and there is a way back', async () => {
    const sections = Array.from({ length: SECTIONS }, (_, n) => `## Part ${n}\n\nDrug number ${n} is given at noon.`);
    const drugs = await ingest('drugs.md', `# Drugs given at noon\n\n${sections.join('\n\n')}`, 'guidelines');
    const gone = await ingest('gone.md', '# Gone for good soon\n\nIt goes.', 'guidelines');

    let [searching, failed, searched] = [true, 0, 0];
    const seen = new Set<string>();
    const searches = (async () => {
      while (searching) {
        const found = await search('guidelines', 'drug number 7 at noon').catch(() => null);
        searched += 1;
        if (!found || found.mode !== 'hybrid' || found.degraded !== undefined) failed += 1;
        for (const { model } of found?.vectorIndexes ?? []) seen.add(model.name);
        await pause(5);
      }
    })();

    const asked = [
      {
        text: 'drug number 7 at noon',
        expectation: { documents: [{ documentId: drugs }], pages: [], phrase: null, withinRank: 10 },
      },
      { text: 'what goes' },
    ];
    const key = moveQuestionsKey(DEFAULT_ORGANIZATION, randomUUID());
    const questions = await engine.objects.put(key, Buffer.from(JSON.stringify(asked)));
    const act = await move('guidelines', { questions });
    // While it is being built, documents come and go.
    const during = await ingest('during.md', '# Came during the build\n\nZinc during the build.', 'guidelines');
    await catalog.documents.delete(EVERYTHING, gone, 'key-1');
    const waiting = await at(act, 'decide');
    const details = moveDetails(waiting);
    expect(details.estimate?.bytes).toBe((details.estimate?.chunks ?? 0) * 48 * 4);
    expect(details.estimate?.chunks).toBeGreaterThan(SECTIONS / 10);
    expect(details.estimate?.seconds).toBeGreaterThan(0);
    expect(details.comparison?.judged).toBeGreaterThanOrEqual(1);
    expect(details.comparison?.lost).toBe(0);
    expect(details.comparison?.questions).toBeGreaterThanOrEqual(2);
    expect((await search('guidelines', 'zinc')).vectorIndexes.map(({ model }) => model.name)).toEqual(['fake']);
    const built = await inState('guidelines', 'building');
    expect(built.complete).toBe(true);
    expect(await missingFrom(built)).toEqual([]);
    await expect(decide(act, 'rollback')).rejects.toMatchObject({ code: 'MOVE_NOT_LIVE' });

    // What comes in while somebody thinks it over is in both.
    await ingest('waiting.md', '# Came while it waited\n\nCopper while it waited.', 'guidelines');
    expect(await decide(act, 'promote')).toEqual({ stage: 'kept' });
    await expect(decide(act, 'promote')).rejects.toMatchObject({ code: 'MOVE_IS_LIVE' });
    await expect(decide(act, 'abandon')).rejects.toMatchObject({ code: 'MOVE_IS_LIVE' });
    const live = await inState('guidelines', 'live');
    expect(live.spec.model.name).toBe('next');
    expect(await missingFrom(live)).toEqual([]);
    const hits = (await search('guidelines', 'zinc during the build')).hits.map(({ chunk }) => chunk.documentId);
    expect(hits[0]).toBe(during);

    // What comes in now is in the former one, too, so that the way back loses nothing.
    const later = await ingest('later.md', '# Came after the promotion\n\nIron came later.', 'guidelines');
    expect(await decide(act, 'rollback')).toEqual({ stage: 'decide' });
    const former = await inState('guidelines', 'live');
    expect(former.spec.model.name).toBe('fake');
    expect(former.complete).toBe(true);
    expect(await missingFrom(former)).toEqual([]);
    expect((await search('guidelines', 'iron came later')).hits[0]?.chunk.documentId).toBe(later);

    expect(await decide(act, 'promote')).toEqual({ stage: 'kept' });
    expect(await decide(act, 'finish')).toEqual({ stage: 'done' });
    const ended = await at(act, 'done');
    expect(ended.state).toBe('completed');
    expect((await generations('guidelines')).map(({ spec }) => [spec.model.name, spec.state])).toEqual([
      ['next', 'live'],
    ]);
    expect(await engine.objects.stat(key)).toBeNull();
    searching = false;
    await searches;
    expect({ failed, some: searched > 10 }).toEqual({ failed: 0, some: true });
    expect(seen).toEqual(new Set(['fake', 'next']));
    // New documents are embedded by the model that is searched, and by it alone.
    const calls = own.calls.filter(({ purpose }) => purpose === 'passage').length;
    await ingest('last.md', '# Came last of all\n\nGold came last.', 'guidelines');
    expect(own.calls.filter(({ purpose }) => purpose === 'passage')).toHaveLength(calls);
  });

  test('a model that does not answer keeps no document from being published, and nothing is promoted that lacks vectors', async () => {
    await ingest('label.md', '# The label of a drug\n\nRead the label.', 'drug_labels');
    const act = await move('drug_labels', {});
    await at(act, 'decide');
    next.failNext(undefined, 1);
    await ingest('second.md', '# The second label here\n\nRead it twice.', 'drug_labels');
    const lacking = await inState('drug_labels', 'building');
    expect(lacking.complete).toBe(false);
    expect(await missingFrom(lacking)).not.toEqual([]);
    expect((await inState('drug_labels', 'live')).complete).toBe(true);
    await expect(decide(act, 'promote')).rejects.toMatchObject({ code: 'MOVE_INCOMPLETE' });
    await at(act, 'decide');
    // It is filled in by then, or the next word of the workflow is still to come.
    while (!(await inState('drug_labels', 'building')).complete) await pause(LOOK_EVERY_MS);
    for (;;) {
      const answer = await decide(act, 'promote').catch((error: unknown) => error);
      if ((answer as { stage?: string }).stage === 'kept') break;
      expect(answer).toMatchObject({ code: 'MOVE_INCOMPLETE' });
      await pause(LOOK_EVERY_MS);
    }
    expect(await missingFrom(await inState('drug_labels', 'live'))).toEqual([]);
    await decide(act, 'rollback');
    await decide(act, 'abandon');
    expect((await at(act, 'done')).state).toBe('cancelled');
    expect((await generations('drug_labels')).map(({ spec }) => spec.model.name)).toEqual(['fake']);
  });

  test('the policy promotes by itself where nothing is lost, and copies vectors that are known', async () => {
    await ingest('sleep.md', '# Sleep well every night\n\nSleep eight hours.', 'consumer_health');
    const first = await move('consumer_health', { policy: 'whenNothingIsLost' });
    await at(first, 'kept');
    expect((await inState('consumer_health', 'live')).spec.model.name).toBe('next');
    await decide(first, 'finish');
    await at(first, 'done');

    // Back to the model that made them before: nothing is embedded again.
    const calls = own.calls.filter(({ purpose }) => purpose === 'passage').flatMap(({ texts }) => texts).length;
    const back = await move('consumer_health', { model: 'fake', policy: 'whenNothingIsLost', keepDays: 0 });
    const kept = await at(back, 'kept');
    expect(moveDetails(kept).estimate?.chunks).toBeGreaterThan(0);
    const sampled = 2;
    const after = own.calls.filter(({ purpose }) => purpose === 'passage').flatMap(({ texts }) => texts).length;
    expect(after - calls).toBeLessThanOrEqual(sampled);
    expect(await missingFrom(await inState('consumer_health', 'live'))).toEqual([]);
    await decide(back, 'finish');
    await at(back, 'done');
  });

  test('to another store: the vectors are copied, and what comes in goes to both', async () => {
    const kept = await ingest('water.md', '# Water at noon each day\n\nDrink water at noon.', 'consumer_health');
    const passages = () =>
      own.calls.filter(({ purpose }) => purpose === 'passage').reduce((sum, { texts }) => sum + texts.length, 0);
    const before = passages();
    const size = await catalog.vectorIndexes.size(DEFAULT_ORGANIZATION, await collectionId('consumer_health'), 0);
    const act = await move('consumer_health', { model: 'fake', store: 'qdrant' });
    await at(act, 'decide');
    expect(passages()).toBe(before);
    await ingest('salt.md', '# Salt and its dangers today\n\nTake less salt.', 'consumer_health');
    // Once for both.
    const salted = await catalog.vectorIndexes.size(DEFAULT_ORGANIZATION, await collectionId('consumer_health'), 0);
    expect(passages() - before).toBe(salted.chunks - size.chunks);
    expect(moveDetails(await at(act, 'decide')).comparison).toMatchObject({
      overlap: 1,
      rankBiasedOverlap: 1,
      lost: 0,
    });
    await decide(act, 'promote');
    const live = await inState('consumer_health', 'live');
    expect(live.spec.store).toBe('qdrant');
    expect(await missingFrom(live)).toEqual([]);
    expect((await search('consumer_health', 'water at noon')).hits[0]?.chunk.documentId).toBe(kept);
    await decide(act, 'rollback');
    expect((await inState('consumer_health', 'live')).spec.store).toBe('pgvector');
    await decide(act, 'abandon');
    expect((await at(act, 'done')).state).toBe('cancelled');
    expect(await generations('consumer_health')).toHaveLength(1);
  });
});
