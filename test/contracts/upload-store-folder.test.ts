import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderObjectStore } from '../../infra/objectstore/folder-object-store.js';
import { PartObjectsUploadStore } from '../../infra/objectstore/part-objects-upload-store.js';
import { uploadStoreContract } from './upload-store.contract.js';

uploadStoreContract('folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'medindex-uploads-'));
  const objects = new FolderObjectStore(root);
  return {
    store: new PartObjectsUploadStore(objects),
    objects,
    leftovers: async () => [],
    stop: () => rm(root, { recursive: true, force: true }),
  };
});
