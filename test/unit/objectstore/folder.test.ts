import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from '../../../infra/objectstore/folder-object-store.js';
import { collect, isFailure } from '../../contracts/object-store.contract.js';
import { killPutHalfway } from '../../harness/killed-put.js';

const KEY = 'sources/default/x';
const MEBIBYTE = 1024 * 1024;

describe('FolderObjectStore', () => {
  let root: string;

  beforeEach(async () => {
    root = join(await mkdtemp(join(tmpdir(), 'medindex-folder-')), 'objects');
  });
  afterEach(() => rm(join(root, '..'), { recursive: true, force: true }));

  it('keeps the former object when the process is killed in the middle of a put', async () => {
    const store = new FolderObjectStore(root);
    const ref = await store.put(KEY, Buffer.from('former'));
    await killPutHalfway({ config: { kind: 'folder', folder: root }, key: KEY, takenBytes: 3 * MEBIBYTE });
    expect(Buffer.from(await store.get(ref)).toString()).toBe('former');
    expect(await collect(store.list(''))).toMatchObject([{ key: KEY }]);
    expect(await readdir(join(root, '.partial'))).toHaveLength(1);
  });

  it('clears away what killed puts left an hour ago, and no younger', async () => {
    await killPutHalfway({ config: { kind: 'folder', folder: root }, key: KEY, takenBytes: MEBIBYTE });
    const [partial = ''] = await readdir(join(root, '.partial'));
    await new FolderObjectStore(root).put('sources/default/y', Buffer.from('y'));
    expect(await readdir(join(root, '.partial'))).toEqual([partial]);
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(root, '.partial', partial), longAgo, longAgo);
    await new FolderObjectStore(root).put('sources/default/z', Buffer.from('z'));
    expect(await readdir(join(root, '.partial'))).toEqual([]);
  });

  it('makes folders 0700 and files 0600, also for copies', async () => {
    const store = new FolderObjectStore(root);
    await store.put('sources/default/a', Buffer.from('a'));
    await store.copy('sources/default/a', 'sources/default/b');
    const modes = ['', 'sources', 'sources/default', 'sources/default/a', 'sources/default/b'].map(
      async (path) => (await stat(join(root, path))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700, 0o600, 0o600]);
  });

  it('does not give out its own folder, and keeps no empty ones', async () => {
    const store = new FolderObjectStore(root);
    await expect(store.put('.partial/x', Buffer.from('x'))).rejects.toMatchObject({ name: 'InvalidObjectKey' });
    await store.put('work/default/run/page-1', Buffer.from('x'));
    await store.delete(['work/default/run/page-1']);
    expect(await readdir(root)).toEqual(['.partial']);
    expect(await collect(store.list('.partial/'))).toEqual([]);
  });

  it('finds nothing in a folder that was never made', async () => {
    const store = new FolderObjectStore(root);
    expect(await collect(store.list(''))).toEqual([]);
    expect(await store.stat(KEY)).toBeNull();
    await store.delete([KEY]);
  });

  it('says where writing failed, works again once that is mended, and keeps names of foreign making to itself', async () => {
    const blocked = new FolderObjectStore('/proc/version/objects');
    await expect(blocked.put('john-doe.pdf', Buffer.from('x'))).rejects.toThrow(
      'STORE_UNAVAILABLE [folder put, key=(not one of ours), code=ENOTDIR]',
    );
    const store = new FolderObjectStore(root);
    await store.put(KEY, Buffer.from('x'));
    await rm(root, { recursive: true });
    await expect(store.put(KEY, Buffer.from('x'))).rejects.toSatisfy(isFailure('STORE_UNAVAILABLE'));
    expect(await store.put(KEY, Buffer.from('x'))).toMatchObject({ sizeBytes: 1 });
  });
});
