import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStat } from '../../core/ports/object-store.js';
import { errnoOf } from './durable-folder.js';

export interface FolderListing {
  readonly root: string;
  readonly prefix: string;
  /** Name of a folder directly under the root that holds no objects. */
  readonly skipTopFolder: string;
}

/** All files below `root` whose key begins with the prefix, in the order of S3: by the bytes of the whole key. */
export async function* listFolder(listing: FolderListing): AsyncGenerator<ObjectStat> {
  const wholeParts = listing.prefix.split('/').slice(0, -1);
  if (wholeParts[0] === listing.skipTopFolder) return;
  yield* walk(listing, wholeParts);
}

async function* walk(listing: FolderListing, parts: readonly string[]): AsyncGenerator<ObjectStat> {
  for (const entry of await sortedEntries(join(listing.root, ...parts))) {
    if (parts.length === 0 && entry.name === listing.skipTopFolder) continue;
    const inside = [...parts, entry.name];
    const key = inside.join('/');
    if (entry.isFolder) {
      if (`${key}/`.startsWith(listing.prefix) || listing.prefix.startsWith(`${key}/`)) yield* walk(listing, inside);
    } else if (key.startsWith(listing.prefix)) {
      const found = await statOrNull(join(listing.root, ...inside));
      if (found) yield { key, sizeBytes: found.size, modifiedAt: found.mtime };
    }
  }
}

/** A folder sorts as if its name ended with `/`, which is how its keys go on. */
async function sortedEntries(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const found = await orNullWhenGone(() => readdir(folder, { withFileTypes: true }));
  return (found ?? [])
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { name: entry.name, isFolder, order: Buffer.from(isFolder ? `${entry.name}/` : entry.name) };
    })
    .sort((a, b) => Buffer.compare(a.order, b.order));
}

function statOrNull(path: string): Promise<Stats | null> {
  return orNullWhenGone(() => stat(path));
}

/** Objects and folders that are deleted during a listing are no part of it. */
async function orNullWhenGone<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return null;
    throw error;
  }
}
