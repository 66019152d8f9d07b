import pg from 'pg';
import { databaseFailure } from './vendor-errors.js';

/** What `createPool` makes; its clients keep it and run no SQL with it. */
export type PostgresPool = pg.Pool;

/** Real Postgres in WASM behind one shared session, or a server of its own. */
export type PostgresKind = 'pglite' | 'native';

export interface CreatePoolInput {
  readonly databaseUrl: string;
  /** Asked of the server when absent. */
  readonly kind?: PostgresKind;
  /** Most connections of this process; see {@link MAX_CONNECTIONS}. */
  readonly maxConnections?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
}

/**
 * native: about as many as the activities and requests that a process runs at a time; the rest wait milliseconds.
 * pglite: statements run one at a time whatever the number; a few let a read queue behind a write instead of behind a
 * whole transaction's round trips.
 */
const MAX_CONNECTIONS: Record<PostgresKind, number> = { native: 10, pglite: 4 };

/** Wait for a free connection. Building an HNSW index on PGlite was seen to hold all others for 22 s. */
const CONNECTION_TIMEOUT_MS = 30_000;

/** Closed after standing idle so long; shorter than the 60 s and more after which firewalls forget a connection. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * A pool with settings that fit the server. bigint arrives as number: sequences and counts stay far below 2^53.
 * Errors: `Failure DATABASE_UNAVAILABLE` when the server has to be asked its kind and does not answer.
 */
export async function createPool(input: CreatePoolInput): Promise<pg.Pool> {
  const kind = input.kind ?? (await detectKind(input.databaseUrl));
  const pool = new pg.Pool({
    connectionString: input.databaseUrl,
    max: input.maxConnections ?? MAX_CONNECTIONS[kind],
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    application_name: input.applicationName ?? 'medindex',
    types: { getTypeParser: typeParser },
  });
  // An idle connection whose server dies is no news: the pool drops it, and the next query reports what it meets.
  pool.on('error', () => undefined);
  KINDS.set(pool, kind);
  return pool;
}

const KINDS = new WeakMap<pg.Pool, PostgresKind>();

/** What a pool speaks to; a pool that was made elsewhere speaks to a server of its own. */
export function kindOf(pool: pg.Pool): PostgresKind {
  return KINDS.get(pool) ?? 'native';
}

/** Which kind of Postgres answers there. Errors: `Failure DATABASE_UNAVAILABLE`. */
export async function detectKind(databaseUrl: string): Promise<PostgresKind> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECTION_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>('select version()');
    return rows[0]?.version.includes('PGlite') ? 'pglite' : 'native';
  } catch (error) {
    throw databaseFailure('detectKind', error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const INT8: number = pg.types.builtins.INT8;

const typeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary'): unknown =>
  oid === INT8 && format !== 'binary'
    ? Number
    : format === 'binary'
      ? pg.types.getTypeParser(oid, 'binary')
      : pg.types.getTypeParser(oid, 'text');
