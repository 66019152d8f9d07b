import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { anyFreePort } from '../../infra/local/ports.js';
import type { PostgresInstall } from './native-postgres-install.js';
import { startTethered } from './tethered-process.js';

const run = promisify(execFile);

const HOST = '127.0.0.1';
/** Ready in 0.3 s on a quiet machine; a busy one gets a minute before the start counts as failed. */
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** A Postgres server of its own on a free port, its data in a temporary folder. */
export interface NativePostgres {
  /** Of the empty database `postgres`. */
  readonly databaseUrl: string;
  /** Of the server; its backends are its children. */
  readonly pid: number;
  /** SIGKILL of the server; the data stay for `restart`. */
  kill9(): Promise<void>;
  /** On the same port, with the same data. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface StartNativePostgresInput {
  readonly install: PostgresInstall;
  /** False (tests): a power cut may lose data, a SIGKILL not. True for figures that are to be compared. */
  readonly durable?: boolean;
}

/** A server that its owner may kill. */
export async function startNativePostgres(input: StartNativePostgresInput): Promise<NativePostgres> {
  const { folder, server, databaseUrl } = await prepare(input);
  const launch = () => launchUntilReady(server, folder, databaseUrl);
  let child = await launch();
  return {
    databaseUrl,
    get pid() {
      return child.pid ?? 0;
    },
    kill9: () => end(child, 'SIGKILL'),
    restart: async () => {
      await end(child, 'SIGKILL');
      child = await launch();
    },
    stop: async () => {
      // "Immediate": nothing of it is needed any more.
      await end(child, 'SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server that ends with this process; gives the URL of its database `postgres`. */
export async function startTetheredPostgres(install: PostgresInstall): Promise<string> {
  const { folder, server, databaseUrl } = await prepare({ install });
  startTethered({ ...server, folder, signal: 'QUIT' });
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await answers(databaseUrl))) {
    if (performance.now() > deadline) throw new Error('Postgres did not become ready');
    await wait(POLL_MS);
  }
  return databaseUrl;
}

/** A cluster in a new folder, and the command that serves it on a free port. */
async function prepare({ install: { binFolder, runAs }, durable = false }: StartNativePostgresInput) {
  const folder = await mkdtemp(join(tmpdir(), 'medindex-postgres-'));
  const data = join(folder, 'data');
  const programs = (name: string, args: readonly string[]) => {
    const [command = '', ...rest] = [...runAs, join(binFolder, name), ...args];
    return { command, args: rest };
  };
  // Whoever the server runs as makes its data folder in here.
  await chmod(folder, 0o777);
  const initdb = programs('initdb', [
    ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    '--no-sync',
  ]);
  await run(initdb.command, initdb.args, { cwd: folder });

  const port = await anyFreePort(HOST);
  const settings = durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
  return {
    folder,
    server: programs('postgres', ['-D', data, '-h', HOST, '-p', String(port), '-k', '', ...settings]),
    databaseUrl: `postgres://postgres@${HOST}:${port}/postgres`,
  };
}

/** A killed server's children hold its shared memory until they notice; until then the next one refuses to start. */
async function launchUntilReady(
  server: { command: string; args: readonly string[] },
  cwd: string,
  databaseUrl: string,
): Promise<ChildProcess> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const child = spawn(server.command, server.args, { cwd, stdio: 'ignore' });
    while (child.exitCode === null && child.signalCode === null) {
      if (await answers(databaseUrl)) return child;
      if (performance.now() > deadline) {
        await end(child, 'SIGKILL');
        throw new Error('Postgres did not become ready');
      }
      await wait(POLL_MS);
    }
    if (performance.now() > deadline) throw new Error('Postgres does not start');
  }
}

async function answers(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  return client
    .connect()
    .then(() => client.query('select 1'))
    .then(
      () => true,
      () => false,
    )
    .finally(() => client.end().catch(() => undefined));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
