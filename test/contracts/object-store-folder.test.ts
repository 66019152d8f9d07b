import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateEncryptionKey, Keyring } from '../../infra/encryption/keyring.js';
import { FolderObjectStore } from '../../infra/objectstore/folder-object-store.js';
import { SealedObjectStore } from '../../infra/objectstore/sealed-object-store.js';
import { objectStoreContract, type ObjectStoreUnderTest } from './object-store.contract.js';

async function underTest(seal: boolean): Promise<ObjectStoreUnderTest> {
  const root = await mkdtemp(join(tmpdir(), 'medindex-objects-'));
  const folder = new FolderObjectStore(root);
  return {
    store: seal ? new SealedObjectStore(folder, new Keyring([generateEncryptionKey()])) : folder,
    tamper: async (key, change) => writeFile(join(root, key), change(await readFile(join(root, key)))),
    leftovers: () => readdir(join(root, '.partial')),
    stop: () => rm(root, { recursive: true, force: true }),
  };
}

objectStoreContract('folder', 'sources', () => underTest(false));
objectStoreContract('sealed folder', 'work', () => underTest(true));
objectStoreContract('sealed folder', 'sources', () => underTest(true));
