import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, type DatabaseHandle } from '../../infra/postgres/database.js';
import { PgVectorIndex } from '../../infra/postgres/pg-vector-index.js';
import { eachPostgres, type TestDatabase } from '../harness/postgres.js';

/** Of the migrations' own ledger and nothing else. */
const SCHEMAS_WITHOUT_TENANTS = ['ops', 'public'];

const TABLES = `
  select c.oid::regclass::text as name, c.relrowsecurity as protected
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.nspname <> all ($1::text[])
  order by 1`;

/** Columns that a row must be given, with the statement that makes a value of their type. */
const COLUMNS = `
  select quote_ident(a.attname) as name, format_type(a.atttypid, a.atttypmod) as type, t.typcategory as category,
    a.attnotnull as required
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
    and (a.attname like 'organization%' or a.attnotnull)
  order by a.attnum`;

const CONSTRAINTS = `
  select conrelid::regclass::text as table, quote_ident(conname) as name
  from pg_constraint where contype in ('c', 'f') and conrelid <> 0 and connamespace::regnamespace::text !~ '^(pg_|information_schema)'
  order by contype desc`;

/** Foreign keys between tables that both have organizations, and do not name them. */
const KEYS_WITHOUT_ORGANIZATION = `
  with tenant as (
    select attrelid, attnum from pg_attribute where attname = 'organization_id' and not attisdropped
  )
  select k.conrelid::regclass::text || '.' || k.conname as name
  from pg_constraint k
  join tenant source on source.attrelid = k.conrelid
  join tenant target on target.attrelid = k.confrelid
  where k.contype = 'f' and not (source.attnum = any (k.conkey) and target.attnum = any (k.confkey))`;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly category: string;
}

const MINE = 'mine';
const OTHER = 'other';

/** A value of any type; what a row says is of no matter here, only whose it is. */
function anyValue({ type, category }: Column): string {
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'bytea') return `'\\x00'`;
  if (type === 'jsonb') return `'{}'`;
  if (type === 'tsvector') return `''`;
  const dimensions = /^(?:half)?vec(?:tor)?\((\d+)\)$/.exec(type)?.[1];
  if (dimensions) return `array_fill(1, array[${dimensions}])::${type}`;
  const byCategory: Record<string, string> = { S: `'x'`, N: '1', B: 'false', D: 'now()', A: `'{}'` };
  const value = byCategory[category];
  if (!value) throw new Error(`no value is known for the type ${type}`);
  return value;
}

/** An insert of one row that belongs to an organization. */
function insertStatement(table: string, columns: readonly Column[], organization: string): string {
  const value = (column: Column) => {
    if (column.name === 'organization_id') return `'${organization}'`;
    if (column.name === 'organization_no') return organization === OTHER ? '2000' : '1000';
    return anyValue(column);
  };
  return `insert into ${table} (${columns.map(({ name }) => name).join(', ')}) values (${columns.map(value).join(', ')})`;
}

