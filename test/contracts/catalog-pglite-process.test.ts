import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PgliteServer } from '../../infra/postgres/pglite/pglite-server.js';
import { copyOfEmptyDatabase, type PgliteProcess, runPglite, startPglite } from '../harness/pglite.js';

function connect(server: PgliteProcess, max = 4): pg.Pool {
  const pool = new pg.Pool({ connectionString: server.databaseUrl, max });
  pool.on('error', () => undefined);
  return pool;
}

describe('a PGlite process that serves', () => {
  let server: PgliteProcess;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPglite();
    pool = connect(server);
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  it('keeps the statements of many clients apart, also such as do not fit a packet', async () => {
    const wrong: unknown[] = [];
    const pools = [connect(server, 8), connect(server, 8)];
    const ask = async (client: pg.PoolClient, worker: number, round: number) => {
      const text = `${worker} ${round} `.repeat((round % 4) * 8_000);
      const { rows } = await client.query<{ round: number; text: string; worker: number }>(
        `select $1::int as round, $2::text as text, ${worker} as worker`,
        [round, text],
      );
      const [row] = rows;
      if (row?.round !== round || row.text !== text || row.worker !== worker) wrong.push(row);
    };
    await Promise.all(
      Array.from({ length: 16 }, async (_, worker) => {
        const client = await pools[worker % 2]?.connect();
        if (!client) throw new Error('two pools were made');
        for (let round = 0; round < 15; round++) {
          if (round % 3 === 0) await client.query('begin');
          await ask(client, worker, round);
          if (round % 3 === 0) await client.query(round % 2 === 0 ? 'commit' : 'rollback');
        }
        client.release();
      }),
    );
    expect(wrong).toEqual([]);
    for (const used of pools) await used.end();
  });

  it('keeps transactions apart: nobody sees or joins the open one of another', async () => {
    await pool.query('create table kept_apart (id int)');
    const writer = await pool.connect();
    await writer.query('begin');
    await writer.query('insert into kept_apart values (1)');
    const counted = pool.query<{ count: string }>('select count(*) from kept_apart');
    await writer.query('insert into kept_apart values (2)');
    await writer.query('rollback');
    writer.release();
    expect((await counted).rows).toEqual([{ count: '0' }]);
  });

  it('rolls back what a client leaves open when it goes, and serves the others', async () => {
    await pool.query('create table left_open (id int)');
    const leaving = new pg.Client({ connectionString: server.databaseUrl });
    leaving.on('error', () => undefined);
    await leaving.connect();
    await leaving.query('begin');
    await leaving.query('insert into left_open values (1)');
    const counted = pool.query<{ count: string }>('select count(*) from left_open');
    // The way a killed process leaves: without a word.
    (leaving as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect((await counted).rows).toEqual([{ count: '0' }]);
  });

  it('answers an error of one client to that client only', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => pool.query('select 10 / $1::int as q', [at % 2])),
    );
    expect(answers.map((answer) => answer.status)).toEqual(
      answers.map((_, at) => (at % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  it('refuses whoever does not know the password, and goes on serving', async () => {
    const right = new URL(server.databaseUrl);
    const without = `postgres://postgres@${right.host}/postgres`;
    const wrong = `postgres://postgres:${right.password.slice(1)}x@${right.host}/postgres`;
    await expect(new pg.Client({ connectionString: without }).connect()).rejects.toThrow(/password/);
    await expect(new pg.Client({ connectionString: wrong }).connect()).rejects.toMatchObject({ code: '28P01' });
    expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
  });

  it('runs no SQL of a client that does not log in, however it asks', async () => {
    await pool.query('create table untouched (id int)');
    const message = (type: string, body: string) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length + 4);
      return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
    };
    const startup = message('', '\0\x03\0\0user\0postgres\0\0');
    const sql = message('Q', 'insert into untouched values (1)\0');
    const login = message('p', 'SCRAM-SHA-256\0\0\0\0\x05n,,n=');
    for (const said of [[startup, sql], [startup, login, sql], [startup, startup, sql], [login, sql], [sql]]) {
      const socket = createConnection(Number(new URL(server.databaseUrl).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.resume();
      const closed = once(socket, 'close');
      socket.end(Buffer.concat(said));
      await closed;
    }
    expect((await pool.query('select from untouched')).rows).toHaveLength(0);
  });

  it('keeps its password from other users of the machine', async () => {
    const { mode } = await stat(join(server.dataDir, 'postgres.password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('refuses a second one on its folder', async () => {
    const refused = await runPglite(server.dataDir);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`process ${server.pid}`);
    expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
  });

  it('refuses another one on its port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'medindex-pglite-'));
    const refused = await runPglite(folder, Number(new URL(server.databaseUrl).port));
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is taken by another program') as string,
    });
    await rm(folder, { recursive: true });
  });
});

describe('the server of a PGlite', () => {
  async function serve(input: { silentTransactionMs?: number; vacuumCheckEveryMs?: number }) {
    const session = await PGlite.create();
    const onBroken = (error: unknown) => {
      throw error;
    };
    const server = await PgliteServer.listen({
      session,
      host: '127.0.0.1',
      port: 0,
      password: 'secret',
      onBroken,
      ...input,
    });
    const clients = [1, 2].map(
      () => new pg.Client({ connectionString: `postgres://postgres:secret@127.0.0.1:${server.port}/postgres` }),
    );
    const [one, other] = clients;
    if (!one || !other) throw new Error('two clients were made');
    await Promise.all([one.connect(), other.connect()]);
    const stop = async () => {
      await Promise.all(clients.map((client) => client.end()));
      await server.stop();
      await session.close();
    };
    return { one, other, stop };
  }

  it('rolls back a transaction in which nobody says anything, as all others wait for it', async () => {
    const { one, other, stop } = await serve({ silentTransactionMs: 50 });
    const lost = new Promise((resolve) => one.on('error', resolve));
    await one.query('create table silent (id int)');
    await one.query('begin');
    await one.query('insert into silent values (1)');
    expect((await other.query<{ count: string }>('select count(*) from silent')).rows).toEqual([{ count: '0' }]);
    expect(await lost).toBeInstanceOf(Error);
    await stop();
  });

  it('vacuums what is overdue between the requests, and never within a transaction', async () => {
    const { one, other, stop } = await serve({ vacuumCheckEveryMs: 10 });
    await one.query('create table grown as select generate_series(1, 5000) as id');
    const vacuumed = async () => {
      const { rows } = await other.query<{ done: boolean }>(
        `select last_vacuum is not null as done from pg_stat_user_tables where relname = 'grown'`,
      );
      return rows[0]?.done;
    };
    await vi.waitFor(async () => expect(await vacuumed()).toBe(true), { timeout: 60_000 });
    await one.query('begin');
    await one.query('insert into grown select generate_series(1, 50000)');
    await one.query('commit');
    expect((await other.query<{ count: string }>('select count(*) from grown')).rows).toEqual([{ count: '55000' }]);
    await stop();
  });
});

describe('the folder of a PGlite process', () => {
  const running: PgliteProcess[] = [];
  const pools: pg.Pool[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    for (const server of running.splice(0)) await server.stop();
  });

  async function start(): Promise<PgliteProcess> {
    const server = await startPglite();
    running.push(server);
    return server;
  }

  function pooled(server: PgliteProcess): pg.Pool {
    const pool = connect(server);
    pools.push(pool);
    return pool;
  }

  it('ends cleanly on SIGTERM and has everything again at the next start', async () => {
    const server = await start();
    await pooled(server).query('create table t as select 1 as id');
    expect(await server.terminate()).toBe(0);
    await server.restart();
    expect((await pooled(server).query('select id from t')).rows).toEqual([{ id: 1 }]);
  });

  it('takes over the folder after SIGKILL, with what was acknowledged', async () => {
    const server = await start();
    const pool = pooled(server);
    await pool.query('create table t (id int)');
    for (let id = 0; id < 50; id++) await pool.query('insert into t values ($1)', [id]);
    await server.kill9();
    await server.restart();
    const { rows } = await pooled(server).query<{ count: string }>('select count(*) from t');
    expect(rows).toEqual([{ count: '50' }]);
  });

  it.each([
    ['without its version file', async (pgdata: string) => rm(join(pgdata, 'PG_VERSION'))],
    ['of another version', async (pgdata: string) => writeFile(join(pgdata, 'PG_VERSION'), '9\n')],
    ['with a truncated control file', async (pgdata: string) => writeFile(join(pgdata, 'global', 'pg_control'), '')],
    ['with garbage in its catalogs', damageCatalogs],
  ])('refuses a folder %s, in a sentence', async (_name, damage) => {
    const dataDir = await copyOfEmptyDatabase();
    await damage(join(dataDir, 'pgdata'));
    const refused = await runPglite(dataDir);
    await rm(dataDir, { recursive: true });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('is damaged and cannot be opened');
    expect(refused.stderr).toContain('backup');
  });

  it('starts over where a first start was cut short', async () => {
    const server = await start();
    await server.terminate();
    await writeFile(join(server.dataDir, 'pgdata.new'), 'what was left');
    await server.restart();
    expect((await pooled(server).query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
  });
});

/** All of the template's and the database's own catalogs, as a bad disk would have them. */
async function damageCatalogs(pgdata: string): Promise<void> {
  for (const database of await readdir(join(pgdata, 'base'))) {
    for (const file of await readdir(join(pgdata, 'base', database))) {
      if (!/^\d+$/.test(file)) continue;
      const handle = await open(join(pgdata, 'base', database, file), 'r+');
      await handle.write(Buffer.alloc(8192, 0xa5), 0, 8192, 0);
      await handle.close();
    }
  }
}
