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

const [SOURCE, RUN, DOCUMENT, VERSION] = [1, 2, 3, 4].map((n) => `0000000${n}-0000-4000-8000-000000000000`);

/** A run that ended and its page read again, a sync that ended, and one under way with a run of its own. */
const RUNS_BEFORE_KINDS = `
  insert into knowledge.collections (collection_id, organization_id, name, source_type, language, phi_policy, chunking,
    safety_level, text_configs)
  values ('00000009-0000-4000-8000-000000000000', 'default', 'metals', 'other', 'en', 'block', '{}', 'public', '{english}');
  insert into knowledge.sources (source_id, organization_id, collection_id, source_key)
  select '${SOURCE}', organization_id, collection_id, 'uri:a.md' from knowledge.collections;
  insert into knowledge.syncs (run_id, organization_id, collection_id, location, max_withdrawn_share, withdrawals_confirmed,
    sequence, workflow_id, state, stage, final_counts, finished_at)
  select run_id::uuid, organization_id, collection_id, 's3://bucket/', share, confirmed, sequence, workflow_id, state, stage,
    counts::jsonb, finished::timestamptz
  from knowledge.collections, (values
    ('00000005-0000-4000-8000-000000000000', .5, false, 2, 's1', 'published', 'done', '{"listed": 3, "kept": 1}', '2026-01-01'),
    ('00000006-0000-4000-8000-000000000000', .25, true, 4, 's2', 'running', 'list', null, null)
  ) s (run_id, share, confirmed, sequence, workflow_id, state, stage, counts, finished);
  insert into knowledge.runs (run_id, organization_id, collection_id, source_id, sequence, workflow_id, file_name, object_key,
    object_sha256, object_size_bytes, metadata, state, stage, error_code, reread, sync_run_id, source_fingerprint, finished_at)
  select run_id::uuid, organization_id, collection_id, '${SOURCE}', sequence, workflow_id, 'a.md', 'sources/a', repeat('a', 64), 1,
    '{"custom": {}}', state, stage, error_code, reread::jsonb, sync_run_id::uuid, fingerprint, finished::timestamptz
  from knowledge.collections, (values
    ('${RUN}', 1, 'w1', 'needs_attention', 'done', null, null, null, null, '2026-01-01'),
    ('00000007-0000-4000-8000-000000000000', 3, 'w2', 'failed', 'done', 'OCR_FAILED',
      '{"documentId": "${DOCUMENT}", "page": 2, "method": "ocr", "baseRunId": "${RUN}", "baseVersionId": "${VERSION}"}',
      null, null, '2026-01-02'),
    ('00000008-0000-4000-8000-000000000000', 5, 'w3', 'running', 'ocr', null, null, '00000006-0000-4000-8000-000000000000', 'fp', null)
  ) r (run_id, sequence, workflow_id, state, stage, error_code, reread, sync_run_id, fingerprint, finished);
  insert into knowledge.sync_sources (run_id, source_id, organization_id, action, etag, size_bytes, fingerprint)
  values ('00000006-0000-4000-8000-000000000000', '${SOURCE}', 'default', 'insert', 'e', 1, 'fp')`;

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
        select c.text, (posting & 255)::int as term_frequency, ((posting >> 8) & 32767)::int as chunk_length
        from knowledge.lexical_postings p cross join unnest(p.postings) posting
        join knowledge.chunks c on c.chunk_no = posting >> 23
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

    it('take the runs and syncs of before along, each with its kind', async () => {
      await database.pool.query('drop schema knowledge, auth, compliance, vectors, ops cascade');
      await migrate(
        database.pool,
        shipped.filter(({ name }) => name < '0013'),
      );
      await database.pool.query(RUNS_BEFORE_KINDS);
      await migrate(database.pool);
      const { rows } = await database.pool.query(`
        select r.kind, r.subject, parent.kind as parent, r.actor, r.details, r.state, r.stage, r.error_code,
          r.sequence, r.workflow_id, r.file_name
        from knowledge.runs r left join knowledge.runs parent on parent.run_id = r.parent_run_id order by r.sequence`);
      const reread = { documentId: DOCUMENT, page: 2, method: 'ocr', baseRunId: RUN, baseVersionId: VERSION };
      const counts = { listed: 3, kept: 1 };
      const common = { actor: 'system', error_code: null, parent: null };
      const file = { file_name: 'a.md', subject: SOURCE };
      expect(rows).toEqual([
        {
          ...common,
          ...file,
          kind: 'ingest',
          details: {},
          state: 'needs_attention',
          stage: 'done',
          sequence: 1,
          workflow_id: 'w1',
        },
        {
          ...common,
          file_name: null,
          subject: 's3://bucket/',
          kind: 'sync',
          details: { maxWithdrawnShare: 0.5, withdrawalsConfirmed: false, finalCounts: counts },
          state: 'published',
          stage: 'done',
          sequence: 2,
          workflow_id: 's1',
        },
        {
          ...common,
          ...file,
          subject: DOCUMENT,
          kind: 'reread',
          details: reread,
          state: 'failed',
          stage: 'done',
          error_code: 'OCR_FAILED',
          sequence: 3,
          workflow_id: 'w2',
        },
        {
          ...common,
          file_name: null,
          subject: 's3://bucket/',
          kind: 'sync',
          details: { maxWithdrawnShare: 0.25, withdrawalsConfirmed: true },
          state: 'running',
          stage: 'list',
          sequence: 4,
          workflow_id: 's2',
        },
        {
          ...common,
          ...file,
          parent: 'sync',
          kind: 'ingest',
          details: {},
          state: 'running',
          stage: 'ocr',
          sequence: 5,
          workflow_id: 'w3',
        },
      ]);
      const seen = await database.pool.query(
        'select action from knowledge.sync_sources join knowledge.runs using (run_id)',
      );
      expect(seen.rows).toEqual([{ action: 'insert' }]);
      // What they were joined by still holds.
      const again = database.pool.query(`
        insert into knowledge.runs (run_id, organization_id, kind, subject, actor, collection_id, workflow_id)
        select gen_random_uuid(), organization_id, kind, subject, actor, collection_id, 's3' from knowledge.runs where workflow_id = 's2'`);
      await expect(again).rejects.toMatchObject({ code: '23505' });
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
