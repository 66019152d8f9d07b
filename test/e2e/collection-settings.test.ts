import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_COLLECTIONS } from '../../api/default-collections.js';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { CollectionSettings } from '../../core/ports/collection-catalog.js';
import type { CollectionModels } from '../../core/ports/collection-models.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { createRetrieval } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import type { WorkerDependencies } from '../../workers/dependencies.js';
import { searchWords } from '../contracts/catalog-world.js';
import { PORTUGUESE_TITLE, portuguesePdf, portugueseScan } from '../fixtures/documents/portuguese-guideline.js';
import { guidelinePdf } from '../fixtures/documents/typeset-pdf.js';
import { EVERYTHING, type IngestEngine, startIngestEngine } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startTemporal, type TemporalServer } from '../harness/temporal.js';
import { makeTinyModel } from '../unit/embedding/tiny-model.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const today = () => ({ filter: { inForce: { on: todayUtc(), withSuperseded: false } } });

/** What a collection is set to, from the upload to the search: language, cutting, model. */
describeWith([await findTemporal()], 'the settings of a collection', () => {
  let temporal: TemporalServer;
  let database: TestDatabase;
  let catalog: Catalog;
  let engine: IngestEngine;
  let folder: string;
  const models: string[] = [];
  let deps: WorkerDependencies;
  let modelsAreGone = false;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-settings-'));
    models.push(await makeTinyModel(), await makeTinyModel({ name: 'tiny-wide', hidden: 32, positions: 96, seed: 7 }));
    temporal = await startTemporal();
    database = await openTestDatabase();
    catalog = createPostgresCatalog({ pool: database.pool });
    engine = await startIngestEngine({
      temporal,
      database,
      settings: { EMBEDDING_PROVIDER: 'onnx', EMBEDDING_MODEL_PATH: models[0], EMBEDDING_MODELS: models[1] },
      replace: (made) => (deps = { ...made, collectionModels: removable(made.collectionModels) }),
    });
  });
  afterAll(async () => {
    await engine?.stop();
    await database?.close();
    await temporal?.stop();
    for (const path of [folder, ...models.map(dirname)]) await rm(path, { recursive: true, force: true });
  });

  /** The real models, or none. */
  function removable(real: CollectionModels): CollectionModels {
    const none = new LoadedModels([]);
    const now = () => (modelsAreGone ? none : real);
    return {
      get names() {
        return now().names;
      },
      withEmbedder: (name, use) => now().withEmbedder(name, use),
      tokenizer: (name) => now().tokenizer(name),
      close: () => real.close(),
    };
  }

  async function ingest(name: string, content: string | Uint8Array, collection: string) {
    const path = join(folder, name);
    await writeFile(path, content);
    const [run] = await engine.runsEnded([await engine.upload(path, collection)]);
    const [document] = run?.documents ?? [];
    if (!run || !document) throw new Error(`no document of ${basename(path)}: ${JSON.stringify(run)}`);
    return { state: run.state, error: run.error?.code, documentId: document.documentId };
  }

  async function declare(name: string, settings: Partial<CollectionSettings>) {
    const collection = await catalog.collections.create(
      DEFAULT_ORGANIZATION,
      name,
      { ...DEFAULT_COLLECTIONS['consumer_health']!, ...settings },
      'key-1',
    );
    if (!collection) throw new Error('the name is taken');
    return collection;
  }

  const chunksOf = async (documentId: string) => (await catalog.documents.chunks(EVERYTHING, documentId)) ?? [];

  const textConfigs = async () => {
    const { rows } = await database.pool.query<{ name: string; text_configs: string[] }>(
      'select name, text_configs from knowledge.collections',
    );
    return new Map(rows.map((row) => [row.name, row.text_configs]));
  };

  test('a Portuguese file and a Portuguese scan are found by Portuguese words in an English collection', async () => {
    const english = await ingest('guideline.pdf', await guidelinePdf(), 'guidelines');
    await ingest('only-english.pdf', await guidelinePdf(), 'consumer_health');
    expect((await textConfigs()).get('guidelines')).toEqual(['english']);
    // It says en-US of itself, as word processors do.
    const typed = await ingest('protocolo.pdf', await portuguesePdf('en-US'), 'guidelines');
    const scanned = await ingest('digitalizado.pdf', await portugueseScan(), 'guidelines');
    expect([english.state, typed.state, scanned.state]).toEqual(['published', 'published', 'published']);

    const languageOf = async (id: string) => (await catalog.documents.get(EVERYTHING, id))?.language;
    expect(await languageOf(english.documentId)).toBe('en');
    expect(await languageOf(typed.documentId)).toBe('pt');
    expect(await languageOf(scanned.documentId)).toBe('pt');
    const read = await catalog.documents.liveText(EVERYTHING, scanned.documentId);
    for (const word of ['pressão', 'diagnóstico', 'medição', 'contraindicado', 'orientações', 'saudável']) {
      expect(read).toContain(word);
    }
    // The model takes so few tokens that headings are passages of their own.
    const diagnosis = (await chunksOf(typed.documentId)).find(({ text }) => text.startsWith('O diagnóstico'));
    expect(diagnosis?.anchor.sectionPath).toEqual([PORTUGUESE_TITLE, 'Capítulo 1 Diagnóstico']);

    const found = async (query: string, languages?: string[]) => {
      const hits = await searchWords(catalog, EVERYTHING, query, languages ? { languages } : {}, 20);
      const chunks = await catalog.documents.liveChunks(EVERYTHING, hits.map((hit) => hit.chunkId)); // prettier-ignore
      return new Set(chunks.map((chunk) => chunk.documentId));
    };
    const portuguese = new Set([typed.documentId, scanned.documentId]);
    // No text says `hipertensas`, `repetidos` or `consulta`: their stems are those of what it says.
    for (const query of ['hipertensas', 'repetidos', 'a consulta']) expect(await found(query)).toEqual(portuguese);
    expect(await found('hipertensas', ['pt'])).toEqual(portuguese);
    expect(await found('hipertensas', ['en'])).toEqual(new Set());
    const configs = await textConfigs();
    expect(configs.get('guidelines')).toEqual(['english', 'portuguese']);
    expect(configs.get('consumer_health')).toEqual(['english']);
  });

  const SECTIONS = (changed: string) =>
    ['Assessment', 'Treatment', 'Follow-up']
      .map((title) => {
        const own = title === 'Treatment' ? changed : `The ${title.toLowerCase()} is written down on the same day.`;
        return `## ${title}\n\n${own} It is discussed with the patient. It is repeated after three months.`;
      })
      .join('\n\n');

  test('passages of sections that did not change keep their ids', async () => {
    const first = await ingest('care.md', SECTIONS('The first drug is given alone.'), 'consumer_health');
    const before = await chunksOf(first.documentId);
    const second = await ingest('care.md', SECTIONS('Two drugs are given together.'), 'consumer_health');
    expect(second).toMatchObject({ state: 'published', documentId: first.documentId });
    const after = await chunksOf(first.documentId);
    const idsIn = (chunks: typeof before, title: string) =>
      chunks.filter((chunk) => chunk.anchor.sectionPath.includes(title)).map((chunk) => chunk.chunkId);
    for (const title of ['Assessment', 'Follow-up']) {
      expect(idsIn(before, title).length).toBeGreaterThan(0);
      expect(idsIn(after, title)).toEqual(idsIn(before, title));
    }
    expect(idsIn(after, 'Treatment')).not.toEqual(idsIn(before, 'Treatment'));
  });

  test('another way of cutting holds from the next upload on, and its passages are what stands at their offsets', async () => {
    const text = SECTIONS('The first drug is given alone.');
    const { name } = await declare('cut', {});
    const { documentId } = await ingest('cut.md', text, name);
    expect(await ingest('cut.md', text, name)).toMatchObject({ state: 'unchanged' });
    const texts = new Set<string>();
    for (const strategy of ['sentence', 'recursive', 'section'] as const) {
      const chunking = { strategy, maxTokens: 40, overlapTokens: 12 };
      await catalog.collections.update(EVERYTHING, name, { chunking }, 'key-1');
      expect(await ingest('cut.md', text, name)).toMatchObject({ state: 'published', documentId });
      const chunks = await chunksOf(documentId);
      const live = (await catalog.documents.liveText(EVERYTHING, documentId)) ?? '';
      expect(chunks.map((chunk) => live.slice(chunk.anchor.start, chunk.anchor.end))).toEqual(
        chunks.map((chunk) => chunk.text),
      );
      expect(new Set(chunks.map((chunk) => chunk.anchor.sectionPath.at(-1)))).toEqual(
        new Set(['Assessment', 'Treatment', 'Follow-up']),
      );
      texts.add(JSON.stringify(chunks.map((chunk) => chunk.text)));
      expect(await ingest('cut.md', text, name)).toMatchObject({ state: 'unchanged' });
    }
    expect(texts.size).toBeGreaterThan(1);
  });

  test('collections with models of different dimensions are searched each with its own, and together', async () => {
    const own = await declare('narrow', {});
    const other = await declare('wide', { embeddingModel: 'tiny-wide' });
    const text = Array.from({ length: 40 }, (_, at) => `Dose ${at} is given in the morning.`).join(' ');
    const narrow = await ingest('doses.txt', text, own.name);
    const wide = await ingest('doses.txt', text, other.name);
    expect([narrow.state, wide.state]).toEqual(['published', 'published']);
    const longest = async (id: string) => Math.max(...(await chunksOf(id)).map((chunk) => chunk.text.length));
    // The wide model reads twice as much.
    expect(await longest(wide.documentId)).toBeGreaterThan(await longest(narrow.documentId));
    const { specs } = await catalog.vectorIndexes.searchable(EVERYTHING);
    const dimensionsOf = (id: string) => specs.find((spec) => spec.collectionId === id)?.model.dimensions;
    expect([dimensionsOf(own.collectionId), dimensionsOf(other.collectionId)]).toEqual([16, 32]);

    const retrieve = createRetrieval(deps);
    const ask = (collections: string[], mode: 'vector' | 'hybrid') =>
      retrieve({ ...EVERYTHING, collections }, { ...today(), text: 'morning dose', mode, topK: 20 });
    const alone = await ask([other.collectionId], 'vector');
    expect(alone.vectorIndexes).toMatchObject([{ model: { name: 'tiny-wide', dimensions: 32 } }]);
    expect(new Set(alone.hits.map((hit) => hit.chunk.documentId))).toEqual(new Set([wide.documentId]));
    expect((await ask([own.collectionId], 'vector')).vectorIndexes).toMatchObject([
      { model: { name: 'tiny-bert', dimensions: 16 } },
    ]);
    for (const mode of ['vector', 'hybrid'] as const) {
      const both = await ask([own.collectionId, other.collectionId], mode);
      expect(both.mode).toBe(mode);
      const dimensions = both.vectorIndexes.map(({ model }) => model.dimensions);
      expect(dimensions.sort()).toEqual([16, 32]);
      expect(new Set(both.hits.map((hit) => hit.chunk.documentId))).toEqual(
        new Set([narrow.documentId, wide.documentId]),
      );
      expect(both.hits.every((hit) => hit.fused.scores.vector !== null || mode === 'hybrid')).toBe(true);
      expect(Math.max(...both.hits.map((hit) => hit.fused.score))).toBeLessThanOrEqual(1);
    }
  });

  test('a model that is gone ends an ingest with its reason, and searches of others go on', async () => {
    modelsAreGone = true;
    try {
      const missing = await ingest('later.txt', 'This comes later, when the model is gone.', 'wide');
      expect(missing).toMatchObject({ state: 'failed', error: 'MODEL_MISSING' });
      const retrieve = createRetrieval(deps);
      const ask = async (name: string) => {
        const collection = await catalog.collections.byName(EVERYTHING, name);
        const scope = { ...EVERYTHING, collections: [collection?.collectionId ?? ''] };
        return retrieve(scope, { ...today(), text: 'dose', mode: 'hybrid', topK: 10 });
      };
      await expect(ask('wide')).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
      expect((await ask('narrow')).mode).toBe('hybrid');
    } finally {
      modelsAreGone = false;
    }
  });
});
