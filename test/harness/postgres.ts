import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { migrate } from '../../infra/postgres/migrate.js';
import { createPool, type PostgresKind } from '../../infra/postgres/pool.js';
import { findNativePostgres, type PostgresMajor } from './native-postgres-install.js';
import { startNativePostgres } from './native-postgres.js';
import { startPglite } from './pglite.js';

/** A migrated database that belongs to one test file. */
export interface TestDatabase {
  readonly kind: PostgresKind;
  readonly databaseUrl: string;
  readonly pool: Pool;
  /** Kills the server with SIGKILL; absent where the server is not ours. */
  readonly kill9?: () => Promise<void>;
  /** Starts a killed server again on the same data and at the same URL. */
  readonly restart?: () => Promise<void>;
  /** Closes the pool and removes everything. */
  close(): Promise<void>;
}

export interface PostgresUnderTest {
  readonly name: string;
  readonly kind: PostgresKind;
  /** Why it cannot be had on this machine; null when it can. */
  readonly unavailable: string | null;
  start(): Promise<TestDatabase>;
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
    start: async () => {
      const server = await startNativePostgres({ install });
      return migrated('native', server.databaseUrl, server);
    },
  };
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

/** A database of its own on a server that others use too. */
async function startOnServer(serverUrl: string): Promise<TestDatabase> {
  const name = `medindex_test_${randomBytes(8).toString('hex')}`;
  const administration = await createPool({ databaseUrl: serverUrl, kind: 'native', maxConnections: 1 });
  await administration.query(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pool = await createPool({ databaseUrl: url.href, kind: 'native' });
  await migrate(pool);
  return {
    kind: 'native',
    databaseUrl: url.href,
    pool,
    close: async () => {
      if (!pool.ending) await pool.end();
      await administration.query(`drop database ${name} with (force)`);
      await administration.end();
    },
  };
}
