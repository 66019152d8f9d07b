import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, constants, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { userCacheDir } from '../../infra/config.js';
import { withFileLock } from './file-lock.js';
import { type FoundBinary, foundInCi } from './found.js';

const run = promisify(execFile);

/** The last of MinIO's source releases; AGPL, so it is built and run as a program of its own and never linked. */
const MODULE = 'github.com/minio/minio';
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** Cold, with all of its modules to fetch, the build took 2 minutes on two quiet cores and 9 on busy ones. */
const BUILD_TIMEOUT_MS = 20 * 60 * 1000;

/**
 * The MinIO server: MINIO_BIN, the PATH, the user's cache, or built with `go install` at the pinned version into that
 * cache (the Go checksum database vouches for the source). Otherwise a sentence that says what to do. Errors: in CI, that
 * sentence.
 */
export async function findMinio(env: NodeJS.ProcessEnv = process.env): Promise<FoundBinary> {
  return foundInCi(await find(env));
}

async function find(env: NodeJS.ProcessEnv): Promise<FoundBinary> {
  const named = env['MINIO_BIN'];
  if (named) return (await isExecutable(named)) ? { path: named } : { missing: 'MINIO_BIN names no program' };
  const cacheFolder = join(userCacheDir(env), 'bin');
  const cached = join(cacheFolder, `minio-${VERSION}`);
  for (const path of [...onPath('minio', env), cached]) if (await isExecutable(path)) return { path };
  const [go] = await Promise.all(
    onPath('go', env).map(async (path) => ((await isExecutable(path)) ? path : null)),
  ).then((paths) => paths.filter((path) => path !== null));
  if (go === undefined) {
    return { missing: 'there is no MinIO: put its server on the PATH, set MINIO_BIN, or install Go to have it built' };
  }
  return withFileLock(`${cached}.lock`, async () => {
    if (await isExecutable(cached)) return { path: cached };
    console.log(`building the MinIO server ${VERSION} with Go, once for this user; this takes some minutes`);
    return build({ go, cacheFolder, cached, env });
  });
}

interface BuildInput {
  readonly go: string;
  readonly cacheFolder: string;
  readonly cached: string;
  readonly env: NodeJS.ProcessEnv;
}

async function build({ go, cacheFolder, cached, env }: BuildInput): Promise<FoundBinary> {
  const GOBIN = join(cacheFolder, `building-${randomUUID()}`);
  try {
    await run(go, ['install', '-ldflags=-s -w', `${MODULE}@${VERSION}`], {
      env: { ...env, GOBIN },
      timeout: BUILD_TIMEOUT_MS,
    });
    await rename(join(GOBIN, 'minio'), cached);
    return { path: cached };
  } catch {
    return {
      missing: `MinIO could not be built: try "go install ${MODULE}@${VERSION}" to see why, then set MINIO_BIN`,
    };
  } finally {
    await rm(GOBIN, { recursive: true, force: true });
  }
}

export function onPath(program: string, env: NodeJS.ProcessEnv): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program));
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
