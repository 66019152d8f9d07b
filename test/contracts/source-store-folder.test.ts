import { constants } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatSourceUri, parseSourceUri } from '../../core/contract/source-location.js';
import { createSourceStore } from '../../infra/objectstore/create-source-store.js';
import { FolderSourceStore } from '../../infra/objectstore/folder-source-store.js';
import { isFailure, list, readText, sourceStoreContract } from './source-store.contract.js';

const uriOf = (path: string): string => formatSourceUri({ scheme: 'file', path });

function pathOf(uri: string): string {
  const location = parseSourceUri(uri);
  if (location?.scheme !== 'file') throw new Error('no file');
  return location.path;
}

async function putFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

sourceStoreContract('folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'medindex-sources-'));
  let folders = 0;
  return {
    store: new FolderSourceStore({ roots: [root], own: [] }),
    newLocation: async () => {
      const folder = join(root, `team ${++folders}`);
      await mkdir(folder);
      return `${uriOf(folder)}/`;
    },
    put: async (location, name, content) => {
      const path = join(pathOf(location), name);
      await putFile(`${path}.new`, content);
      // As editors do it; and a file system's clock may stand still between two writes in place.
      await rm(path, { force: true });
      await rename(`${path}.new`, path);
    },
    remove: (location, name) => rm(join(pathOf(location), name)),
    uriOf: (location, name) => uriOf(join(pathOf(location), name)),
    putClutter: async (location) => {
      await mkdir(join(pathOf(location), 'a-empty', 'folder'), { recursive: true });
      await symlink(join(pathOf(location), 'b.md'), join(pathOf(location), 'link.md'));
      await symlink('/etc', join(pathOf(location), 'etc'));
      await symlink('/nowhere', join(pathOf(location), 'nowhere'));
    },
    missingLocation: () => `${uriOf(join(root, 'not-there'))}/`,
    stop: () => rm(root, { recursive: true, force: true }),
  };
});

describe('a folder of sources', () => {
  let root: string;
  let store: FolderSourceStore;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'medindex-sources-'));
    await putFile(join(root, 'allowed/sub/a.md'), 'allowed');
    await putFile(join(root, 'secret/b.md'), 'secret');
    await symlink(join(root, 'secret'), join(root, 'allowed/link'));
    await symlink(join(root, 'secret/b.md'), join(root, 'allowed/b.md'));
    await symlink(join(root, 'allowed'), join(root, 'alias'));
    store = new FolderSourceStore({ roots: [join(root, 'allowed')], own: [] });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('leads nowhere through a link, at whatever part of the way', async () => {
    const options = { after: null, limit: 10 };
    const link = uriOf(join(root, 'allowed/link'));
    await expect(store.listPage(`${link}/`, options)).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    await expect(store.stat(`${link}/b.md`)).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    await expect(store.openRead({ uri: `${link}/b.md`, etag: '' })).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    const file = uriOf(join(root, 'allowed/b.md'));
    await expect(store.stat(file)).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    await expect(store.openRead({ uri: file, etag: '' })).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
  });

  it('may be allowed by a name that is a link itself', async () => {
    const aliased = new FolderSourceStore({ roots: [join(root, 'alias')], own: [] });
    const [source] = await list(aliased, `${uriOf(join(root, 'alias/sub'))}/`);
    expect(source?.uri).toBe(uriOf(join(root, 'alias/sub/a.md')));
    expect(await readText(await aliased.openRead(source ?? { uri: '', etag: '' }))).toBe('allowed');
  });

  it('is no folder when it is a file, and no file when it is a folder', async () => {
    const asFolder = store.listPage(`${uriOf(join(root, 'allowed/sub/a.md'))}/`, { after: null, limit: 10 });
    await expect(asFolder).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
    await expect(store.stat(uriOf(join(root, 'allowed/sub')))).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
  });

  it.skipIf(process.getuid?.() === 0)('says that access is denied, and lists nothing rather than a part', async () => {
    const folder = join(root, 'allowed/denied');
    await putFile(join(folder, 'inner/a.md'), 'x');
    await putFile(join(folder, 'b.md'), 'x');
    await chmod(join(folder, 'inner'), 0);
    await chmod(join(folder, 'b.md'), 0);
    try {
      const listed = store.listPage(`${uriOf(folder)}/`, { after: null, limit: 10 });
      await expect(listed).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
      const source = await store.stat(uriOf(join(folder, 'b.md')));
      await expect(store.openRead(source)).rejects.toSatisfy(isFailure('SOURCE_FORBIDDEN'));
    } finally {
      await chmod(join(folder, 'inner'), 0o700);
    }
  });

  it('errors the stream of a file that is changed while it is read', async () => {
    const path = join(root, 'allowed/growing.md');
    await writeFile(path, Buffer.alloc(4 * 1024 * 1024, 'x'));
    const source = await store.stat(uriOf(path));
    const chunks = (await store.openRead(source))[Symbol.asyncIterator]();
    await chunks.next();
    await appendFile(path, 'more');
    const readOn = async (): Promise<void> => {
      while (!(await chunks.next()).done);
    };
    await expect(readOn()).rejects.toSatisfy(isFailure('SOURCE_CHANGED'));
  });

  it('does not wait for ever on what only looks like a file', async () => {
    const { execFileSync } = await import('node:child_process');
    const path = join(root, 'allowed/pipe');
    execFileSync('mkfifo', [path]);
    await expect(store.stat(uriOf(path))).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
    await expect(store.openRead({ uri: uriOf(path), etag: '' })).rejects.toSatisfy(isFailure('SOURCE_MISSING'));
    expect((await list(store, `${uriOf(join(root, 'allowed'))}/`)).map(({ uri }) => uri)).not.toContain(uriOf(path));
    await rm(path);
  });

  it.runIf(process.platform === 'linux')('leaves out names that are no UTF-8', async () => {
    const folder = join(root, 'allowed/latin1');
    await mkdir(folder);
    const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.md')]);
    await (await open(name, constants.O_CREAT | constants.O_WRONLY)).close();
    await writeFile(join(folder, 'plain.md'), 'x');
    const found = await list(store, `${uriOf(folder)}/`);
    expect(found.map(({ uri }) => uri)).toEqual([uriOf(join(folder, 'plain.md'))]);
  });
});

