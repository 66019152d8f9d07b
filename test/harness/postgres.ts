import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { migrate } from '../../infra/postgres/migrate.js';
import { createPool, type PostgresKind } from '../../infra/postgres/pool.js';
import { findNativePostgres, type PostgresInstall, type PostgresMajor } from './native-postgres-install.js';
import { startNativePostgres, startTetheredPostgres } from './native-postgres.js';
import { startPglite } from './pglite.js';

/** A migrated database that belongs to one test file. */
export interface TestDatabase {
  readonly kind: PostgresKind;
  readonly databaseUrl: string;
  readonly pool: Pool;
  /** Kills the server with SIGKILL; absent where others use the server too. */
  readonly kill9?: () => Promise<void>;
  /** Starts a killed server again on the same data and at the same URL. */
  readonly restart?: () => Promise<void>;
  /** Closes the pool and removes everything. */
  close(): Promise<void>;
}

export interface StartDatabaseInput {
  /** True: a server that the test may kill, where the server is not given. */
  readonly ownServer?: boolean;
}

export interface PostgresUnderTest {
  readonly name: string;
  readonly kind: PostgresKind;
  /** Why it cannot be had on this machine; null when it can. */
  readonly unavailable: string | null;
  start(input?: StartDatabaseInput): Promise<TestDatabase>;
}

/**
 * The kinds of Postgres that every adapter must pass on. `describe.skipIf(postgres.unavailable !== null)`, and the name
 * says why.
 */
export async function eachPostgres(major: PostgresMajor = 16): Promise<PostgresUnderTest[]> {
  return [{ name: 'PGlite', kind: 'pglite', unavailable: null, start: startOnPglite }, await nativePostgres(major)];
}

/** PGlite, for tests that need a database but are not about databases. */
export function openTestDatabase(): Promise<TestDatabase> {
  return startOnPglite();
}

/** TEST_DATABASE_URL, where it is set; otherwise a server that is started for the test. */
export async function nativePostgres(major: PostgresMajor): Promise<PostgresUnderTest> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) {
    const start = () => startOnServer(given);
    return { name: 'Postgres at TEST_DATABASE_URL', kind: 'native', unavailable: null, start };
  }
  const install = await findNativePostgres(major);
  if ('missing' in install) {
    const start = () => Promise.reject(new Error(install.missing));
    return { name: `Postgres ${major} (${install.missing})`, kind: 'native', unavailable: install.missing, start };
  }
  return {
    name: `Postgres ${major}`,
    kind: 'native',
    unavailable: null,
    start: async ({ ownServer = false } = {}) => {
      if (!ownServer) return startOnServer(await sharedServer(major, install), TEMPLATE);
      const server = await startNativePostgres({ install });
      return migrated('native', server.databaseUrl, server);
    },
  };
}

/** The database of a shared server that those of tests are copies of. */
const TEMPLATE = 'medindex_template';

/** One server of each major version for all test files of a process; it ends with the process. */
const sharedServers = new Map<PostgresMajor, Promise<string>>();

function sharedServer(major: PostgresMajor, install: PostgresInstall): Promise<string> {
  const known = sharedServers.get(major);
  if (known) return known;
  const started = startSharedServer(install);
  sharedServers.set(major, started);
  return started;
}

async function startSharedServer(install: PostgresInstall): Promise<string> {
  const serverUrl = await startTetheredPostgres(install);
  const { pool } = await createDatabase(serverUrl, TEMPLATE);
  await migrate(pool);
  await pool.end();
  return serverUrl;
}

async function startOnPglite(): Promise<TestDatabase> {
  const server = await startPglite({ migrated: true });
  return migrated('pglite', server.databaseUrl, server);
}

interface OwnServer {
  kill9(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function migrated(kind: PostgresKind, databaseUrl: string, server: OwnServer): Promise<TestDatabase> {
  const pool = await createPool({ databaseUrl, kind });
  await migrate(pool);
  return {
    kind,
    databaseUrl,
    pool,
    kill9: () => server.kill9(),
    restart: () => server.restart(),
    close: async () => {
      if (!pool.ending) await pool.end();
      await server.stop();
    },
  };
}

/** A database of its own on a server that others use too; a copy of `template`, where that is given. */
async function startOnServer(serverUrl: string, template?: string): Promise<TestDatabase> {
  const name = `medindex_test_${randomBytes(8).toString('hex')}`;
  const { databaseUrl, pool } = await createDatabase(serverUrl, name, template);
  await migrate(pool);
  return {
    kind: 'native',
    databaseUrl,
    pool,
    close: async () => {
      if (!pool.ending) await pool.end();
      await administer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function createDatabase(serverUrl: string, name: string, template = 'template1') {
  await administer(serverUrl, `create database ${name} template ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { databaseUrl: url.href, pool: await createPool({ databaseUrl: url.href, kind: 'native' }) };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const pool = await createPool({ databaseUrl: serverUrl, kind: 'native', maxConnections: 1 });
  await pool.query(statement);
  await pool.end();
}
