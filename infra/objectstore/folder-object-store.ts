import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { ObjectStat, ObjectStore, PutOptions } from '../../core/ports/object-store.js';
import { chain, ContentMeter, mapStreamErrors, readVerified, refOfBytes } from './content-streams.js';
import { errnoOf, makeFolderDurable, syncFolder } from './durable-folder.js';
import { listFolder } from './folder-listing.js';
import { assertKeyPrefix, assertObjectKey, describeKey, InvalidObjectKey } from './object-key.js';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Where puts are written before they get their name; on the same volume, and no part of any listing. */
const PARTIAL_FOLDER = '.partial';

/** A living put writes all the time; one that has not for an hour was killed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** A put races with deletes that prune the folders they emptied; each further round needs another such delete. */
const MAX_MOVE_ATTEMPTS = 100;

/**
 * Objects as files, a key's parts as folders. A put is written to a file aside, synced and renamed, so that a reader,
 * also after `kill -9` or a power cut, sees the former object or the whole new one. Files 0600, folders 0700.
 */
export class FolderObjectStore implements ObjectStore {
  readonly #root: string;
  #prepared: Promise<void> | null = null;

  /** `root`: absolute path; made when it is not there. */
  constructor(root: string) {
    this.#root = root;
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions = {}): Promise<ObjectRef> {
    const target = this.#pathOf(key);
    if (!(body instanceof Readable)) {
      const ref = refOfBytes(key, body, options.maxBytes);
      await this.#putAside(key, target, (handle) => this.#fs('put', key, () => handle.writeFile(body)));
      return ref;
    }
    // Made before anything is awaited, so that an early error of the body finds a listener.
    const meter = new ContentMeter(options.maxBytes);
    const metered = chain(body, meter);
    try {
      await this.#putAside(key, target, async (handle) => {
        // An error of the body leaves this loop as it is; only the writing is the store's own.
        for await (const chunk of metered as AsyncIterable<Buffer>) {
          await this.#fs('put', key, () => handle.appendFile(chunk));
        }
      });
    } finally {
      metered.destroy();
    }
    return meter.toRef(key);
  }

  async get(ref: ObjectRef): Promise<Uint8Array> {
    return readVerified(await this.openRead(ref.key), ref);
  }

  async openRead(key: string): Promise<Readable> {
    const handle = await this.#fs('read', key, () => open(this.#pathOf(key), 'r'));
    if (!(await handle.stat()).isFile()) {
      await handle.close();
      throw new Failure('OBJECT_MISSING', { detail: `key=${describeKey(key)}` });
    }
    return mapStreamErrors(handle.createReadStream(), (cause) => this.#failure('read', key, cause));
  }

  async stat(key: string): Promise<ObjectStat | null> {
    const path = this.#pathOf(key);
    try {
      const found = await stat(path);
      return found.isFile() ? { key, sizeBytes: found.size, modifiedAt: found.mtime } : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw this.#failure('stat', key, error);
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    const source = this.#pathOf(fromKey);
    await this.#writeAside(toKey, this.#pathOf(toKey), async (partial) => {
      // FICLONE shares blocks where the file system can.
      await this.#fs('copy', fromKey, () => copyFile(source, partial, constants.COPYFILE_FICLONE));
      const handle = await this.#fs('put', toKey, () => open(partial, 'r+'));
      try {
        await this.#fs('put', toKey, async () => {
          await handle.chmod(FILE_MODE);
          await handle.sync();
        });
      } finally {
        await handle.close();
      }
    });
  }

  async delete(keys: readonly string[]): Promise<void> {
    const paths = keys.map((key) => ({ key, path: this.#pathOf(key) }));
    const folders = new Set<string>();
    for (const { key, path } of paths) {
      try {
        await unlink(path);
        folders.add(dirname(path));
      } catch (error) {
        // EISDIR, and EPERM on macOS: a folder is no object.
        if (!isMissing(error) && !['EISDIR', 'EPERM'].includes(errnoOf(error)))
          throw this.#failure('delete', key, error);
      }
    }
    for (const folder of folders) await this.#pruneFrom(folder);
  }

  async *list(prefix: string): AsyncGenerator<ObjectStat> {
    assertKeyPrefix(prefix);
    try {
      yield* listFolder({ root: this.#root, prefix, skipTopFolder: PARTIAL_FOLDER });
    } catch (error) {
      throw this.#failure('list', prefix, error);
    }
  }

  async close(): Promise<void> {
    // Nothing is held open between calls.
  }

  #pathOf(key: string): string {
    assertObjectKey(key);
    if (key === PARTIAL_FOLDER || key.startsWith(`${PARTIAL_FOLDER}/`))
      throw new InvalidObjectKey('has a reserved part');
    return join(this.#root, ...key.split('/'));
  }

  #putAside(key: string, target: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
    return this.#writeAside(key, target, async (partial) => {
      const handle = await this.#fs('put', key, () => open(partial, 'wx', FILE_MODE));
      try {
        await write(handle);
        await this.#fs('put', key, () => handle.sync());
      } finally {
        await handle.close();
      }
    });
  }

  async #writeAside(key: string, target: string, write: (partial: string) => Promise<void>): Promise<void> {
    const prepared = (this.#prepared ??= this.#prepare());
    const partial = join(this.#root, PARTIAL_FOLDER, randomUUID());
    try {
      await this.#fs('put', key, () => prepared);
      await write(partial);
      await this.#fs('put', key, () => this.#moveInto(partial, target));
    } catch (error) {
      // The next put looks again whether there is a place to write: somebody may have mended the disk.
      this.#prepared = null;
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #moveInto(partial: string, target: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await makeFolderDurable(dirname(target), FOLDER_MODE);
        await rename(partial, target);
        break;
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || attempt === MAX_MOVE_ATTEMPTS) throw error;
      }
    }
    await syncFolder(dirname(target));
  }

  async #pruneFrom(folder: string): Promise<void> {
    for (let empty = folder; empty !== this.#root; empty = dirname(empty)) {
      try {
        await rmdir(empty);
      } catch {
        // Not empty, or pruned by somebody else: the deletion itself is what must be durable.
        await syncFolder(empty);
        return;
      }
    }
    await syncFolder(this.#root);
  }

  async #prepare(): Promise<void> {
    const folder = join(this.#root, PARTIAL_FOLDER);
    await makeFolderDurable(folder, FOLDER_MODE);
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }

  async #fs<T>(operation: string, key: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#failure(operation, key, error);
    }
  }

  #failure(operation: string, key: string, cause: unknown): Error {
    if (cause instanceof Failure || cause instanceof InvalidObjectKey) return cause;
    const missing = isMissing(cause) && (operation === 'read' || operation === 'copy');
    return new Failure(missing ? 'OBJECT_MISSING' : 'STORE_UNAVAILABLE', {
      detail: `folder ${operation}, key=${describeKey(key)}, code=${errnoOf(cause)}`,
      cause,
    });
  }
}

/** ENOTDIR: a part of the key is an object itself, so there is none below it. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error));
}
