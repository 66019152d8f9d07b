import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../infra/process-identity.js';

const POLL_MS = 500;

/** Runs `work` while no other process does; the lock of a process that is gone is taken over. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(identifyProcess(process.pid)));
  try {
    while (!(await tryLink(draft, path))) {
      const owner = await readFile(path, 'utf8').then(
        (text) => JSON.parse(text) as ProcessIdentity,
        () => null,
      );
      if (owner !== null && !isAlive(owner)) await rm(path, { force: true });
      else await wait(POLL_MS);
    }
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch {
    return false;
  }
}
