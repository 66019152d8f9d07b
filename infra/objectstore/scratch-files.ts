import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { LocalFiles } from '../../core/ports/local-files.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import { chain, contentDiffers, ContentMeter } from './content-streams.js';
import { errnoOf } from './durable-folder.js';
import { makeRoom } from './scratch-eviction.js';
import { openScratchUser, type ScratchUser, sweepDeadUsers } from './scratch-users.js';

export interface ScratchFilesInput {
  readonly store: Pick<ObjectStore, 'openRead'>;
  /** Absolute path, on one file system (files are linked within it); processes of one machine may share it. */
  readonly folder: string;
  /**
   * What copies may take while nobody uses them. A file in use is never taken away, and one that is larger than the
   * bound is copied all the same: the peak is the bound or what is in use at once, whichever is more.
   */
  readonly maxTotalBytes: number;
}

/** A taken copy can be evicted by another process before it is linked; each further round needs another eviction. */
const MAX_LINK_ATTEMPTS = 10;

/**
 * Local copies of originals for parsers, which want a path. A copy is downloaded once per content and process, checked
 * against its hash while it comes, and kept until the room is needed (least recently used first).
 *
 *     <folder>/content/<sha256>    whole, verified copies
 *     <folder>/users/<process>/    a process's downloads under way, and a hard link for each use of a copy
 *
 * A user works on a link of its own, so evicting a copy never takes it from somebody; what a killed process left behind
 * lies in its own folder, which the next process to start removes.
 */
export class ScratchFiles implements LocalFiles {
  readonly #input: ScratchFilesInput;
  readonly #content: string;
  readonly #downloads = new Map<string, Promise<void>>();
  #user: Promise<ScratchUser> | null = null;
  #lastUseMs = 0;

  constructor(input: ScratchFilesInput) {
    this.#input = input;
    this.#content = join(input.folder, 'content');
  }

  /**
   * Calls `use` with the path of a verified copy, which is there until `use` has ended. Read-only: it is shared.
   * Errors: `Failure OBJECT_MISSING`, `OBJECT_CORRUPT`, `STORE_UNAVAILABLE`, and what `use` throws.
   */
  async withLocalCopy<T>(ref: ObjectRef, use: (path: string) => Promise<T>): Promise<T> {
    const path = await this.#linkedCopy(ref);
    try {
      return await use(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Takes the copy away from all processes; who uses it at this moment keeps a link of its own until the use ends. */
  async evict(ref: ObjectRef): Promise<void> {
    await this.#downloads.get(ref.sha256)?.catch(() => undefined);
    await rm(this.#copyOf(ref), { force: true });
  }

  /** Removes what this process has under way. Copies stay for the next start. Not while copies are in use. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#downloads.values());
    const user = this.#user;
    this.#user = null;
    if (user !== null) await rm((await user).folder, { recursive: true, force: true });
  }

  async #linkedCopy(ref: ObjectRef): Promise<string> {
    const user = await this.#ready();
    const copy = this.#copyOf(ref);
    const linked = join(user.folder, randomUUID());
    for (let attempt = 1; ; attempt++) {
      await this.#fetchOnce(user, copy, ref);
      try {
        const usedAt = this.#nextUseTime();
        await utimes(copy, usedAt, usedAt);
        await link(copy, linked);
        return linked;
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || attempt === MAX_LINK_ATTEMPTS) throw scratchFailure(error);
      }
    }
  }

  /** Strictly increasing, so that the order of uses within a millisecond is not lost to the eviction. */
  #nextUseTime(): Date {
    this.#lastUseMs = Math.max(Date.now(), this.#lastUseMs + 1);
    return new Date(this.#lastUseMs);
  }

  #copyOf(ref: ObjectRef): string {
    // The hash becomes a file name.
    if (!/^[0-9a-f]{64}$/.test(ref.sha256)) throw new TypeError('reference without a SHA-256');
    return join(this.#content, ref.sha256);
  }

  #fetchOnce(user: ScratchUser, copy: string, ref: ObjectRef): Promise<void> {
    const underWay = this.#downloads.get(ref.sha256);
    if (underWay) return underWay;
    const download = this.#fetch(user, copy, ref).finally(() => this.#downloads.delete(ref.sha256));
    this.#downloads.set(ref.sha256, download);
    return download;
  }

  async #fetch(user: ScratchUser, copy: string, ref: ObjectRef): Promise<void> {
    const found = await stat(copy).catch(() => null);
    if (found?.size === ref.sizeBytes) return;
    await makeRoom({
      folder: this.#input.folder,
      neededBytes: ref.sizeBytes,
      maxTotalBytes: this.#input.maxTotalBytes,
    });
    const partial = join(user.folder, `partial-${randomUUID()}`);
    try {
      await this.#download(ref, partial);
      await rename(partial, copy).catch((error: unknown) => Promise.reject(scratchFailure(error)));
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #download(ref: ObjectRef, partial: string): Promise<void> {
    const meter = new ContentMeter(ref.sizeBytes);
    const content = chain(await this.#input.store.openRead(ref.key), meter);
    try {
      const file = await open(partial, 'wx', 0o600);
      try {
        // Takes its room at once, so that another process that makes room sees how much this one is going to need.
        await file.truncate(ref.sizeBytes);
        let position = 0;
        for await (const chunk of content as AsyncIterable<Buffer>) {
          await writeWhole(file, chunk, position);
          position += chunk.length;
        }
        const got = meter.toRef(ref.key);
        if (got.sizeBytes !== ref.sizeBytes || got.sha256 !== ref.sha256) throw contentDiffers(ref);
        // A power cut must not leave a shorter file under the name of a whole one.
        await file.sync();
      } finally {
        await file.close();
      }
      await chmod(partial, 0o400);
    } catch (error) {
      // More came than the reference says.
      if (error instanceof Failure) throw error.code === 'FILE_TOO_LARGE' ? contentDiffers(ref) : error;
      throw scratchFailure(error);
    } finally {
      content.destroy();
    }
  }

  async #ready(): Promise<ScratchUser> {
    // Cleaners of temporary folders may take ours away while we run.
    if (this.#user !== null && !(await exists((await this.#user).folder))) this.#user = null;
    this.#user ??= this.#open().catch((error: unknown) => {
      this.#user = null;
      throw scratchFailure(error);
    });
    return this.#user;
  }

  async #open(): Promise<ScratchUser> {
    await mkdir(this.#content, { recursive: true, mode: 0o700 });
    await sweepDeadUsers(this.#input.folder);
    return openScratchUser(this.#input.folder);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Buffer, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await file.write(chunk, written, chunk.length - written, position + written)).bytesWritten;
  }
}

function scratchFailure(cause: unknown): Failure {
  return new Failure('STORE_UNAVAILABLE', { detail: `scratch folder, code=${errnoOf(cause)}`, cause });
}