describe('the sources that settings allow', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'medindex-sources-'));
    await putFile(join(root, 'who/a.md'), 'x');
    await putFile(join(root, 'who-old/a.md'), 'x');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('are those below a root, and no others', async () => {
    const folder = `${uriOf(join(root, 'who'))}/`;
    const store = createSourceStore({
      roots: [folder, 's3://allowed/who/'],
      own: [],
      s3: { endpoint: 'http://127.0.0.1:1' },
    });
    expect(await list(store, folder)).toHaveLength(1);
    for (const uri of [`${uriOf(join(root, 'who-old'))}/`, `${uriOf(root)}/`, 's3://other/who/', 's3://allowed/']) {
      const listed = store.listPage(uri, { after: null, limit: 1 });
      await expect(listed).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
      await expect(store.stat(`${uri}a.md`)).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
      const opened = store.openRead({ uri: `${uri}a.md`, etag: '' });
      await expect(opened).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    }
    await store.close();
  });

  it('are never what medindex keeps, nor a location that holds it', async () => {
    const own = [`${uriOf(join(root, 'who'))}/`, 's3://bucket/medindex/'];
    const store = createSourceStore({ roots: ['file:///', 's3://'], own, s3: { endpoint: 'http://127.0.0.1:1' } });
    const refused = [
      `${uriOf(join(root, 'who'))}/`,
      `${uriOf(root)}/`,
      'file:///',
      's3://bucket/',
      's3://bucket/medindex/',
    ];
    for (const location of refused) {
      const listed = store.listPage(location, { after: null, limit: 1 });
      await expect(listed).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    }
    for (const uri of [uriOf(join(root, 'who/a.md')), 's3://bucket/medindex/sources/other/1']) {
      await expect(store.stat(uri)).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
    }
    expect(await list(store, `${uriOf(join(root, 'who-old'))}/`)).toHaveLength(1);
    await store.close();
  });

  it('are never what medindex keeps, by whatever name it is called', async () => {
    const team = join(root, 'team');
    const data = join(root, 'data');
    await putFile(join(data, 'admin.key'), 'secret');
    await putFile(join(data, 'objects/sources/1'), 'secret');
    await putFile(join(root, 'run/admin.key'), 'secret');
    await putFile(join(team, 'a.md'), 'x');
    await symlink(data, join(team, 'link'));
    await symlink(join(data, 'admin.key'), join(team, 'key.md'));
    await symlink(root, join(team, 'up'));
    // The settings may name the folder by a link, too.
    await symlink(data, join(root, 'alias'));
    for (const own of [data, join(root, 'alias')]) {
      const store = createSourceStore({
        roots: ['file:///'],
        own: [`${uriOf(own)}/`, `${uriOf(join(root, 'run/admin.key'))}/`],
        s3: { endpoint: null },
      });
      const folders = ['team/link', 'team/link/objects', 'team/up/data', 'alias', 'data', 'team/up', 'run', ''];
      for (const folder of folders) {
        const listed = store.listPage(`${uriOf(join(root, folder))}/`, { after: null, limit: 1 });
        await expect(listed, folder).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
      }
      const files = [
        'team/link/admin.key',
        'team/key.md',
        'team/up/data/objects/sources/1',
        'alias/admin.key',
        'data/admin.key',
        'run/admin.key',
      ];
      for (const file of files) {
        const uri = uriOf(join(root, file));
        await expect(store.stat(uri), file).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
        await expect(store.openRead({ uri, etag: '' }), file).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
      }
      expect((await list(store, `${uriOf(team)}/`)).map(({ uri }) => uri)).toEqual([uriOf(join(team, 'a.md'))]);
      await store.close();
    }
  });

  it('are none where no root is given', async () => {
    const store = createSourceStore({ roots: [], own: [], s3: { endpoint: null } });
    await expect(store.stat(uriOf(join(root, 'who/a.md')))).rejects.toSatisfy(isFailure('SOURCE_NOT_ALLOWED'));
  });
});
