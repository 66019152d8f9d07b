import type { BigIntStats } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usersFolder } from './scratch-users.js';

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
  /** More than one name: somebody uses it, and removing the copy's name frees nothing yet. */
  readonly inUse: boolean;
}

/**
 * Removes copies that nobody uses, least recently used first, until the new one fits under the bound. Two processes
 * that make room at once may remove one copy more than needed, never one too few of what each saw.
 */
export async function makeRoom({ folder, neededBytes, maxTotalBytes }: MakeRoomInput): Promise<void> {
  const copies = await filesOf(join(folder, 'content'));
  const underWay = await partialsOf(folder);
  const total = [...copies, ...underWay].reduce((sum, file) => sum + file.sizeBytes, 0);
  let tooMuch = total + neededBytes - maxTotalBytes;
  const idle = copies.filter((file) => !file.inUse).sort((a, b) => (a.usedAtNs < b.usedAtNs ? -1 : 1));
  for (const file of idle) {
    if (tooMuch <= 0) return;
    await rm(file.path, { force: true });
    tooMuch -= file.sizeBytes;
  }
}

/** Links of copies are counted with the copies; what counts beside them are downloads under way. */
async function partialsOf(folder: string): Promise<ScratchFile[]> {
  const users = await readdir(usersFolder(folder)).catch(() => []);
  const files = await Promise.all(users.map((user) => filesOf(join(usersFolder(folder), user), 'partial-')));
  return files.flat();
}

async function filesOf(folder: string, namePrefix = ''): Promise<ScratchFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(namePrefix));
  const files = await Promise.all(
    names.map(async (name): Promise<ScratchFile | null> => {
      const path = join(folder, name);
      // Gone in the meantime: it takes no room.
      const found: BigIntStats | null = await stat(path, { bigint: true }).catch(() => null);
      if (found === null) return null;
      return { path, sizeBytes: Number(found.size), usedAtNs: found.mtimeNs, inUse: found.nlink > 1n };
    }),
  );
  return files.filter((file) => file !== null);
}
