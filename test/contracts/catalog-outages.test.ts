import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../core/contract/failures.js';
import { Database } from '../../infra/postgres/database.js';
import { createPool, detectKind } from '../../infra/postgres/pool.js';
import { catalogOver } from '../harness/postgres-catalog.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';
import { type CatalogUnderTest, ingest, newCollection, scopeOf, searchWords } from './catalog-world.js';

it('a server that is not there is an unavailable database', async () => {
  const databaseUrl = 'postgres://postgres@127.0.0.1:1/postgres';
  await expect(createPool({ databaseUrl })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  const pool = await createPool({ databaseUrl, kind: 'native' });
  await expect(new Database(pool).forSystem('test').query('look', 'select 1')).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
  });
  await expect(new Database(pool).forSystem('test').transaction('look', async () => 1)).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
  });
  await pool.end();
});

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(`outages of ${postgres.name}`, () => {
    let database: TestDatabase;
    let world: CatalogUnderTest;
    beforeAll(async () => {
      database = await postgres.start({ ownServer: true });
      world = catalogOver(database);
    });
    afterAll(() => database.close());

    it('the pool knows what it speaks to', async () => {
      expect(await detectKind(database.databaseUrl)).toBe(postgres.kind);
      const pool = await createPool({ databaseUrl: database.databaseUrl });
      expect((await pool.query<{ n: number }>('select 9007199254740991::bigint as n')).rows).toEqual([
        { n: 9007199254740991 },
      ]);
      await pool.end();
    });

    it('what SQL refuses names the operation and no value', async () => {
      const refused: unknown = await new Database(database.pool)
        .forSystem('test')
        .query('insertSecret', `insert into knowledge.organizations values ('Jane Roe'), ($1)`, ['x'])
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Failure);
      expect(refused).toMatchObject({ code: 'INTERNAL' });
      expect(String(refused)).toContain('operation=insertSecret');
      expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain('Jane Roe');
    });

    it('a transaction that fails leaves nothing, and its connection is good again', async () => {
      const sql = new Database(database.pool).forSystem('test');
      const failing = sql.transaction('twice', async (tx) => {
        await tx.query('one', `insert into knowledge.organizations values ('half')`);
        await tx.query('two', `insert into knowledge.organizations values ('half')`);
      });
      await expect(failing).rejects.toMatchObject({ code: 'INTERNAL' });
      expect(await sql.query('look', `select from knowledge.organizations where organization_id = 'half'`)).toEqual([]);
    });

    it.skipIf(postgres.name.includes('TEST_DATABASE_URL'))(
      'a server killed in the middle of ingests loses nothing that was acknowledged, and halves nothing',
      async () => {
        const { kill9, restart } = database;
        if (!kill9 || !restart) throw new Error('the server is not ours to kill');
        const collection = await newCollection(world);
        const scope = scopeOf(collection);
        const acknowledged: string[] = [];
        const errors: unknown[] = [];
        const paragraphs = (slot: number) => [`zinc ${slot}`, `iron ${slot}`];
        const ingestMany = async () => {
          for (let slot = 0; errors.length === 0; slot++) {
            await ingest(world, collection, { slot: `${slot}`, paragraphs: paragraphs(slot) }).then(
              ({ version }) => acknowledged.push(version.documentId),
              (error: unknown) => errors.push(error),
            );
            if (acknowledged.length === 20) void kill9();
          }
        };
        await ingestMany();
        expect(errors).toMatchObject([{ code: 'DATABASE_UNAVAILABLE' }]);
        await expect(world.catalog.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
        await restart();
        await world.catalog.ping();
        for (const documentId of acknowledged) {
          expect(await world.catalog.documents.chunks(scope, documentId)).toHaveLength(2);
        }
        const [summary] = await world.catalog.collections.list(scope);
        const hits = await searchWords(world.catalog, scope, 'zinc', {}, 1000);
        expect(summary).toMatchObject({ documents: hits.length, chunks: 2 * hits.length });
        // At most the one that was on its way may have gone live without its answer coming through.
        expect(hits.length - acknowledged.length).toBeGreaterThanOrEqual(0);
        expect(hits.length - acknowledged.length).toBeLessThanOrEqual(1);
        const again = await ingest(world, collection, {
          slot: `${acknowledged.length}`,
          paragraphs: paragraphs(acknowledged.length),
        });
        expect(['published', 'unchanged']).toContain(again.state);
      },
    );
  });
}
