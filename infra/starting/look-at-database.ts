import pg from 'pg';
import { outstandingMigrations, SchemaMismatch } from '../postgres/migrate.js';
import { createPool } from '../postgres/pool.js';
import { sqlState } from '../postgres/vendor-errors.js';
import { ALL_WELL, type Findings, problem } from './start-refused.js';

/** A database in reach answers within milliseconds; one behind a slow link within seconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** PGlite's number is higher; older servers lack what the migrations use. */
const OLDEST_VERSION = 150_000;

/** Whether the database of the settings can be worked with. `schema`: whether it has to be this program's already. */
export async function lookAtDatabase(
  databaseUrl: string,
  { schema }: { readonly schema: 'ready' | 'any' },
): Promise<Findings> {
  const server = await lookAtServer(databaseUrl);
  return server ?? (schema === 'ready' ? lookAtSchema(databaseUrl) : ALL_WELL);
}

async function lookAtServer(databaseUrl: string): Promise<Findings | null> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // PGlite brings pgvector along as a part of itself.
    const { rows } = await client.query<{ version: number; pgvector: boolean }>(
      `select current_setting('server_version_num')::int as version, version() like '%PGlite%'
         or exists (select 1 from pg_available_extensions where name = 'vector') as pgvector`,
    );
    const { version = 0, pgvector = false } = rows[0] ?? {};
    const major = Math.floor(version / 10_000);
    if (version < OLDEST_VERSION) {
      return problem(
        `DATABASE_URL: Postgres ${major} answers at ${placeOf(databaseUrl)}; medindex needs 15 or later. ` +
          `Upgrade that server, or name another one. ${EXAMPLE}`,
      );
    }
    if (!pgvector) {
      return problem(
        `DATABASE_URL: Postgres ${major} at ${placeOf(databaseUrl)} has no pgvector. Install it on that server ` +
          `(Debian: apt-get install postgresql-${major}-pgvector), or name a server that has it. ${EXAMPLE}`,
      );
    }
    return null;
  } catch (error) {
    return problem(`DATABASE_URL: ${whatWentWrong(error, databaseUrl)} ${EXAMPLE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function lookAtSchema(databaseUrl: string): Promise<Findings> {
  const pool = await createPool({ databaseUrl, maxConnections: 1 });
  try {
    const missing = await outstandingMigrations(pool);
    if (missing.length === 0) return ALL_WELL;
    const seen = `${missing.length} ${missing.length === 1 ? 'migration is' : 'migrations are'} missing (from ${missing[0]})`;
    return problem(
      `DATABASE_URL: the database at ${placeOf(databaseUrl)} is not at the state of this medindex: ${seen}. ` +
        'Run "npm run migrate" with the same settings, then start again. To have each start do it: MEDINDEX_MIGRATE_AT_START=true',
    );
  } catch (error) {
    if (error instanceof SchemaMismatch) return problem(`DATABASE_URL: ${error.message}`);
    throw error;
  } finally {
    await pool.end();
  }
}

const EXAMPLE = 'Example: DATABASE_URL=postgres://medindex:password@db.example.org:5432/medindex';

function whatWentWrong(error: unknown, databaseUrl: string): string {
  const place = placeOf(databaseUrl);
  const { username, pathname } = new URL(databaseUrl);
  const state = sqlState(error);
  switch (state) {
    case '28P01':
    case '28000':
      return `Postgres at ${place} refuses the user "${decodeURIComponent(username)}" or its password. Mend the address, or let that user in (pg_hba.conf).`;
    case '3D000': {
      const name = decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username);
      return `Postgres at ${place} has no database "${name}". Make it (createdb ${name}), or name another one.`;
    }
    case '57P03':
      return `Postgres at ${place} is starting up or shutting down. Start medindex again when it is ready.`;
    case undefined: {
      const code =
        error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no answer';
      return `no Postgres answers at ${place} (${code}). Start it, or mend the address.`;
    }
    default:
      return `Postgres at ${place} refuses the connection (SQLSTATE ${state}).`;
  }
}

/** Host and port: never the password, which stands in the same address. */
function placeOf(databaseUrl: string): string {
  const { hostname, port } = new URL(databaseUrl);
  return `${hostname || 'the local socket'}:${port || '5432'}`;
}
