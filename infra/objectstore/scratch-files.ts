import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../core/contract/failures.js';
import type { ObjectRef } from '../../core/contract/object-ref.js';
import type { LocalFiles } from '../../core/ports/local-files.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { Keyring } from '../encryption/keyring.js';
import { createOpeningStream, createSealingStream } from '../encryption/seal.js';
import { chain, contentDiffers, ContentMeter } from './content-streams.js';
import { errnoOf } from './durable-folder.js';
import { contentFolder, makeRoom, removeUnused, SEALED_SUFFIX } from './scratch-eviction.js';
import { openScratchUser, type ScratchUser, sweepDeadUsers } from './scratch-users.js';

export interface ScratchFilesInput {
  readonly store: Pick<ObjectStore, 'openRead'>;
  readonly keyring: Keyring;
  /** Absolute path; processes of one machine may share it. */
  readonly folder: string;
  /**
   * What copies may take while nobody uses them. A file in use is never taken away, and one that is larger than the
   * bound is copied all the same: the peak is the bound or what is in use at once, whichever is more.
   */
  readonly maxTotalBytes: number;
  /** How long a copy lies in the clear after its last use; absent: {@link IDLE_MS}. */
  readonly idleMs?: number;
}

/** Batches of one file follow each other within some 100 ms; a machine with much to do pays the opening of a sealed copy. */
const IDLE_MS = 3_000;
/** A smaller file is fetched again in less time than it takes to keep it. */
const SEALED_FROM_BYTES = 1024 ** 2;
/** How long a sealed copy lies unused: what was deleted since is not kept longer by it. */
const SEALED_FOR_MS = 24 * 3_600_000;
/** How often a process looks for what killed ones left beside it. */
const SWEEP_EVERY_MS = 60_000;

/** A copy in the clear, for all uses within this process. */
interface OpenCopy {
  readonly ref: ObjectRef;
  readonly path: Promise<string>;
  users: number;
  timer: NodeJS.Timeout | null;
  /** It goes with its last use, and is not kept sealed either. */
  isEvicted: boolean;
}

/**
 * Local copies of originals for parsers, which want a path. A copy is checked against its hash while it comes. In the
 * clear it lies in a folder of the process, while somebody uses it and a few seconds longer; a large one is then kept sealed,
 * until the room is needed (least recently used first).
 *
 *     <folder>/content/<sha256>.sealed    whole copies, sealed
 *     <folder>/users/<process>/           a process's copies in use, and what it has under way
 *
 * What a killed process left behind lies in its own folder, which the other processes of the machine remove within about a
 * minute, or the next one to start.
 */
export class ScratchFiles implements LocalFiles {
  readonly #input: ScratchFilesInput;
  readonly #open = new Map<string, OpenCopy>();
  readonly #dropping = new Set<Promise<void>>();
  #user: Promise<ScratchUser> | null = null;
  #sweptAtMs = 0;

  constructor(input: ScratchFilesInput) {
    this.#input = input;
  }

  /** Makes the folder, and removes what killed processes left in the clear. Called by itself before the first use. */
  async prepare(): Promise<void> {
    await this.#ready();
  }

  /**
   * Calls `use` with the path of a verified copy, which is there until `use` has ended. Read-only: it is shared.
   * Errors: `Failure OBJECT_MISSING`, `OBJECT_CORRUPT`, `STORE_UNAVAILABLE`, and what `use` throws.
   */
  async withLocalCopy<T>(ref: ObjectRef, use: (path: string) => Promise<T>): Promise<T> {
    for (;;) {
      const copy = this.#take(ref);
      try {
        const path = await copy.path;
        // Cleaners of temporary folders may have taken it away while nobody used it.
        if (await exists(path)) return await use(path);
        this.#forget(copy);
      } finally {
        await this.#release(copy);
      }
    }
  }

