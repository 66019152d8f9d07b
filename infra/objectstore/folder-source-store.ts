import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { formatSourceUri } from '../../core/contract/source-location.js';
import type { ListedSource, SourcePage, SourceStore } from '../../core/ports/source-store.js';
import { mapStreamErrors } from './content-streams.js';
import { errnoOf } from './durable-folder.js';
import { locationOf } from './source-names.js';

/** Sources in folders of this machine. Links are not followed: what lies outside of the folder stays outside. */
export class FolderSourceStore implements SourceStore {
  async listPage(location: string, { after, limit }: { after: string | null; limit: number }): Promise<SourcePage> {
    const root = pathOf(location).replace(/\/+$/, '') || '/';
    await attempt('list', async () => {
      if (!(await lstat(root)).isDirectory()) throw new Failure('SOURCE_MISSING', { detail: 'not a folder' });
    });
    const sources: ListedSource[] = [];
    let last: string | null = null;
    for await (const name of filesBelow(root, '', after)) {
      // One more is there: this page is full.
      if (sources.length === limit) return { sources, next: last };
      const found = await statFile(join(root, name)).catch(gone);
      if (found) sources.push({ uri: uriOf(join(root, name)), ...found });
      last = name;
    }
    return { sources, next: null };
  }

  async stat(uri: string): Promise<ListedSource> {
    const path = pathOf(uri);
    return { uri: uriOf(path), ...(await attempt('stat', () => statFile(path))) };
  }

  async openRead({ uri, etag }: Pick<ListedSource, 'uri' | 'etag'>): Promise<Readable> {
    const file = await attempt('open', () => open(pathOf(uri), constants.O_RDONLY | constants.O_NOFOLLOW));
    try {
      if ((await statHandle(file)).etag !== etag) throw new Failure('SOURCE_CHANGED');
      return mapStreamErrors(file.createReadStream(), (cause) => folderFailure('read', cause));
    } catch (error) {
      await file.close();
      throw error instanceof Failure ? error : folderFailure('open', error);
    }
  }

  async close(): Promise<void> {
    // Nothing is kept open between calls.
  }
}

/**
 * Names of all files below a folder that come after `after`, relative, in the order of their bytes (as S3 lists keys).
 * Folders that lie wholly before are not opened.
 */
async function* filesBelow(root: string, folder: string, after: string | null): AsyncGenerator<string> {
  for (const entry of await sortedEntries(join(root, folder))) {
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

/** A folder that cannot be read fails the listing: what is in it must not look as if it were gone. */
async function sortedEntries(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const found = await attempt('list', () => readdir(folder, { withFileTypes: true }));
  return found
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && !entry.name.startsWith('.'))
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { name: entry.name, isFolder, order: Buffer.from(isFolder ? `${entry.name}/` : entry.name) };
    })
    .sort((a, b) => Buffer.compare(a.order, b.order));
}

async function statFile(path: string): Promise<Pick<ListedSource, 'etag' | 'sizeBytes'>> {
  return describe(await lstat(path, { bigint: true }));
}

async function statHandle(file: FileHandle): Promise<Pick<ListedSource, 'etag' | 'sizeBytes'>> {
  return describe(await file.stat({ bigint: true }));
}

function describe(found: {
  isFile(): boolean;
  mtimeNs: bigint;
  size: bigint;
}): Pick<ListedSource, 'etag' | 'sizeBytes'> {
  if (!found.isFile()) throw new Failure('SOURCE_MISSING', { detail: 'not a file' });
  return { etag: `${found.mtimeNs}-${found.size}`, sizeBytes: Number(found.size) };
}

/** A file that was removed during the listing is no part of it. */
function gone(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null;
  throw error instanceof Failure ? error : folderFailure('stat', error);
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
