import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { lockDataFolder } from '../data-folder/folder-lock.js';
import { embeddedPassword } from './pglite/embedded-url.js';
import { PgliteServer } from './pglite/pglite-server.js';

/**
 * The embedded Postgres as a process: `node pglite-process.js --data-dir D --host H --port P`. A process of its own,
 * because PGlite computes on its event loop. Prints `listening <host>:<port>` (and sends `listening` to a parent with a
 * channel) when it serves; ends cleanly on SIGTERM, SIGINT and when its parent is gone; exit code 1 and one sentence on
 * stderr when the folder is in use, damaged or the port is taken. Clients log in with the password in the folder.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'data-dir': { type: 'string' }, host: { type: 'string' }, port: { type: 'string' } },
  });
  const dataDir = values['data-dir'];
  const host = values.host ?? '127.0.0.1';
  const port = Number(values.port);
  if (!dataDir || !Number.isInteger(port)) throw new Error('usage: --data-dir <folder> --host <host> --port <port>');

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(dataDir, `postgres://${host}:${port}`);
  process.on('exit', () => lock.release());

  const session = await openDatabase(dataDir);
  const server = await PgliteServer.listen({
    session,
    host,
    port,
    password: embeddedPassword(dataDir),
    onBroken: () => refuse('PGlite stopped computing; what was committed is on disk. Start it again.'),
  }).catch(async (error: unknown) => {
    await session.close();
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`Port ${port} on ${host} is taken by another program.`)
      : error;
  });

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= server
      .stop()
      .then(() => session.close())
      .then(() => process.exit(0), refuse);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);

  process.stdout.write(`listening ${host}:${server.port}\n`);
  process.send?.('listening');
}

/**
 * Opens the database, making it first when there is none. It is made under another name and renamed when it is whole:
 * what a kill during the first start leaves behind can never be taken for a database, nor a database for that.
 */
async function openDatabase(dataDir: string): Promise<PGlite> {
  const folder = join(dataDir, 'pgdata');
  const draft = join(dataDir, 'pgdata.new');
  if (!existsSync(folder)) {
    await rm(draft, { recursive: true, force: true });
    const fresh = await PGlite.create({ dataDir: draft, extensions: { vector } });
    await fresh.close();
    await rename(draft, folder);
  }
  if (!existsSync(join(folder, 'PG_VERSION'))) throw new DamagedFolder(folder);
  try {
    const database = await PGlite.create({ dataDir: folder, extensions: { vector } });
    await database.query('select count(*) from pg_class');
    return database;
  } catch (error) {
    throw new DamagedFolder(folder, { cause: error });
  }
}

class DamagedFolder extends Error {
  constructor(folder: string, options?: ErrorOptions) {
    super(
      `The database in ${folder} is damaged and cannot be opened. Put it back from a backup; or move the folder away to start empty.`,
      options,
    );
  }
}

function refuse(reason: unknown): never {
  const message = reason instanceof Error ? reason.message : String(reason);
  const cause = reason instanceof Error && reason.cause instanceof Error ? ` (${reason.cause.message})` : '';
  process.stderr.write(`${message}${cause}\n`);
  process.exit(1);
}

main().catch(refuse);
