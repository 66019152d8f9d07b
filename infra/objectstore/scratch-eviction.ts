import type { BigIntStats } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OWNER_FILE, usersFolder } from './scratch-users.js';

export const SEALED_SUFFIX = '.sealed';

/** Where sealed copies lie. */
export function contentFolder(scratchFolder: string): string {
  return join(scratchFolder, 'content');
}

export interface MakeRoomInput {
  /** The scratch folder. */
  readonly folder: string;
  readonly neededBytes: number;
  readonly maxTotalBytes: number;
}

interface ScratchFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtNs: bigint;
}

/**
 * Removes sealed copies, least recently used first, until the new one fits under the bound; answers by how many bytes it
 * still does not. Two processes that make room at once may remove one copy more than needed, never one too few of what
 * each saw.
 */
export async function makeRoom({ folder, neededBytes, maxTotalBytes }: MakeRoomInput): Promise<number> {
  const copies = await filesOf(contentFolder(folder));
  const inTheClear = await filesOfUsers(folder);
  const total = [...copies, ...inTheClear].reduce((sum, file) => sum + file.sizeBytes, 0);
  let tooMuch = total + neededBytes - maxTotalBytes;
  for (const file of copies.sort((a, b) => (a.usedAtNs < b.usedAtNs ? -1 : 1))) {
    if (tooMuch <= 0) break;
    await rm(file.path, { force: true });
    tooMuch -= file.sizeBytes;
  }
  return tooMuch;
}

/** Removes sealed copies that nobody has used since then. */
export async function removeUnused(folder: string, since: Date): Promise<void> {
  for (const file of await filesOf(contentFolder(folder))) {
    if (file.usedAtNs < BigInt(since.getTime()) * 1_000_000n) await rm(file.path, { force: true });
  }
}

/** What processes use, or have under way. */
async function filesOfUsers(folder: string): Promise<ScratchFile[]> {
  const users = await readdir(usersFolder(folder)).catch(() => []);
  const files = await Promise.all(users.map((user) => filesOf(join(usersFolder(folder), user))));
  return files.flat();
}

async function filesOf(folder: string): Promise<ScratchFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name !== OWNER_FILE);
  const files = await Promise.all(
    names.map(async (name): Promise<ScratchFile | null> => {
      const path = join(folder, name);
      // Gone in the meantime: it takes no room.
      const found: BigIntStats | null = await stat(path, { bigint: true }).catch(() => null);
      return found === null ? null : { path, sizeBytes: Number(found.size), usedAtNs: found.mtimeNs };
    }),
  );
  return files.filter((file) => file !== null);
}
