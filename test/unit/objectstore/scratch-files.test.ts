import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../core/contract/failures.js';
import type { ObjectRef } from '../../../core/contract/object-ref.js';
import { formatEncryptionKeys, generateEncryptionKey, Keyring } from '../../../infra/encryption/keyring.js';
import { entryPoint } from '../../../infra/entry-point.js';
import { FolderObjectStore } from '../../../infra/objectstore/folder-object-store.js';
import { ScratchFiles } from '../../../infra/objectstore/scratch-files.js';
import { isFailure, sha256 } from '../../contracts/object-store.contract.js';
import { MemoryObjectStore } from '../../fakes/memory-object-store.js';

/** From here on a copy is kept sealed when nobody uses it any more. */
const LARGE = 1024 ** 2;
const keys = formatEncryptionKeys([generateEncryptionKey()]);
const keyring = Keyring.parse(keys);

describe('ScratchFiles', () => {
  let folder: string;
  let store: MemoryObjectStore;
  let open: ScratchFiles[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medindex-scratch-'));
    store = new MemoryObjectStore();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((scratch) => scratch.close()));
    await rm(folder, { recursive: true, force: true });
  });

  function scratchFiles(maxTotalBytes = 10 * LARGE, from: Pick<MemoryObjectStore, 'openRead'> = store): ScratchFiles {
    const scratch = new ScratchFiles({ store: from, keyring, folder, maxTotalBytes, idleMs: 0 });
    open.push(scratch);
    return scratch;
  }
  const putRandom = (key: string, sizeBytes: number): Promise<ObjectRef> => store.put(key, randomBytes(sizeBytes));
  const downloads = (): number => store.calls.filter(({ call }) => call === 'openRead').length;
  const copies = (): Promise<string[]> => readdir(join(folder, 'content'));
  const hashOf = async (path: string): Promise<string> => sha256(await readFile(path));
  const userFiles = async (): Promise<string[]> => {
    const names = await readdir(join(folder, 'users'), { recursive: true });
    return names.filter((name) => name.includes('/') && !name.endsWith('owner.json'));
  };

  /** Once all uses have ended. */
  const untilNothingIsClear = () => vi.waitFor(async () => expect(await userFiles()).toEqual([]), { interval: 5 });
  const sealed = (...refs: readonly ObjectRef[]) => new Set(refs.map((ref) => `${ref.sha256}.sealed`));

  it('gives the path of a verified, read-only copy, one for all uses at a time, and fetches it once', async () => {
    const scratch = scratchFiles();
    const ref = await putRandom('sources/default/a', 200_000);
    const paths = new Set<string>();
    const hashes = await Promise.all(
      [1, 2, 3, 4].map(() =>
        scratch.withLocalCopy(ref, (path) => {
          paths.add(path);
          return hashOf(path);
        }),
      ),
    );
    expect(new Set(hashes)).toEqual(new Set([ref.sha256]));
    expect(paths.size).toBe(1);
    expect(downloads()).toBe(1);
    const mode = await scratch.withLocalCopy(
      { ...ref, key: 'sources/default/a' },
      async (path) => (await stat(path)).mode,
    );
    expect(mode & 0o777).toBe(0o400);
    await untilNothingIsClear();
    expect(await copies()).toEqual([]);
  });

  it('keeps a large one sealed when nobody uses it, and in the clear nowhere', async () => {
    const scratch = scratchFiles();
    const words = Buffer.from('the patient is called Zqmarker. '.repeat(LARGE / 16));
    const ref = await store.put('sources/default/a', words);
    for (let use = 0; use < 3; use++) {
      expect(await scratch.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
      await untilNothingIsClear();
    }
    expect(downloads()).toBe(1);
    expect(new Set(await copies())).toEqual(sealed(ref));
    expect((await readFile(join(folder, 'content', `${ref.sha256}.sealed`))).includes('Zqmarker')).toBe(false);
    expect(await scratchFiles().withLocalCopy(ref, hashOf)).toBe(ref.sha256);
    const other = new ScratchFiles({
      ...{ store, folder, maxTotalBytes: 10 * LARGE, idleMs: 0 },
      keyring: new Keyring([generateEncryptionKey()]),
    });
    open.push(other);
    expect(downloads()).toBe(1);
    expect(await other.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
    expect(downloads()).toBe(2);
  });

  it('stays in the clear for the next batch, and no longer', async () => {
    const scratch = new ScratchFiles({ store, keyring, folder, maxTotalBytes: LARGE, idleMs: 3_600_000 });
    open.push(scratch);
    const ref = await putRandom('sources/default/a', 1000);
    const first = await scratch.withLocalCopy(ref, async (path) => path);
    expect(await scratch.withLocalCopy(ref, async (path) => path)).toBe(first);
    expect(downloads()).toBe(1);
    await scratch.evict(ref);
    expect(await userFiles()).toEqual([]);
    await scratch.withLocalCopy(ref, async (path) => path);
    expect(await userFiles()).toHaveLength(1);
    await scratch.close();
    expect(await readdir(join(folder, 'users'))).toEqual([]);
  });

  it('gives back what the use gives, and what it throws', async () => {
    const scratch = scratchFiles();
    const ref = await putRandom('sources/default/a', 10);
    const error = new Error('the parser failed');
    await expect(scratch.withLocalCopy(ref, () => Promise.reject(error))).rejects.toBe(error);
    expect(await scratch.withLocalCopy(ref, async () => 42)).toBe(42);
    await untilNothingIsClear();
  });

  it('takes an empty original', async () => {
    const ref = await store.put('sources/default/empty', Buffer.alloc(0));
    expect(await scratchFiles().withLocalCopy(ref, hashOf)).toBe(ref.sha256);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['changed', (bytes) => bytes.map((byte) => byte ^ 1)],
    ['shorter', (bytes) => bytes.subarray(1)],
    ['longer', (bytes) => Buffer.concat([bytes, bytes])],
  ])('refuses content that is %s, and keeps nothing of it', async (_how, change) => {
    const scratch = scratchFiles();
    const ref = await putRandom('sources/default/a', 100_000);
    store.tamper(ref.key, change);
    await expect(scratch.withLocalCopy(ref, hashOf)).rejects.toSatisfy(isFailure('OBJECT_CORRUPT'));
    expect([...(await copies()), ...(await userFiles())]).toEqual([]);
  });

  it('verifies objects of a local folder as well', async () => {
    const objects = new FolderObjectStore(join(folder, 'objects'));
    const ref = await objects.put('sources/default/a', randomBytes(1000));
    await truncate(join(folder, 'objects', ref.key), 999);
    const scratch = new ScratchFiles({ store: objects, keyring, idleMs: 0, folder, maxTotalBytes: 10_000 });
    open.push(scratch);
    await expect(scratch.withLocalCopy(ref, hashOf)).rejects.toSatisfy(isFailure('OBJECT_CORRUPT'));
  });

  it('passes on why the store failed, keeps nothing, and tries again the next time', async () => {
    const scratch = scratchFiles();
    const ref = await putRandom('sources/default/a', 100_000);
    const error = new Failure('STORE_UNAVAILABLE');
    store.injectFault({ call: 'openRead', error });
    await expect(scratch.withLocalCopy(ref, hashOf)).rejects.toBe(error);
    const failsHalfway = {
      openRead: async () =>
        Readable.from(
          (function* () {
            yield Buffer.alloc(50_000);
            throw error;
          })(),
        ),
    };
    await expect(scratchFiles(10 * LARGE, failsHalfway).withLocalCopy(ref, hashOf)).rejects.toBe(error);
    expect([...(await copies()), ...(await userFiles())]).toEqual([]);
    expect(await scratch.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
  });

  it('keeps what fits, evicts the least recently used, and never what is in use', async () => {
    const scratch = scratchFiles(3.5 * LARGE);
    const [a, b, c, d] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => putRandom(`sources/default/${name}`, LARGE)),
    );
    if (!a || !b || !c || !d) throw new Error('four originals');
    for (const ref of [a, b, a, c]) {
      await scratch.withLocalCopy(ref, hashOf);
      await untilNothingIsClear();
    }
    expect(new Set(await copies())).toEqual(sealed(a, b, c));
    await scratch.withLocalCopy(a, async (path) => {
      // The one in use and the one to come take their room from the one that waits longest.
      await scratch.withLocalCopy(d, async () => {
        expect(new Set(await copies())).toEqual(sealed(a));
        expect(await hashOf(path)).toBe(a.sha256);
      });
    });
  });

  it('takes room from what it has in the clear and nobody uses', async () => {
    const scratch = new ScratchFiles({ store, keyring, folder, maxTotalBytes: 1000, idleMs: 3_600_000 });
    open.push(scratch);
    const [small, large] = [await putRandom('sources/default/s', 900), await putRandom('sources/default/l', 5000)];
    await scratch.withLocalCopy(small, hashOf);
    expect(await scratch.withLocalCopy(large, hashOf)).toBe(large.sha256);
    expect(await userFiles()).toHaveLength(1);
  });

  it('takes a copy away on demand, but not from under its user', async () => {
    const scratch = scratchFiles();
    const ref = await putRandom('sources/default/a', LARGE);
    await scratch.withLocalCopy(ref, hashOf);
    await untilNothingIsClear();
    expect(await copies()).toHaveLength(1);
    await scratch.withLocalCopy(ref, async (path) => {
      await scratch.evict(ref);
      expect(await copies()).toEqual([]);
      expect(await hashOf(path)).toBe(ref.sha256);
    });
    expect([...(await copies()), ...(await userFiles())]).toEqual([]);
    await scratch.evict(ref);
    await scratch.withLocalCopy(ref, hashOf);
    expect(downloads()).toBe(2);
  });

  it('does not trust a sealed copy that was cut off, and lives on when its folder is cleaned away', async () => {
    const scratch = scratchFiles();
    const ref = await putRandom('sources/default/a', LARGE);
    await scratch.withLocalCopy(ref, hashOf);
    await untilNothingIsClear();
    await truncate(join(folder, 'content', `${ref.sha256}.sealed`), LARGE / 2);
    expect(await scratch.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
    expect(downloads()).toBe(2);
    const kept = new ScratchFiles({ store, keyring, folder, maxTotalBytes: 10 * LARGE, idleMs: 3_600_000 });
    open.push(kept);
    await kept.withLocalCopy(ref, hashOf);
    await rm(folder, { recursive: true });
    expect(await kept.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
  });

  it('clears away, before its first use, what earlier versions kept in the clear and what nobody used for a day', async () => {
    const [content, ref] = [join(folder, 'content'), await putRandom('sources/default/a', LARGE)];
    await mkdir(content, { recursive: true });
    await writeFile(join(content, ref.sha256), 'in the clear');
    for (const [name, days] of [
      ['a', 2],
      ['b', 0],
    ] as const) {
      const path = join(content, `${name.repeat(64)}.sealed`);
      await writeFile(path, 'sealed');
      const usedAt = new Date(Date.now() - days * 24 * 3_600_000);
      await utimes(path, usedAt, usedAt);
    }
    await scratchFiles().prepare();
    expect(await copies()).toEqual([`${'b'.repeat(64)}.sealed`]);
  });

  it('shares its folder with other processes, and clears away what killed ones left', async () => {
    const objects = new FolderObjectStore(join(folder, 'objects'));
    const bytes = randomBytes(2_000_000);
    const ref = await objects.put('sources/default/a', bytes);

    // One is killed while it downloads, one while it uses its copy of something else.
    const held = await objects.put('sources/default/held', randomBytes(1000));
    const downloading = await startUser(folder, ref, 'stuck');
    const using = await startUser(folder, held, 'whole');
    expect(await userFiles()).toHaveLength(2);
    await Promise.all([kill(downloading), kill(using)]);
    expect(await copies()).toEqual([]);

    const scratch = new ScratchFiles({ store: objects, keyring, idleMs: 0, folder, maxTotalBytes: 10_000_000 });
    open.push(scratch);
    await scratch.prepare();
    expect(await userFiles()).toEqual([]);
    expect(await scratch.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
    await untilNothingIsClear();
    // A living process keeps what it has.
    const living = await startUser(folder, held, 'whole');
    const late = new ScratchFiles({ store: objects, keyring, idleMs: 0, folder, maxTotalBytes: 1 });
    open.push(late);
    expect(await late.withLocalCopy(ref, hashOf)).toBe(ref.sha256);
    await vi.waitFor(async () => expect(await userFiles()).toHaveLength(1), { interval: 5 });
    await kill(living);
  });

  it('lets four processes fetch the same and different originals at once under a tight bound', async () => {
    const objects = new FolderObjectStore(join(folder, 'objects'));
    const refs = await Promise.all(
      Array.from({ length: 6 }, (_, at) => objects.put(`sources/default/${at}`, randomBytes(100_000))),
    );
    const runs = Array.from({ length: 4 }, () => runUser(folder, refs));
    expect(await Promise.all(runs)).toEqual(['verified', 'verified', 'verified', 'verified']);
    expect(await userFiles()).toEqual([]);
  });
});

const PRELUDE = `
  import { createHash } from 'node:crypto';
  import { readFileSync } from 'node:fs';
  import { join } from 'node:path';
  import { Readable } from 'node:stream';
  import { ScratchFiles } from ${JSON.stringify(entryPoint('infra/objectstore/scratch-files.js'))};
  import { FolderObjectStore } from ${JSON.stringify(entryPoint('infra/objectstore/folder-object-store.js'))};
  import { Keyring } from ${JSON.stringify(entryPoint('infra/encryption/keyring.js'))};
  const { folder, refs, how } = JSON.parse(process.argv[1]);
  const keyring = Keyring.parse(${JSON.stringify(keys)});
  const objects = new FolderObjectStore(join(folder, 'objects'));
  const hashOf = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
`;

function runScript(script: string, argument: unknown): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', PRELUDE + script, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** A process that holds on for ever: `stuck` in the middle of a download, or with the `whole` copy in use. */
async function startUser(folder: string, ref: ObjectRef, how: 'stuck' | 'whole'): Promise<ChildProcess> {
  const child = runScript(
    `
    const forEver = () => new Promise((resolve) => setTimeout(resolve, 3_600_000));
    const stuck = { openRead: async () => Readable.from((async function* () {
      yield Buffer.alloc(1000);
      yield Buffer.alloc(1000);
      process.stdout.write('there');
      await forEver();
    })()) };
    const store = how === 'stuck' ? stuck : objects;
    const scratch = new ScratchFiles({ store, keyring, folder, maxTotalBytes: 10_000_000 });
    await scratch.withLocalCopy(refs[0], async (path) => {
      if (hashOf(path) === refs[0].sha256) process.stdout.write('there');
      await forEver();
    });
    `,
    { folder, refs: [ref], how },
  );
  if (child.stdout === null) throw new Error('no output');
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['ended'])]);
  if (String(first[0]) !== 'there') throw new Error('the process ended early');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Uses all originals several times over with room for only three of them. */
async function runUser(folder: string, refs: readonly ObjectRef[]): Promise<string> {
  const child = runScript(
    `
    const scratch = new ScratchFiles({ store: objects, keyring, folder, maxTotalBytes: 300_000 });
    const uses = Array.from({ length: 10 }, () => refs).flat().map(async (ref) =>
      (await scratch.withLocalCopy(ref, async (path) => hashOf(path))) === ref.sha256);
    const right = await Promise.all(uses);
    await scratch.close();
    process.stdout.write(right.every(Boolean) ? 'verified' : 'wrong');
    `,
    { folder, refs },
  );
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said;
}
