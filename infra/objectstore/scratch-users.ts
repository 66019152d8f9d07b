import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identifyProcess, isAlive } from '../process-identity.js';

/** A process that uses a scratch folder, and the folder within it that is its own. */
export interface ScratchUser {
  readonly folder: string;
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
}

export const OWNER_FILE = 'owner.json';

export function usersFolder(scratchFolder: string): string {
  return join(scratchFolder, 'users');
}

/** Makes a folder of this process's own. One without a readable note of its owner is left alone by everybody. */
export async function openScratchUser(scratchFolder: string): Promise<ScratchUser> {
  const identity = identifyProcess(process.pid);
  if (identity === null) throw new Error('cannot identify this process');
  const owner: Owner = { host: hostname(), ...identity };
  const folder = join(usersFolder(scratchFolder), randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
  return { folder };
}

/** Removes what killed processes of this machine left behind: downloads that never ended, links nobody reads. */
export async function sweepDeadUsers(scratchFolder: string): Promise<void> {
  const names = await readdir(usersFolder(scratchFolder)).catch(() => []);
  for (const name of names) {
    const folder = join(usersFolder(scratchFolder), name);
    const owner = await readOwner(folder);
    // Processes of other machines cannot be looked at; their own next start sweeps for them.
    if (owner === null || owner.host !== hostname() || isAlive(owner)) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

async function readOwner(folder: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(join(folder, OWNER_FILE), 'utf8')) as Owner;
  } catch {
    return null;
  }
}
