import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nearestVisible, planVectorFilter } from '../../core/retrieval/nearest-visible.js';
import { createPool } from '../../infra/postgres/pool.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { madeNumbers, madeVector, storeManyVectors } from '../harness/many-vectors.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, ingest, nearestInScope, newCollection, scopeOf } from './catalog-world.js';

const DIMENSIONS = 16;
const ROWS = 400;
/** An iterative scan gives up after so many rows; 20,000 by default, for which a test would need as many. */
const MAX_SCAN_TUPLES = 500;
const MANY = 3_000;
const DISTANT = 40;

const nothing = (): Float32Array => new Float32Array(DIMENSIONS);

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`HNSW on ${postgres.name}`, () => {
    let database: TestDatabase;
    let world: CatalogUnderTest;
    beforeAll(async () => {
      database = await postgres.start();
      world = catalogOver(database);
    });
    afterAll(() => database.close());

    const newIndex = async (vectorIndex: PgVectorIndex) => {
      const collection = await newCollection(world);
      const model = { name: 'mini', revision: 'r', dimensions: DIMENSIONS, maxTokens: 64 };
      const { organizationId, collectionId } = collection;
      const spec = await world.catalog.collections.ensureVectorIndex(organizationId, collectionId, model);
      await vectorIndex.prepare(spec);
      return { collection, spec };
    };

    it('is built when it is due, once, and finds what the exact search finds, filters and all', async () => {
      const { catalog } = world;
      const vectorIndex = new PgVectorIndex({ pool: database.pool, hnswMinChunks: ROWS });
      const { collection, spec } = await newIndex(vectorIndex);

      const next = madeNumbers(7);
      const vectors = Array.from({ length: ROWS }, () => madeVector(next, nothing(), 1));
      const insert = async (from: number, to: number, kind: string) => {
        const paragraphs = vectors.slice(from, to).map((_, at) => `passage ${from + at}`);
        const { version } = await ingest(world, collection, { paragraphs, upload: { custom: { kind } } });
        const chunks = (await catalog.documents.chunks(scopeOf(collection), version.documentId)) ?? [];
        await vectorIndex.insert(
          spec,
          chunks.map((chunk, at) => ({
            chunkId: chunk.chunkId,
            documentId: version.documentId,
            vector: vectors[from + at] ?? nothing(),
          })),
        );
      };
      await insert(0, 4, 'rare');
      await insert(4, ROWS - 1, 'common');
      expect(await vectorIndex.maintain()).toEqual([]);
      await insert(ROWS - 1, ROWS, 'common');

      const filters = [{}, { metadata: { kind: 'rare' } }, { metadata: { kind: 'none' } }];
      const queries = Array.from({ length: 5 }, () => madeVector(next, nothing(), 1));
      const searchAll = async () => {
        const answers = [];
        for (const vector of queries) {
          for (const filter of filters) {
            const query = { scope: scopeOf(collection), filter, specs: [spec], vector, k: 10 };
            const hits = await nearestInScope({ catalog, vectorIndex }, query);
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

    it('refuses a vector whose chunk is not stored', async () => {
      const vectorIndex = new PgVectorIndex({ pool: database.pool });
      const { spec } = await newIndex(vectorIndex);
      const vector = madeVector(madeNumbers(3), nothing(), 1);
      const unknown = { chunkId: 'ffffffff-ffff-8fff-bfff-ffffffffffff', documentId: '', vector };
      await expect(vectorIndex.insert(spec, [unknown])).rejects.toThrow('not stored');
      expect(await vectorIndex.count(spec)).toBe(0);
    });

    it('finds forty distant ones among many thousands that are nearer and do not pass the filter', async () => {
      const { catalog } = world;
      // One connection, so that its setting holds for every search.
      const pool = await createPool({ databaseUrl: database.databaseUrl, kind: database.kind, maxConnections: 1 });
      await pool.query(`set hnsw.max_scan_tuples = ${MAX_SCAN_TUPLES}`);
      const vectorIndex = new PgVectorIndex({ pool, hnswMinChunks: MANY });
      const { collection, spec } = await newIndex(vectorIndex);
      await ingest(world, collection, { paragraphs: ['made'] });
      const next = madeNumbers(11);
      const near = madeVector(next, nothing(), 1);
      const far = near.map((value) => -value);
      // The last documents hold what is wanted, and it lies on the other side.
      const vectors = Array.from({ length: MANY }, (_, at) => madeVector(next, at < MANY - DISTANT ? near : far, 0.4));
      const perDocument = 20;
      const { chunkIds } = await storeManyVectors(
        { pool: database.pool, vectorIndex },
        {
          collection,
          spec,
          vectors,
          chunksPerDocument: perDocument,
          metadataOf: (document) => ({ kind: document * perDocument < MANY - DISTANT ? 'common' : 'distant' }),
        },
      );
      expect(await vectorIndex.maintain()).toEqual([spec]);
      const scope = scopeOf(collection);
      const approximate = await vectorIndex.search(scope, spec, { vector: near, k: 10 });
      expect(approximate).toMatchObject({ exact: false, candidates: { length: 10 } });

      const filter = { metadata: { kind: 'distant' } };
      const { candidates } = catalog;
      const wanted = chunkIds.slice(MANY - DISTANT).sort();
      const query = { scope, filter, specs: [spec], vector: near, k: DISTANT };
      for (const plan of [planVectorFilter(candidates, query), { kind: 'broad' } as const]) {
        const { nearest, gaveUp } = await nearestVisible({ vectorIndex, candidates }, { ...query, plan });
        expect(nearest.map(({ chunkId }) => chunkId).sort()).toEqual(wanted);
        expect(gaveUp).toBe(false);
      }
      await pool.query('reset hnsw.max_scan_tuples');
      await pool.end();
    });
  });
}
