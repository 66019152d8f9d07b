import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.js';

/** Who has a data folder, and where it serves. */
export interface LockHolder extends ProcessIdentity {
  readonly url: string;
}

/** Another medindex has the folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';

  constructor(dataDir: string, holder: LockHolder) {
    super(
      `A medindex is already running on ${dataDir} (process ${holder.pid}, ${holder.url}).\n` +
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

/** A racing start that loses tries again this often before it gives up; each try has a new holder to look at. */
const MAX_TRIES = 5;

/**
 * Takes a data folder for this process, atomically: the lock file appears whole (a link of a finished file) or not at
 * all. A lock whose process is gone is taken over.
 * Errors: `DataFolderInUse` when the holder lives.
 */
export function lockDataFolder(dataDir: string, url: string): FolderLock {
  const path = join(dataDir, LOCK_FILE);
  const self = identifyProcess(process.pid);
  if (self === null) throw new Error('the own process cannot be found in the process table');
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, contentOf(self, url), { mode: 0o600 });
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        linkSync(draft, path);
        return ownLock(path, self, url);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const found = readLock(path);
      if (found === null) continue;
      if (found.holder !== null && isAlive(found.holder)) throw new DataFolderInUse(dataDir, found.holder);
      setAside(path, found.content);
    }
    throw new Error(`${path} changes hands all the time; try again`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Who holds the folder now; `null` when nobody does. */
export function lockHolder(dataDir: string): LockHolder | null {
  const holder = readLock(join(dataDir, LOCK_FILE))?.holder ?? null;
  return holder !== null && isAlive(holder) ? holder : null;
}

function readLock(path: string): { content: string; holder: LockHolder | null } | null {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  try {
    const holder = JSON.parse(content) as Partial<LockHolder>;
    if (typeof holder.pid !== 'number' || typeof holder.startedAt !== 'string') return { content, holder: null };
    return { content, holder: { pid: holder.pid, startedAt: holder.startedAt, url: holder.url ?? 'unknown address' } };
  } catch {
    return { content, holder: null };
  }
}

/** Moves a stale lock away; puts it back when another start was quicker and what moved is its fresh lock. */
function setAside(path: string, staleContent: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  try {
    if (readFileSync(aside, 'utf8') !== staleContent) linkSync(aside, path);
  } catch {
    // A third start has linked its own lock meanwhile; the next look finds it.
  } finally {
    rmSync(aside, { force: true });
  }
}

function ownLock(path: string, self: ProcessIdentity, url: string): FolderLock {
  let content = contentOf(self, url);
  const isOurs = (): boolean => readLock(path)?.content === content;
  return {
    moveTo(newUrl) {
      if (!isOurs()) return;
      content = contentOf(self, newUrl);
      const draft = `${path}.${randomUUID()}`;
      writeFileSync(draft, content, { mode: 0o600 });
      renameSync(draft, path);
    },
    release() {
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

function contentOf(self: ProcessIdentity, url: string): string {
  return JSON.stringify({ ...self, url } satisfies LockHolder);
}