  /** Takes the copy away, sealed ones for all processes; who uses it at this moment keeps it until the use ends. */
  async evict(ref: ObjectRef): Promise<void> {
    const copy = this.#open.get(ref.sha256);
    if (copy) {
      copy.isEvicted = true;
      this.#open.delete(ref.sha256);
      if (copy.users === 0) await this.#drop(copy);
    }
    await rm(this.#sealedOf(ref), { force: true });
  }

  /** Removes what this process has in the clear. Sealed copies stay for the next start. Not while copies are in use. */
  async close(): Promise<void> {
    for (const { timer } of this.#open.values()) if (timer) clearTimeout(timer);
    await Promise.allSettled([...this.#open.values()].map(({ path }) => path));
    this.#open.clear();
    await Promise.allSettled(this.#dropping);
    const user = this.#user;
    this.#user = null;
    if (user !== null) await rm((await user).folder, { recursive: true, force: true });
  }

  #take(ref: ObjectRef): OpenCopy {
    const known = this.#open.get(ref.sha256);
    if (known) {
      known.users += 1;
      if (known.timer) clearTimeout(known.timer);
      known.timer = null;
      return known;
    }
    const copy: OpenCopy = { ref, path: this.#make(ref), users: 1, timer: null, isEvicted: false };
    this.#open.set(ref.sha256, copy);
    copy.path.catch(() => this.#forget(copy));
    return copy;
  }

  #forget(copy: OpenCopy): void {
    if (this.#open.get(copy.ref.sha256) === copy) this.#open.delete(copy.ref.sha256);
  }

  async #release(copy: OpenCopy): Promise<void> {
    copy.users -= 1;
    if (copy.users > 0) return;
    if (copy.isEvicted) return this.#drop(copy);
    copy.timer = setTimeout(() => {
      this.#forget(copy);
      this.#drop(copy).catch(() => undefined);
    }, this.#input.idleMs ?? IDLE_MS);
    copy.timer.unref();
  }

  /** Nobody uses it, and nobody will: it is no longer among the open ones. */
  #drop(copy: OpenCopy): Promise<void> {
    if (copy.timer) clearTimeout(copy.timer);
    const dropping = this.#dropNow(copy).finally(() => this.#dropping.delete(dropping));
    this.#dropping.add(dropping);
    return dropping;
  }

  async #dropNow(copy: OpenCopy): Promise<void> {
    const path = await copy.path.catch(() => null);
    if (path === null) return;
    // That a copy could not be kept costs a download.
    if (!copy.isEvicted && copy.ref.sizeBytes >= SEALED_FROM_BYTES) await this.#seal(copy, path).catch(() => undefined);
    await rm(path, { force: true });
  }

  async #seal(copy: OpenCopy, path: string): Promise<void> {
    const sealed = this.#sealedOf(copy.ref);
    if (await exists(sealed)) return;
    const partial = `${path}-sealed`;
    const seal = { keyring: this.#input.keyring, associatedData: associatedData(copy.ref) };
    try {
      await pipeline(createReadStream(path), createSealingStream(seal), createWriteStream(partial, { mode: 0o600 }));
      if (!copy.isEvicted) await rename(partial, sealed);
      // It was taken away for all in the meantime.
      if (copy.isEvicted) await rm(sealed, { force: true });
    } finally {
      await rm(partial, { force: true });
    }
  }

  #sealedOf(ref: ObjectRef): string {
    // The hash becomes a file name.
    if (!/^[0-9a-f]{64}$/.test(ref.sha256)) throw new TypeError('reference without a SHA-256');
    return join(contentFolder(this.#input.folder), `${ref.sha256}${SEALED_SUFFIX}`);
  }

  async #make(ref: ObjectRef): Promise<string> {
    const user = await this.#ready();
    const sealed = this.#sealedOf(ref);
    const now = new Date();
    // Used now: others make room for this one.
    await utimes(sealed, now, now).catch(() => undefined);
    await this.#makeRoom(ref.sizeBytes);
    const path = join(user.folder, randomUUID());
    if (await this.#unseal(ref, sealed, path)) return path;
    await fill(path, ref, await this.#input.store.openRead(ref.key));
    return path;
  }

  /** `false`: there is none, or none that opens (it was cut off, or a key is gone): it is removed. */
  async #unseal(ref: ObjectRef, sealed: string, path: string): Promise<boolean> {
    try {
      const opening = createOpeningStream({ keyring: this.#input.keyring, associatedData: associatedData(ref) });
      await fill(path, ref, chain(createReadStream(sealed), opening));
      return true;
    } catch {
      await rm(sealed, { force: true });
      return false;
    }
  }

  async #makeRoom(neededBytes: number): Promise<void> {
    const { folder, maxTotalBytes } = this.#input;
    let tooMuch = await makeRoom({ folder, neededBytes, maxTotalBytes });
    for (const copy of [...this.#open.values()].filter(({ users }) => users === 0)) {
      if (tooMuch <= 0) return;
      tooMuch -= copy.ref.sizeBytes;
      this.#open.delete(copy.ref.sha256);
      copy.isEvicted = true;
      await this.#drop(copy);
    }
  }

  async #ready(): Promise<ScratchUser> {
    // Cleaners of temporary folders may take ours away while we run.
    if (this.#user !== null && !(await exists((await this.#user).folder))) this.#user = null;
    this.#user ??= this.#openUser().catch((error: unknown) => {
      this.#user = null;
      throw scratchFailure(error);
    });
    const user = await this.#user;
    if (Date.now() - this.#sweptAtMs > SWEEP_EVERY_MS) {
      this.#sweptAtMs = Date.now();
      await sweepDeadUsers(this.#input.folder);
      await removeUnused(this.#input.folder, new Date(Date.now() - SEALED_FOR_MS));
    }
    return user;
  }

  async #openUser(): Promise<ScratchUser> {
    // What was in the clear is gone with the folder that held it.
    for (const copy of this.#open.values()) if (copy.users === 0) this.#open.delete(copy.ref.sha256);
    const content = contentFolder(this.#input.folder);
    await mkdir(content, { recursive: true, mode: 0o700 });
    // Earlier versions kept copies in the clear here; who still uses one has a link of its own.
    for (const name of await readdir(content)) {
      if (!name.endsWith(SEALED_SUFFIX)) await rm(join(content, name), { force: true });
    }
    return openScratchUser(this.#input.folder);
  }
}

function associatedData(ref: ObjectRef): string {
  return `scratch/${ref.sha256}`;
}

/** Writes a file whose content is the reference's. Errors: `Failure OBJECT_CORRUPT`, and those of the stream; then nothing is left. */
async function fill(path: string, ref: ObjectRef, content: Readable): Promise<void> {
  const meter = new ContentMeter(ref.sizeBytes);
  const metered = chain(content, meter);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      // Takes its room at once, so that another process that makes room sees how much this one is going to need.
      await file.truncate(ref.sizeBytes);
      let position = 0;
      for await (const chunk of metered as AsyncIterable<Buffer>) {
        await writeWhole(file, chunk, position);
        position += chunk.length;
      }
      const got = meter.toRef(ref.key);
      if (got.sizeBytes !== ref.sizeBytes || got.sha256 !== ref.sha256) throw contentDiffers(ref);
    } finally {
      await file.close();
    }
    await chmod(path, 0o400);
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    // More came than the reference says.
    if (error instanceof Failure) throw error.code === 'FILE_TOO_LARGE' ? contentDiffers(ref) : error;
    throw scratchFailure(error);
  } finally {
    metered.destroy();
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
