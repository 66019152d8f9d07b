import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, type Migration, readMigrations, SchemaMismatch } from '../../infra/postgres/migrate.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';

const INDEXED_BEFORE_TERM_KEYS = `
  with collection as (
    insert into knowledge.collections (collection_id, organization_id, name, source_type, language, phi_policy, chunking,
      safety_level, text_configs)
    values (gen_random_uuid(), 'default', 'metals', 'other', 'en', 'block', '{}', 'public', '{english}')
    returning collection_id
  ), document as (
    insert into knowledge.documents (document_id, organization_id, collection_id, external_id)
    select gen_random_uuid(), 'default', collection_id, 'metals.md' from collection returning document_id, collection_id
  )
  insert into knowledge.chunks (chunk_id, organization_id, collection_id, document_id, prefix, text, token_count,
    input_sha256, lexemes, term_count)
  select gen_random_uuid(), 'default', collection_id, document_id, '', t, 4, '', to_tsvector('english', t), 2
  from document, unnest(array['zinc zinc', 'zinc iron']) t`;

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

    it('carry over what was indexed before them', async () => {
      const clear = 'drop schema knowledge, auth, compliance, vectors, ops cascade';
      await database.pool.query(clear);
      const before = shipped.filter(({ name }) => name < '0005');
      await migrate(database.pool, before);
      await database.pool.query(INDEXED_BEFORE_TERM_KEYS);
      await migrate(database.pool);
      const { rows } = await database.pool.query<{ text: string }>(`
        select c.text, p.term_frequency, p.chunk_length from knowledge.lexical_postings p
        join knowledge.chunks c using (chunk_no)
        where p.term_key = knowledge.term_key(c.collection_id, 'zinc') order by 1`);
      expect(rows).toEqual([
        { text: 'zinc iron', term_frequency: 1, chunk_length: 2 },
        { text: 'zinc zinc', term_frequency: 2, chunk_length: 2 },
      ]);
    });

    it('keep the ids of what was stemmed by the first of the languages of its collection', async () => {
      const clear = 'drop schema knowledge, auth, compliance, vectors, ops cascade';
      await database.pool.query(clear);
      await migrate(
        database.pool,
        shipped.filter(({ name }) => name < '0010'),
      );
      await database.pool.query(`
        insert into knowledge.collections (collection_id, organization_id, name, source_type, language, phi_policy, chunking,
          safety_level, text_configs)
        select gen_random_uuid(), 'default', name, 'other', 'pt', 'block', '{"maxTokens": 256}', 'public', configs
        from (values ('one', '{portuguese}'::text[]), ('two', '{english,portuguese}'::text[])) c (name, configs)`);
      await database.pool.query(`
        with document as (
          insert into knowledge.documents (document_id, organization_id, collection_id, external_id, language)
          select gen_random_uuid(), 'default', collection_id, 'x', 'und' from knowledge.collections where name = 'one'
          returning document_id
        ) select from document`);
      await migrate(database.pool);
      const { rows } = await database.pool.query(
        `select name, first_text_config, embedding_model from knowledge.collections where name in ('one', 'two') order by 1`,
      );
      expect(rows).toEqual([
        { name: 'one', first_text_config: 'portuguese', embedding_model: null },
        { name: 'two', first_text_config: null, embedding_model: null },
      ]);
      const documents = await database.pool.query('select language from knowledge.documents');
      expect(documents.rows).toEqual([{ language: 'pt' }]);
    });

    it('are applied whole or not at all', async () => {
      const broken = later('9000_broken.sql', 'create table ops.half (id int); select nonsense;');
      await expect(migrate(database.pool, broken)).rejects.toThrow('migration 9000_broken.sql');
      const { rows } = await database.pool.query(`select to_regclass('ops.half') as half`);
      expect(rows).toEqual([{ half: null }]);
    });

    it('refuse a file that was changed after it was applied', async () => {
      const withFirst = (change: (sql: string) => string) =>
        shipped.map(({ name, sql }, at) => ({ name, sql: at === 0 ? change(sql) : sql }));
      const windowsLineEnds = withFirst((sql) => sql.replaceAll('\n', '\r\n'));
      expect(await migrate(database.pool, windowsLineEnds)).toEqual([]);
      const changed = migrate(
        database.pool,
        withFirst((sql) => `${sql} `),
      );
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
