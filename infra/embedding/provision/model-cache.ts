import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../../file-digest.js';
import { openModelFolder } from './model-folder.js';

/** Written last into a stored model: what each of its files must be. */
const MANIFEST = 'medindex-manifest.json';

interface Manifest {
  readonly source: string;
  /** Hex SHA-256 by path inside the folder. */
  readonly files: Readonly<Record<string, string>>;
}

const ATTEMPT_PREFIX = '.attempt-';
/** A download that is still going on is younger than this; older ones were left by a killed process. */
const STALE_AFTER_MS = 24 * 60 * 60_000;

/** Whether a model was stored here and is still what was stored (23 MB are hashed in 60 ms). */
export async function verifyStoredModel(
  folder: string,
  open: OpenFolder = openModelFolder,
): Promise<'intact' | 'damaged' | 'absent'> {
  const manifest = await readManifest(folder);
  if (manifest === null) return (await exists(folder)) ? 'damaged' : 'absent';
  try {
    for (const [file, sha256] of Object.entries(manifest.files)) {
      if ((await sha256OfFile(join(folder, file))) !== sha256) return 'damaged';
    }
    await open(folder);
    return 'intact';
  } catch {
    return 'damaged';
  }
}

/** Looks whether a folder holds a whole model of its kind. Errors: `InvalidModelFolder`. */
export type OpenFolder = (folder: string) => Promise<unknown>;

export interface Attempt {
  readonly folder: string;
  /** Removes what is left of it; nothing happens after it was adopted. */
  discard(): Promise<void>;
}

/** An empty folder beside the models, on the same file system, so that it can be renamed. */
export async function newAttempt(models: string): Promise<Attempt> {
  const folder = await mkdtemp(join(models, ATTEMPT_PREFIX));
  return { folder, discard: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Seals an attempt with its checksums and puts it in the model's place in one rename. When another process was first,
 * its model stays; a damaged one makes way. Errors: `InvalidModelFolder`.
 */
export async function adoptModel(input: {
  readonly attempt: string;
  readonly folder: string;
  readonly source: string;
  /** A sentence-embedding model by default. */
  readonly open?: OpenFolder;
}): Promise<void> {
  const { open = openModelFolder } = input;
  await open(input.attempt);
  const files: Record<string, string> = {};
  for (const file of await filesBelow(input.attempt)) files[file] = await sha256OfFile(join(input.attempt, file));
  await writeFile(join(input.attempt, MANIFEST), JSON.stringify({ source: input.source, files } satisfies Manifest));
  for (;;) {
    try {
      await rename(input.attempt, input.folder);
      return;
    } catch (error) {
      if (!isOccupied(error)) throw error;
      if ((await verifyStoredModel(input.folder, open)) === 'intact') return;
      await moveAway(input.folder);
    }
  }
}

export async function discardStaleAttempts(models: string): Promise<void> {
  for (const name of await readdir(models)) {
    if (!name.startsWith(ATTEMPT_PREFIX)) continue;
    const folder = join(models, name);
    const age = Date.now() - (await stat(folder).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > STALE_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}

/** By a rename too: a process that is reading it keeps its open files. */
async function moveAway(folder: string): Promise<void> {
  const aside = await mkdtemp(`${folder}-damaged-`);
  try {
    await rename(folder, aside);
  } catch (error) {
    // Another process moved it first.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('files' in manifest)) return null;
    return manifest as Manifest;
  } catch {
    return null;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isOccupied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}
