import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile, open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { entryPoint } from '../../infra/entry-point.js';
import { type PgliteProcess, runPglite, startPglite } from '../harness/pglite.js';

describe('the PGlite process', () => {
  const running: PgliteProcess[] = [];
  const pools: pg.Pool[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    for (const server of running.splice(0)) await server.stop();
  });

  async function start(dataDir?: string): Promise<PgliteProcess> {
    const server = await startPglite(dataDir === undefined ? {} : { dataDir });
    running.push(server);
    return server;
  }

  function connect(server: PgliteProcess, max = 4): pg.Pool {
    const pool = new pg.Pool({ connectionString: server.databaseUrl, max });
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  }

  it('keeps the statements of many clients apart, also such as do not fit a packet', async () => {
    const server = await start();
    const wrong: unknown[] = [];
    await Promise.all(
      [connect(server, 8), connect(server, 8)].flatMap((pool, process) =>
        Array.from({ length: 8 }, async (_, worker) => {
          for (let round = 0; round < 15; round++) {
            const text = `${process} ${worker} ${round} `.repeat((round % 4) * 8_000);
            const values = [round, text];
            const marked = `select $1::int as round, $2::text as text, ${process * 8 + worker} as worker`;
            const client = await pool.connect();
            if (round % 3 === 0) await client.query('begin');
            const { rows } = await client.query<{ round: number; text: string; worker: number }>(marked, values);
            if (round % 3 === 0) await client.query(round % 2 === 0 ? 'commit' : 'rollback');
            client.release();
            const [row] = rows;
            if (row?.round !== round || row.text !== text || row.worker !== process * 8 + worker) wrong.push(row);
          }
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps transactions apart: nobody sees or joins the open one of another', async () => {
    const server = await start();
    const pool = connect(server);
    await pool.query('create table t (id int)');
    const writer = await pool.connect();
    await writer.query('begin');
    await writer.query('insert into t values (1)');
    const counted = pool.query<{ count: string }>('select count(*) from t');
    await writer.query('insert into t values (2)');
    await writer.query('rollback');
    writer.release();
    expect((await counted).rows).toEqual([{ count: '0' }]);
  });

  it('rolls back what a client leaves open when it goes, and serves the others', async () => {
    const server = await start();
    const pool = connect(server);
    await pool.query('create table t (id int)');
    const leaving = new pg.Client({ connectionString: server.databaseUrl });
    leaving.on('error', () => undefined);
    await leaving.connect();
    await leaving.query('begin');
    await leaving.query('insert into t values (1)');
    const counted = pool.query<{ count: string }>('select count(*) from t');
    // The way a killed process leaves: without a word.
    (leaving as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect((await counted).rows).toEqual([{ count: '0' }]);
  });

  it('answers an error of one client to that client only', async () => {
    const server = await start();
    const pool = connect(server);
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => pool.query<{ q: number }>('select 10 / $1::int as q', [at % 2])),
    );
    expect(answers.map((answer) => answer.status)).toEqual(
      answers.map((_, at) => (at % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  it('ends cleanly on SIGTERM and has everything again at the next start', async () => {
    const server = await start();
    await connect(server).query('create table t as select 1 as id');
    expect(await server.terminate()).toBe(0);
    await server.restart();
    expect((await connect(server).query('select id from t')).rows).toEqual([{ id: 1 }]);
  });

  it('takes over the folder after SIGKILL, with what was acknowledged', async () => {
    const server = await start();
    const pool = connect(server);
    await pool.query('create table t (id int)');
    for (let id = 0; id < 50; id++) await pool.query('insert into t values ($1)', [id]);
    await server.kill9();
    await server.restart();
    const { rows } = await connect(server).query<{ count: string }>('select count(*) from t');
    expect(rows).toEqual([{ count: '50' }]);
  });

  it('refuses a folder that another one has', async () => {
    const server = await start();
    const refused = await runPglite(server.dataDir);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`process ${server.pid}`);
    expect((await connect(server).query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
  });

  it('refuses a port that another program has', async () => {
    const server = await start();
    const port = new URL(server.databaseUrl).port;
    const folder = await mkdtemp(join(tmpdir(), 'medindex-pglite-'));
    const command = [entryPoint('infra/postgres/pglite-process.js'), '--data-dir', folder, '--port', port];
    expect(() => execFileSync(process.execPath, command, { stdio: 'pipe' })).toThrow(/is taken by another program/);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['without its version file', async (pgdata: string) => rm(join(pgdata, 'PG_VERSION'))],
    ['of another version', async (pgdata: string) => writeFile(join(pgdata, 'PG_VERSION'), '9\n')],
    ['with a truncated control file', async (pgdata: string) => writeFile(join(pgdata, 'global', 'pg_control'), '')],
    ['with garbage in its catalogs', damageCatalogs],
  ])('refuses a folder %s, in a sentence', async (_name, damage) => {
    const server = await start();
    await server.terminate();
    await damage(join(server.dataDir, 'pgdata'));
    const refused = await runPglite(server.dataDir);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('is damaged and cannot be opened');
    expect(refused.stderr).toContain('backup');
  });

  it('starts over where a first start was cut short', async () => {
    const server = await start();
    await server.terminate();
    await writeFile(join(server.dataDir, 'pgdata.new'), 'what was left');
    await server.restart();
    expect((await connect(server).query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
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
