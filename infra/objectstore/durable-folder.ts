import { mkdir, open } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';

/** Makes a folder and what is missing above it, so that the new names survive a power cut. */
export async function makeFolderDurable(folder: string, mode: number): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode });
  if (firstMade === undefined) return;
  const above = dirname(firstMade);
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(made);
    if (made === above || made === dirname(made)) return;
  }
}

/** Makes names added to or removed from a folder durable. A folder that is gone has nothing to keep. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such call for folders; NTFS journals its names.
  if (platform() === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** The operating system's code of an error, e.g. `ENOSPC`; `unknown` when it has none. */
export function errnoOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown';
}
