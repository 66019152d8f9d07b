import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identifyProcess, isAlive, type ProcessIdentity } from '../process-identity.js';

export interface LockHolder extends ProcessIdentity {
  /** What the holder wanted others to know, e.g. its address. */
  readonly note: string;
}

export interface ProcessLock {
  /** Tells others something else from now on. */
  retell(note: string): void;
  /** Twice is no error; a lock that somebody else has by now is left alone. */
  release(): void;
}

/** A racing process that loses tries again this often before it gives up; each try has a new holder to look at. */
const MAX_TRIES = 5;

/**
 * Takes the lock file at `path` for this process: it appears whole (a link of a finished file) or not at all. A lock
 * whose process is gone is taken over. Gives the lock, or the living process that has it.
 */
export function takeProcessLock(path: string, note: string): { lock: ProcessLock } | { holder: LockHolder } {
  const self = identifyProcess(process.pid);
  if (self === null) throw new Error('the own process cannot be found in the process table');
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, contentOf(self, note), { mode: 0o600 });
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        linkSync(draft, path);
        return { lock: ownLock(path, self, note) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const found = readLock(path);
      if (found === null) continue;
      if (found.holder !== null && isAlive(found.holder)) return { holder: found.holder };
      setAside(path, found.content);
    }
    throw new Error(`${path} changes hands all the time; try again`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The living process that has the lock; `null` when none has. */
export function processLockHolder(path: string): LockHolder | null {
  const holder = readLock(path)?.holder ?? null;
  return holder !== null && isAlive(holder) ? holder : null;
}

function ownLock(path: string, self: ProcessIdentity, note: string): ProcessLock {
  let content = contentOf(self, note);
  const isOurs = (): boolean => readLock(path)?.content === content;
  return {
    retell(newNote) {
      if (!isOurs()) return;
      content = contentOf(self, newNote);
      const draft = `${path}.${randomUUID()}`;
      writeFileSync(draft, content, { mode: 0o600 });
      renameSync(draft, path);
    },
    release() {
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

function contentOf(self: ProcessIdentity, note: string): string {
  return JSON.stringify({ ...self, note } satisfies LockHolder);
}

function readLock(path: string): { content: string; holder: LockHolder | null } | null {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  try {
    const { pid, startedAt, note } = JSON.parse(content) as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof startedAt !== 'string') return { content, holder: null };
    return { content, holder: { pid, startedAt, note: note ?? '' } };
  } catch {
    return { content, holder: null };
  }
}

/** Moves a stale lock away; puts it back when another process was quicker and what moved is its fresh lock. */
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
    // A third process has linked its own lock meanwhile; the next look finds it.
  } finally {
    rmSync(aside, { force: true });
  }
}
