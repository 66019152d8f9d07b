import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexReadings } from '../../bench/eval/index-readings.js';
import { prepareFirstStart } from '../../api/first-start.js';
import { todayUtc } from '../../core/reading/facts/calendar-day.js';
import { assembleText } from '../../core/reading/assemble-text.js';
import { createRetrieval, type Retrieve } from '../../core/retrieval/retrieve.js';
import { LoadedModels } from '../../infra/embedding/onnx/loaded-models.js';
import { OnnxEmbedder } from '../../infra/embedding/onnx/onnx-embedder.js';
import { ModelTokenizer } from '../../infra/embedding/tokenizer/model-tokenizer.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { createPostgresCatalog } from '../../infra/postgres/postgres-catalog.js';
import { lookAlikeTables } from '../fixtures/documents/look-alike-tables.js';
import { EVERYTHING } from '../harness/ingest-engine.js';
import { openTestDatabase, type TestDatabase } from '../harness/postgres.js';

const TABLES = 60;
const modelFolder = process.env['EMBEDDING_MODEL_PATH'];

/** A question that names one medicine gets its table, whatever others look like. Needs the real model. */
describe.skipIf(!modelFolder)('dose tables that look alike', () => {
  let database: TestDatabase;
  let embedder: OnnxEmbedder;
  let retrieve: Retrieve;
  const tables = lookAlikeTables(TABLES);

  beforeAll(async () => {
    database = await openTestDatabase();
    const catalog = createPostgresCatalog({ pool: database.pool });
    await prepareFirstStart(catalog, null);
    embedder = await OnnxEmbedder.open({ modelFolder: modelFolder ?? '' });
    const vectorIndex = new PgVectorIndex({ pool: database.pool });
    const collection = await catalog.collections.byName(EVERYTHING, 'guidelines');
    await indexReadings({
      catalog,
      vectorIndex,
      embedder,
      tokenizer: await ModelTokenizer.open(modelFolder ?? ''),
      collectionId: collection?.collectionId ?? '',
      documents: tables.map(({ externalId, title, blocks }) => ({
        externalId,
        reading: assembleText(blocks, { title }, { language: 'en' }),
      })),
    });
    retrieve = createRetrieval({ catalog, vectorIndex, embedder, collectionModels: new LoadedModels([]) });
  });
  afterAll(async () => {
    await embedder?.close();
    await database?.close();
  });

  test('the row of the medicine that was asked for is in the first hit', async () => {
    const filter = { inForce: { on: todayUtc(), withSuperseded: false } };
    const wrong: string[] = [];
    for (const { question, externalId, row } of tables) {
      const { hits, degraded } = await retrieve(EVERYTHING, { text: question, mode: 'hybrid', topK: 5, filter });
      expect(degraded).toBeUndefined();
      const chunk = hits[0]?.chunk;
      const hasRow = chunk?.text.split('\n').some((line) => row.every((cell) => line.includes(cell)));
      if (chunk?.externalId !== externalId || !hasRow) wrong.push(question);
    }
    expect(wrong).toEqual([]);
  });
});
