import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { userCacheDir } from '../../infra/config.js';
import { entryPoint, PROJECT_ROOT } from '../../infra/entry-point.js';
import { migrate, readMigrations } from '../../infra/postgres/migrate.js';
import { embeddedDatabaseUrl } from '../../infra/postgres/pglite/embedded-url.js';
import { createPool } from '../../infra/postgres/pool.js';

/** The embedded Postgres as the local stack runs it: a process of its own behind its socket. */
export interface PgliteProcess {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** SIGKILL; the data stay for `restart`. */
  kill9(): Promise<void>;
  /** On the same port, with the same data. */
  restart(): Promise<void>;
  /** Ends it by SIGTERM; resolves to its exit code. */
  terminate(): Promise<number | null>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface StartPgliteInput {
  /** Worked on and left there; absent: a database of its own, without a table. */
  readonly dataDir?: string;
  /** That database has this checkout's schema. */
  readonly migrated?: boolean;
}

export async function startPglite(input: StartPgliteInput = {}): Promise<PgliteProcess> {
  const dataDir = input.dataDir ?? (await (input.migrated ? copyOfMigratedDatabase() : copyOfEmptyDatabase()));
  let { child, port } = await launch(dataDir, 0);
  return {
    get databaseUrl() {
      return urlOf(dataDir, port);
    },
    dataDir,
    get pid() {
      return child.pid ?? 0;
    },
    kill9: async () => {
      await end(child, 'SIGKILL');
    },
    restart: async () => {
      await end(child, 'SIGKILL');
      ({ child, port } = await launch(dataDir, port));
    },
    terminate: () => end(child, 'SIGTERM'),
    stop: async () => {
      await end(child, 'SIGKILL');
      if (input.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function urlOf(dataDir: string, port: number): string {
  return embeddedDatabaseUrl({ dataDir, host: '127.0.0.1', port });
}

/** The process without waiting for it to serve: for starts that must be refused. */
export async function runPglite(dataDir: string, port = 0): Promise<{ exitCode: number | null; stderr: string }> {
  const child = spawnPglite(dataDir, port);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

function spawnPglite(dataDir: string, port: number): ChildProcess {
  const args = ['--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port)];
  return spawn(process.execPath, [entryPoint('infra/postgres/pglite-process.js'), ...args], {
    // With a channel it ends when the tests end, however they end.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function launch(dataDir: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = spawnPglite(dataDir, port);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    const listening = /^listening .*:(\d+)$/.exec(line);
    if (!listening) continue;
    child.stdout.resume();
    return { child, port: Number(listening[1]) };
  }
  throw new Error(`PGlite did not start: ${stderr}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}

/**
 * A folder with a fresh database. Making one takes 8 s of a core, copying one a fifth of a second: an untouched one is kept
 * in the user's cache for each version of PGlite.
 */
export async function copyOfEmptyDatabase(): Promise<string> {
  const kept = join(userCacheDir(process.env), `test-pglite-${await pgliteVersion()}`);
  await makeOnce(kept, async (draft) => {
    const { child } = await launch(draft, 0);
    await end(child, 'SIGTERM');
  });
  return copyOf(kept, await mkdtemp(join(tmpdir(), 'medindex-pglite-')));
}

/**
 * The same after the migrations, which take another second or two of a core; into `target`, where that is given. Kept beside
 * the compiled code, as other checkouts have other migrations.
 */
export async function copyOfMigratedDatabase(target?: string): Promise<string> {
  const kept = await keptMigratedDatabase();
  return copyOf(kept, target ?? (await mkdtemp(join(tmpdir(), 'medindex-pglite-'))));
}

async function keptMigratedDatabase(): Promise<string> {
  const hash = createHash('sha256').update(await pgliteVersion());
  const folder = join(PROJECT_ROOT, 'infra/postgres/migrations');
  for (const { name, sql } of await readMigrations(folder)) hash.update(`${name}\n${sql}\n`);
  const all = entryPoint('test-databases');
  const name = hash.digest('hex').slice(0, 16);
  const kept = join(all, name);
  await makeOnce(kept, async (draft) => {
    const empty = await copyOfEmptyDatabase();
    await copyOf(empty, draft);
    await rm(empty, { recursive: true, force: true });
    const { child, port } = await launch(draft, 0);
    const pool = await createPool({ databaseUrl: urlOf(draft, port), kind: 'pglite' });
    await migrate(pool);
    await pool.end();
    await end(child, 'SIGTERM');
    const others = (await readdir(all)).filter((other) => !other.startsWith(name));
    for (const other of others) await rm(join(all, other), { recursive: true, force: true });
  });
  return kept;
}

/** Two test files may make the same database at once; the slower one's is as good, and dropped. */
async function makeOnce(kept: string, make: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(kept)) return;
  const draft = `${kept}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  await make(draft);
  await rename(draft, kept).catch(() => rm(draft, { recursive: true, force: true }));
}

async function copyOf(kept: string, target: string): Promise<string> {
  await cp(kept, target, { recursive: true });
  return target;
}

/** Two packages make a database what it is. */
async function pgliteVersion(): Promise<string> {
  const packages = ['pglite', 'pglite-pgvector'].map((name) =>
    readFile(join(PROJECT_ROOT, 'node_modules', '@electric-sql', name, 'package.json')),
  );
  const hash = createHash('sha256');
  for (const content of await Promise.all(packages)) hash.update(content);
  return hash.digest('hex').slice(0, 16);
}
