import { join } from 'node:path';
import { type LockHolder, processLockHolder, takeProcessLock } from './process-lock.js';

/** Another medindex has the folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(dataDir: string, holder: LockHolder) {
    super(
      `A medindex is already running on ${dataDir} (process ${holder.pid}, ${holder.note}).\n` +
        `Use that one, stop it with Ctrl-C or "kill ${holder.pid}", or give this one a folder and a port of its own:\n` +
        `  MEDINDEX_DATA_DIR=/another/folder PORT=0 npm start`,
    );
  }
}

export interface FolderLock {
  /** Tells later starts another address, once it is known. */
  moveTo(url: string): void;
  /** Gives the folder free; calling it twice is no error. */
  release(): void;
}

const LOCK_FILE = 'stack.lock';

/**
 * Takes a data folder for this process; takes it over from a process that is gone.
 * Errors: `DataFolderInUse` when the holder lives.
 */
export function lockDataFolder(dataDir: string, url: string): FolderLock {
  const taken = takeProcessLock(join(dataDir, LOCK_FILE), url);
  if ('holder' in taken) throw new DataFolderInUse(dataDir, taken.holder);
  const { lock } = taken;
  return { moveTo: (newUrl) => lock.retell(newUrl), release: () => lock.release() };
}

/** Who holds the folder now, with its address as note; `null` when nobody does. */
export function lockHolder(dataDir: string): LockHolder | null {
  return processLockHolder(join(dataDir, LOCK_FILE));
}
