import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf } from './catalog-world.js';

const DIMENSIONS = 16;
const ROWS = 400;

/** Numbers that look random and are the same in every run (Park & Miller 1988). */
function randomVectors(count: number): Float32Array[] {
  let state = 7;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: DIMENSIONS }, next);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`HNSW on ${postgres.name}`, () => {
    let database: TestDatabase;
    let world: CatalogUnderTest;
    beforeAll(async () => {
      database = await postgres.start();
      world = catalogOver(database);
    });
    afterAll(() => database.close());

    it('is built when it is due, once, and finds what the exact search finds, filters and all', async () => {
      const { catalog } = world;
      const vectorIndex = new PgVectorIndex({ pool: database.pool, hnswMinChunks: ROWS });
      const collection = await newCollection(world);
      const model = { name: 'mini', revision: 'r', dimensions: DIMENSIONS, maxTokens: 64 };
      const spec = await catalog.collections.ensureVectorIndex(
        collection.organizationId,
        collection.collectionId,
        model,
      );
      await vectorIndex.prepare(spec);

      const vectors = randomVectors(ROWS);
      const insert = async (from: number, to: number, kind: string) => {
        const paragraphs = vectors.slice(from, to).map((_, at) => `passage ${from + at}`);
        const { version } = await ingest(world, collection, { paragraphs, upload: { custom: { kind } } });
        const chunks = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
        await vectorIndex.insert(
          spec,
          chunks.map((chunk, at) => ({
            chunkId: chunk.chunkId,
            documentId: version.documentId,
            vector: vectors[from + at] ?? new Float32Array(DIMENSIONS),
          })),
        );
      };
      await insert(0, 4, 'rare');
      await insert(4, ROWS - 1, 'common');
      expect(await vectorIndex.maintain()).toEqual([]);
      await insert(ROWS - 1, ROWS, 'common');

      const filters = [{}, { metadata: { kind: 'rare' } }, { metadata: { kind: 'none' } }];
      const queries = randomVectors(ROWS + 5).slice(ROWS);
      const searchAll = async () => {
        const answers = [];
        for (const query of queries) {
          for (const filter of filters) {
            const hits = await vectorIndex.search(scopeOf(collection), [spec], query, filter, 10);
            answers.push(hits.map((hit) => hit.chunkId));
          }
        }
        return answers;
      };
      const exact = await searchAll();
      expect(exact.slice(0, 3).map((hits) => hits.length)).toEqual([10, 4, 0]);
      expect(await vectorIndex.maintain()).toEqual([spec]);
      expect(await vectorIndex.maintain()).toEqual([]);
      expect(await searchAll()).toEqual(exact);
      // What was set for a search is not left behind for the next statement.
      expect((await database.pool.query('show enable_sort')).rows).toEqual([{ enable_sort: 'on' }]);

      await vectorIndex.drop(spec);
      await vectorIndex.prepare(spec);
      expect(await vectorIndex.count(spec)).toBe(0);
    });
  });
}
