import { createPool } from '../../infra/postgres/pool.js';
import { findNativePostgres } from '../../test/harness/native-postgres-install.js';
import { type NativePostgres, startNativePostgres } from '../../test/harness/native-postgres.js';
import { MissingForBench } from './missing.js';

/** One native Postgres with pgvector for all sides of a comparison, as durable as in production. */
export class NativeServer {
  #databases = 0;

  /** Errors: `MissingForBench`. */
  static async start(): Promise<NativeServer> {
    const install = await findNativePostgres(16);
    if ('missing' in install) throw new MissingForBench(`This bench needs a Postgres server: ${install.missing}`);
    return new NativeServer(await startNativePostgres({ install, durable: true }));
  }

  private constructor(private readonly server: NativePostgres) {}

  get pid(): number {
    return this.server.pid;
  }

  /** An empty database of its own for each side and round. */
  async createDatabase(): Promise<string> {
    const name = `bench_${++this.#databases}`;
    const pool = await createPool({ databaseUrl: this.server.databaseUrl, kind: 'native', maxConnections: 1 });
    await pool.query(`create database ${name}`);
    await pool.end();
    const url = new URL(this.server.databaseUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
