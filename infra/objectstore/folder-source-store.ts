import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { formatSourceUri } from '../../core/contract/source-location.js';
import type { ListedSource, SourcePage, SourceStore } from '../../core/ports/source-store.js';
import { mapStreamErrors } from './content-streams.js';
import { errnoOf } from './durable-folder.js';
import { locationOf } from './source-names.js';

export interface FolderSourcesInput {
  /** Absolute paths of the folders that may be read. */
  readonly roots: readonly string[];
  /** Absolute paths of what is medindex's own: nothing in it is a source, and no folder that holds it is listed. */
  readonly own: readonly string[];
}

/**
 * Sources in folders of this machine. Links are not followed: what lies outside of the folder stays outside. What is
 * allowed is judged by where a path really leads, never by how it is written.
 */
export class FolderSourceStore implements SourceStore {
  readonly #roots: readonly string[];
  readonly #own: readonly string[];

  constructor({ roots, own }: FolderSourcesInput) {
    this.#roots = roots;
    this.#own = own;
  }

  async listPage(location: string, { after, limit }: { after: string | null; limit: number }): Promise<SourcePage> {
    const root = pathOf(location).replace(/\/+$/, '') || '/';
    const real = await this.#allowed(root);
    for (const own of this.#own) {
      if (await leadsInto(own, real)) throw new Failure('SOURCE_NOT_ALLOWED', { detail: 'holds own data' });
    }
    const identity = await identityOf(root);
    const sources: ListedSource[] = [];
    let next: string | null = null;
    let last: string | null = null;
    for await (const name of filesBelow(root, '', after)) {
      // One more is there: this page is full.
      if (sources.length === limit) {
        next = last;
        break;
      }
      const found = await statFile(join(root, name)).catch(gone);
      if (found) sources.push({ uri: uriOf(join(root, name)), ...found });
      last = name;
    }
    // A share that was taken away during the listing looks like files that were removed.
    if ((await identityOf(root)) !== identity) throw new Failure('SOURCE_UNREACHABLE', { detail: 'another folder' });
    return { sources, next };
  }

  async stat(uri: string): Promise<ListedSource> {
    const path = pathOf(uri);
    await this.#allowed(path);
    return { uri: uriOf(path), ...(await attempt('stat', () => statFile(path))) };
  }

  async openRead({ uri, etag }: Pick<ListedSource, 'uri' | 'etag'>): Promise<Readable> {
    const path = pathOf(uri);
    await this.#allowed(path);
    const real = join(await attempt('resolve', () => realpath(dirname(path))), basename(path));
    // Non-blocking, for a pipe that has taken the file's place.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await attempt('open', () => open(real, flags));
    try {
      // A folder on the way may have become a link since it was looked at.
      if ((await realpath(real)) !== real) throw new Failure('SOURCE_CHANGED', { detail: 'a link on the way' });
      await assertUnchanged(file, etag);
    } catch (error) {
      await file.close();
      throw error instanceof Failure ? error : folderFailure('open', error);
    }
    return mapStreamErrors(Readable.from(contentOf(file, etag), { objectMode: false }), (cause) =>
      cause instanceof Failure ? cause : folderFailure('read', cause),
    );
  }

  async close(): Promise<void> {
    // Nothing is kept open between calls.
  }

  /** Where the path really leads. Errors: `Failure SOURCE_NOT_ALLOWED`. */
  async #allowed(path: string): Promise<string> {
    const real = await attempt('resolve', () => realpath(path));
    for (const own of this.#own) {
      if (await leadsInto(real, own)) throw new Failure('SOURCE_NOT_ALLOWED', { detail: 'own data' });
    }
    for (const root of this.#roots) if (await leadsInto(real, root)) return real;
    throw new Failure('SOURCE_NOT_ALLOWED', { detail: 'behind a link' });
  }
}

/**
 * Whether a path is this place, or lies in it. The place is compared with each folder on the way by its identity: one
 * folder may have several names (letters of another case, a mount).
 */
async function leadsInto(path: string, place: string): Promise<boolean> {
  const wanted = await idOf(place);
  if (wanted === null) return false;
  for (let at = await realpath(path).catch(() => path); ; at = dirname(at)) {
    if ((await idOf(at)) === wanted) return true;
    if (at === dirname(at)) return false;
  }
}

