import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { userCacheDir } from '../../infra/config.js';
import type { UploadMemory } from '../client/part-upload.js';

/** What an upload is remembered by; a file that changed, or is told other things of, is another one. */
export interface RememberedUpload {
  readonly url: string;
  readonly collection: string;
  readonly fileName: string;
  readonly path: string;
  readonly metadata: object;
}

/**
 * Remembers uploads under way in the user's cache, one small file each, named by a hash: the same command again goes on
 * where the last one was broken off. Whatever is wrong with the cache, the upload merely begins anew.
 */
export function uploadMemory(env: NodeJS.ProcessEnv, upload: RememberedUpload): UploadMemory {
  const folder = join(userCacheDir(env), 'uploads');
  const file = async (): Promise<string> => {
    const { size, mtimeMs } = await stat(upload.path);
    const what = [upload.url, upload.collection, upload.fileName, resolve(upload.path), size, mtimeMs, upload.metadata];
    return join(folder, createHash('sha256').update(JSON.stringify(what)).digest('hex'));
  };
  return {
    load: async () => (await readFile(await file(), 'utf8').catch(() => '')).trim() || null,
    keep: async (remembered) => {
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => undefined);
      await writeFile(await file(), remembered, { mode: 0o600 }).catch(() => undefined);
    },
    forget: async () => {
      await rm(await file(), { force: true }).catch(() => undefined);
    },
  };
}
