import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../infra/postgres/database.js';
import { PgLexicalIndex } from '../../infra/postgres/lexical/pg-lexical-index.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf } from './catalog-world.js';

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`BM25 in two steps on ${postgres.name}`, () => {
    let database: TestDatabase;
    let world: CatalogUnderTest;
    beforeAll(async () => {
      database = await postgres.start();
      world = catalogOver(database);
    });
    afterAll(() => database.close());

    it('gives whoever has a rare term the score of all terms', async () => {
      const collection = await newCollection(world);
      // "dose" in all of 60, "adult" in half, "renal" in a tenth, "zinc" in three.
      const paragraphs = Array.from({ length: 60 }, (_, at) =>
        ['dose', at % 2 ? 'adult' : 'child', at % 10 ? '' : 'renal', at % 20 === 7 ? 'zinc' : '', `n${at}`].join(' '),
      );
      await ingest(world, collection, { paragraphs });
      const scope = scopeOf(collection);
      const question = 'What dose of zinc for an adult with renal failure?';
      const query = await world.catalog.lexical.analyse(scope, question);
      const whole = new Map(
        (await world.catalog.lexical.search(scope, query, {}, 100)).map((hit) => [hit.chunkId, hit]),
      );
      expect(whole.size).toBe(60);

      const inTwoSteps = new PgLexicalIndex(new Database(database.pool), 0);
      const hits = await inTwoSteps.search(scope, query, {}, 100);
      expect(hits).toHaveLength(9);
      for (const hit of hits) {
        const expected = whole.get(hit.chunkId);
        expect(hit.score).toBeCloseTo(expected?.score ?? NaN, 9);
        expect(hit.held).toEqual(expected?.held);
      }
      expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).sort((a, b) => b - a));
      expect((await inTwoSteps.search(scope, query, {}, 1))[0]).toEqual(hits[0]);
    });
  });
}