/** `null` for what is not there. */
async function idOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found && `${found.dev}-${found.ino}`;
}

/** The bytes of a file that stays as it is until the last of them; closes it. Errors: `Failure SOURCE_CHANGED`. */
async function* contentOf(file: FileHandle, etag: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) yield chunk as Buffer;
    await assertUnchanged(file, etag);
  } finally {
    await file.close();
  }
}

async function assertUnchanged(file: FileHandle, etag: string): Promise<void> {
  if (describe(await file.stat({ bigint: true })).etag !== etag) throw new Failure('SOURCE_CHANGED');
}

/** Tells a folder from another one of the same name. Errors: `Failure SOURCE_MISSING` for what is no folder. */
async function identityOf(folder: string): Promise<string> {
  const found = await attempt('list', () => lstat(folder, { bigint: true }));
  if (!found.isDirectory()) throw new Failure('SOURCE_MISSING', { detail: 'not a folder' });
  return `${found.dev}-${found.ino}`;
}

/**
 * Names of all files below a folder that come after `after`, relative, in the order of their bytes (as S3 lists keys).
 * Folders that lie wholly before are not opened.
 */
async function* filesBelow(root: string, folder: string, after: string | null): AsyncGenerator<string> {
  for (const entry of await sortedEntries(root, folder)) {
    const name = folder + entry.name;
    if (entry.isFolder) {
      if (after === null || isAfter(`${name}/`, after) || after.startsWith(`${name}/`)) {
        yield* filesBelow(root, `${name}/`, after);
      }
    } else if (after === null || isAfter(name, after)) {
      yield name;
    }
  }
}

function isAfter(name: string, after: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
}

/**
 * A folder that cannot be read, or is gone since its name was seen, fails the listing: what is in it must not look as if
 * it were gone. Names that are no UTF-8 have no URI; they are left out.
 */
async function sortedEntries(root: string, folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const found = await attempt('list', () =>
    readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' }),
  ).catch((error: unknown) => {
    const vanished = folder !== '' && error instanceof Failure && error.code === 'SOURCE_MISSING';
    throw vanished ? new Failure('SOURCE_UNREACHABLE', { detail: 'a folder vanished', cause: error }) : error;
  });
  return found
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && isUtf8(entry.name))
    .map((entry) => ({ name: entry.name.toString(), isFolder: entry.isDirectory() }))
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => ({ ...entry, order: Buffer.from(entry.isFolder ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => Buffer.compare(a.order, b.order));
}

async function statFile(path: string): Promise<Pick<ListedSource, 'etag' | 'sizeBytes'>> {
  return describe(await lstat(path, { bigint: true }));
}

function describe(found: {
  isFile(): boolean;
  mtimeNs: bigint;
  size: bigint;
}): Pick<ListedSource, 'etag' | 'sizeBytes'> {
  if (!found.isFile()) throw new Failure('SOURCE_MISSING', { detail: 'not a file' });
  return { etag: `${found.mtimeNs}-${found.size}`, sizeBytes: Number(found.size) };
}

/** A file that was removed during the listing, or replaced by what is none, is no part of it. */
function gone(error: unknown): null {
  const failure = error instanceof Failure ? error : folderFailure('stat', error);
  if (failure.code === 'SOURCE_MISSING') return null;
  throw failure;
}

function pathOf(uri: string): string {
  const location = locationOf(uri);
  if (location.scheme !== 'file') throw new Failure('SOURCE_LOCATION_INVALID', { detail: 'not a file' });
  return location.path;
}

function uriOf(path: string): string {
  return formatSourceUri({ scheme: 'file', path });
}

async function attempt<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof Failure ? error : folderFailure(operation, error);
  }
}

/** Paths stay out: they may carry names of patients. */
function folderFailure(operation: string, cause: unknown): Failure {
  const errno = errnoOf(cause);
  return new Failure(codeOf(errno), { detail: `folder ${operation}, code=${errno}`, cause });
}

function codeOf(errno: string): FailureCode {
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ELOOP':
      return 'SOURCE_MISSING';
    case 'EACCES':
    case 'EPERM':
      return 'SOURCE_FORBIDDEN';
    case 'ENAMETOOLONG':
      return 'SOURCE_LOCATION_INVALID';
    default:
      return 'SOURCE_UNREACHABLE';
  }
}