for (const postgres of await eachPostgres()) {
  describe.skipIf(postgres.unavailable !== null)(
    `a statement that forgets its organization, on ${postgres.name}`,
    () => {
      let database: TestDatabase;
      let system: DatabaseHandle;
      let mine: DatabaseHandle;
      let other: DatabaseHandle;
      let tables: { name: string; protected: boolean }[];
      let looseKeys: unknown[];
      /** A single statement where these are restricted; on PGlite only transactions are. */
      const ask = <Row>(handle: DatabaseHandle, operation: string, sql: string): Promise<Row[]> =>
        postgres.kind === 'native'
          ? handle.query(operation, sql)
          : handle.transaction(operation, (tx) => tx.query<Row>(operation, sql));
      const columnsOf = new Map<string, Column[]>();

      // A row of another organization in every table, also in those that are made after this test was written: without
      // constraints and triggers any values will do.
      beforeAll(async () => {
        database = await postgres.start();
        const handles = new Database(database.pool);
        system = handles.forSystem('test');
        mine = handles.forOrganization(MINE);
        other = handles.forOrganization(OTHER);
        const model = { name: 'test', revision: '1', dimensions: 3, maxTokens: 256 };
        await new PgVectorIndex({ pool: database.pool }).prepare({
          vectorIndexId: '00000000-0000-4000-8000-000000000001',
          organizationId: OTHER,
          collectionId: '00000000-0000-4000-8000-000000000002',
          model,
          store: 'pgvector',
          state: 'live',
        });
        tables = await system.query('tables', TABLES, [SCHEMAS_WITHOUT_TENANTS]);
        looseKeys = await system.query('keys', KEYS_WITHOUT_ORGANIZATION);
        for (const { table, name } of await system.query<{ table: string; name: string }>('constraints', CONSTRAINTS)) {
          await system.query('drop', `alter table ${table} drop constraint ${name} cascade`);
        }
        for (const { name } of tables) await system.query('disable', `alter table ${name} disable trigger user`);
        await system.query(
          'organizations',
          `insert into knowledge.organizations (organization_id, organization_no) overriding system value
         values ('${MINE}', 1000), ('${OTHER}', 2000)`,
        );
        await system.transaction('rows', async (tx) => {
          await tx.query('withoutTriggers', `set local session_replication_role = replica`);
          for (const { name } of tables) {
            const columns = await tx.query<Column>('columns', COLUMNS, [name]);
            columnsOf.set(name, columns);
            if (name === 'knowledge.organizations') continue;
            await tx.query(`insert into ${name}`, insertStatement(name, columns, OTHER));
          }
        });
      });
      afterAll(() => database.close());

      it('every table of a schema with tenants is protected', () => {
        expect(tables.length).toBeGreaterThan(15);
        expect(tables.filter((table) => !table.protected)).toEqual([]);
      });

      it('every reference from one table with organizations to another stays within one', () => {
        expect(looseKeys).toEqual([]);
      });

      it('finds the rows of its own organization', async () => {
        for (const { name } of tables) {
          expect(await ask(other, 'count', `select from ${name}`), name).toHaveLength(1);
        }
      });

      it('finds nothing of another one', async () => {
        for (const { name } of tables) {
          const own = name === 'knowledge.organizations' ? 1 : 0;
          expect(await ask(mine, 'count', `select from ${name}`), name).toHaveLength(own);
          const within = await mine.transaction('count', (tx) => tx.query('count', `select from ${name}`));
          expect(within, name).toHaveLength(own);
        }
      });

      it('writes nothing of another one', async () => {
        for (const { name } of tables) {
          const columns = columnsOf.get(name) ?? [];
          const [column] = columns;
          const refusedOrNone = (rows: Promise<unknown[]>) => rows.then((found) => found.length, String);
          const harmless = expect.toSatisfy(
            (end: unknown) => end === 0 || String(end).includes('state=42501'),
            'no row, or refused',
          ) as unknown;
          if (name !== 'knowledge.organizations') {
            const update = `update ${name} set ${column?.name} = ${column?.name} returning 1`;
            expect(await refusedOrNone(ask(mine, 'update', update)), name).toEqual(harmless);
            expect(await refusedOrNone(ask(mine, 'delete', `delete from ${name} returning 1`)), name).toEqual(harmless);
          }
          await expect(ask(mine, 'insert', insertStatement(name, columns, OTHER)), name).rejects.toMatchObject({
            code: 'INTERNAL',
            message: expect.stringContaining('state=42501') as unknown,
          });
          expect(await system.query('count', `select from ${name}`), name).toHaveLength(
            name === 'knowledge.organizations' ? 3 : 1,
          );
        }
      });

      it('cannot truncate, drop or alter a table', async () => {
        for (const { name } of tables) {
          for (const statement of [
            `truncate ${name}`,
            `drop table ${name}`,
            `alter table ${name} disable row level security`,
          ]) {
            await expect(ask(mine, 'escape', statement), statement).rejects.toMatchObject({ code: 'INTERNAL' });
          }
        }
      });

      it('is restricted to the one statement: the next one on the connection is not', async () => {
        const single = [mine, system, other, system].map((handle) =>
          ask<{ role: string; organization: string | null }>(
            handle,
            'who',
            `select current_user::text as role, nullif(current_setting('medindex.organization', true), '') as organization`,
          ),
        );
        const [first, second, third, fourth] = (await Promise.all(single)).map(([row]) => row);
        expect([first, third]).toEqual([
          { role: 'medindex_tenant', organization: MINE },
          { role: 'medindex_tenant', organization: OTHER },
        ]);
        expect([second, fourth].map((row) => row?.organization)).toEqual([null, null]);
        expect([second, fourth].map((row) => row?.role)).not.toContain('medindex_tenant');
        await expect(ask(mine, 'refused', 'select 1 / 0')).rejects.toMatchObject({ code: 'INTERNAL' });
        const [after] = await system.query<{ role: string }>('who', 'select current_user::text as role');
        expect(after?.role).not.toBe('medindex_tenant');
      });

      it('an organization whose name is SQL is a name', async () => {
        const odd = new Database(database.pool).forOrganization(`x'; reset role; select '`);
        expect(await ask(odd, 'count', 'select from knowledge.versions')).toEqual([]);
        expect(await odd.transaction('count', (tx) => tx.query('count', 'select from knowledge.versions'))).toEqual([]);
      });
    },
  );
}
