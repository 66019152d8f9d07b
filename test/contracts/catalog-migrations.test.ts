import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, type Migration, readMigrations, SchemaMismatch } from '../../infra/postgres/migrate.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';

for (const postgres of await eachPostgres(18)) {
  describe.skipIf(postgres.unavailable !== null)(`migrations on ${postgres.name}`, () => {
    let database: TestDatabase;
    let shipped: Migration[];
    beforeAll(async () => {
      database = await postgres.start();
      shipped = await readMigrations(`${PROJECT_ROOT}/infra/postgres/migrations`);
    });
    afterAll(() => database.close());

    const later = (name: string, sql: string): Migration[] => [...shipped, { name, sql }];

    it('are applied once, by one of many that start together', async () => {
      await database.pool.query('drop schema knowledge, auth, compliance, vectors, ops cascade');
      const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.pool)));
      expect(applied.flat()).toEqual(shipped.map((migration) => migration.name));
      expect(await migrate(database.pool)).toEqual([]);
    });

    it('are applied whole or not at all', async () => {
      const broken = later('9000_broken.sql', 'create table ops.half (id int); select nonsense;');
      await expect(migrate(database.pool, broken)).rejects.toThrow('migration 9000_broken.sql');
      const { rows } = await database.pool.query(`select to_regclass('ops.half') as half`);
      expect(rows).toEqual([{ half: null }]);
    });

    it('refuse a file that was changed after it was applied', async () => {
      const [first] = shipped;
      if (!first) throw new Error('there are no migrations');
      const windowsLineEnds = [{ ...first, sql: first.sql.replaceAll('\n', '\r\n') }];
      expect(await migrate(database.pool, windowsLineEnds)).toEqual([]);
      const changed = migrate(database.pool, [{ ...first, sql: `${first.sql} ` }]);
      await expect(changed).rejects.toBeInstanceOf(SchemaMismatch);
      await expect(changed).rejects.toThrow('was changed after it had been applied');
    });

    it('keep an older program away from a newer schema only where it says breaking', async () => {
      expect(await migrate(database.pool, later('9001_more.sql', 'create table ops.more (id int)'))).toEqual([
        '9001_more.sql',
      ]);
      expect(await migrate(database.pool)).toEqual([]);
      const newer = [
        ...later('9001_more.sql', 'create table ops.more (id int)'),
        { name: '9002_new.sql', sql: '-- breaking: renames\nalter table ops.more rename to most' },
      ];
      expect(await migrate(database.pool, newer)).toEqual(['9002_new.sql']);
      await expect(migrate(database.pool)).rejects.toThrow('newer medindex (9002_new.sql)');
    });
  });
}
