import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { PROJECT_ROOT } from '../entry-point.js';
import { Database, type Queryable } from './database.js';

const MIGRATIONS_FOLDER = join(PROJECT_ROOT, 'infra', 'postgres', 'migrations');

const CREATE_LEDGER = [
  'create schema if not exists ops',
  `create table if not exists ops.migrations (
     name text primary key,
     checksum text not null,
     breaking boolean not null,
     applied_at timestamptz not null default now()
   )`,
];

const FIND_LEDGER = `select to_regclass('ops.migrations')::text as ledger`;

const APPLIED = 'select name, checksum, breaking from ops.migrations order by name';

/** The first line of a migration that says: programs that do not know it must not run on this schema. */
const BREAKING_MARK = /^-- breaking\b/;

export interface Migration {
  /** File name, e.g. `0001_data_model.sql`; migrations run in the order of their names. */
  readonly name: string;
  readonly sql: string;
}

/** The schema and the program do not fit together. The message says what to do. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

interface Applied {
  readonly name: string;
  readonly checksum: string;
  readonly breaking: boolean;
}

/**
 * Brings the schema to this program's state: all outstanding migrations in one transaction, under a table lock, so that
 * processes that start together do it once (PGlite has no advisory locks between clients). Returns the names applied.
 * Errors: `SchemaMismatch` when an applied file was changed, or the schema has a breaking migration that this program
 * does not know; `Failure DATABASE_UNAVAILABLE`.
 */
export async function migrate(pool: Pool, migrations?: readonly Migration[]): Promise<string[]> {
  const known = migrations ?? (await readMigrations(MIGRATIONS_FOLDER));
  const database = new Database(pool).forSystem("the schema is everybody's");
  await createLedger(database);
  return database.transaction('migrate', async (tx) => {
    await tx.query('lockMigrations', 'lock table ops.migrations in exclusive mode');
    const applied = await tx.query<Applied>('appliedMigrations', APPLIED);
    const outstanding = compare(applied, known);
    for (const migration of outstanding) {
      await tx.query(`migration ${migration.name}`, migration.sql);
      await tx.query('recordMigration', 'insert into ops.migrations (name, checksum, breaking) values ($1, $2, $3)', [
        migration.name,
        checksum(migration),
        BREAKING_MARK.test(migration.sql),
      ]);
    }
    return outstanding.map((migration) => migration.name);
  });
}

/**
 * Looks whether the schema is this program's, and changes nothing. Gives the names of the migrations that are missing.
 * Errors: as for `migrate`.
 */
export async function outstandingMigrations(pool: Pool): Promise<string[]> {
  const database = new Database(pool).forSystem("the schema is everybody's");
  const known = await readMigrations(MIGRATIONS_FOLDER);
  const found = await database.query<{ ledger: string | null }>('findMigrationLedger', FIND_LEDGER);
  const applied = found[0]?.ledger ? await database.query<Applied>('appliedMigrations', APPLIED) : [];
  return compare(applied, known).map(({ name }) => name);
}

/** The .sql files of a folder in the order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name), 'utf8') })));
}

/** Which migrations are still to be applied. Throws where program and schema do not fit. */
function compare(applied: readonly Applied[], known: readonly Migration[]): Migration[] {
  const knownByName = new Map(known.map((migration) => [migration.name, migration]));
  for (const { name, checksum: recorded, breaking } of applied) {
    const migration = knownByName.get(name);
    if (!migration && breaking) {
      throw new SchemaMismatch(
        `The database was migrated by a newer medindex (${name}), which this older one cannot work with. Install the newer version.`,
      );
    }
    if (migration && checksum(migration) !== recorded) {
      throw new SchemaMismatch(
        `The migration ${name} was changed after it had been applied to this database. Restore the file; put changes into a new migration.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return known.filter(({ name }) => !done.has(name));
}

/**
 * `if not exists` is no lock: of two processes that make it at once, one may be refused. By then the other one has made
 * what was refused, so each refusal is a reason to go on, and only a ledger that is missing in the end is an error.
 */
async function createLedger(database: Queryable): Promise<void> {
  let refusal: unknown;
  for (const statement of CREATE_LEDGER) {
    await database.query('createMigrationLedger', statement).catch((error: unknown) => (refusal = error));
  }
  const found = await database.query<{ ledger: string | null }>('findMigrationLedger', FIND_LEDGER);
  if (!found[0]?.ledger) throw new Error('the migration ledger is missing', { cause: refusal });
}

/** Line ends do not count: a checkout on Windows has others. */
function checksum({ sql }: Migration): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}
