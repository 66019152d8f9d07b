import type {
  ErasureBatch,
  ErasureReceipt,
  ReleasedObjects,
  RemovedObjects,
} from '../../core/ports/erasure-catalog.js';
import type { ErasureDependencies } from '../dependencies.js';
import { eraseLooseChunks } from './erase-loose-chunks.js';

/** Objects a request to the store removes; S3 takes at most 1,000. */
const OBJECTS_PER_DELETE = 500;

/**
 * Removes everything of some documents that is to go. Each step is short and may be done again, and an erasure is open until
 * its last step: whenever this stops, calling it again ends complete.
 */
export async function eraseBatch(
  deps: ErasureDependencies,
  batch: ErasureBatch,
  signal: AbortSignal,
): Promise<ErasureReceipt[]> {
  const {
    catalog: { erasures },
    objects,
    localFiles,
  } = deps;
  await erasures.eraseVersions(batch);
  await eraseLooseChunks(deps, batch, signal);
  const removed: RemovedObjects[] = [];
  for (const released of await erasures.releaseObjects(batch)) {
    signal.throwIfAborted();
    removed.push({ documentId: released.documentId, objects: await removeObjects(released) });
  }
  return erasures.finish(batch, removed);

  async function removeObjects({ originals, keys, prefixes }: ReleasedObjects): Promise<number> {
    for (const original of originals) await localFiles.evict(original);
    // A run's prefix holds those of its versions.
    const found = new Set<string>();
    for (const key of keys) if (await objects.stat(key)) found.add(key);
    for (const prefix of prefixes) {
      for await (const { key } of objects.list(prefix)) found.add(key);
    }
    const all = [...found];
    for (let at = 0; at < all.length; at += OBJECTS_PER_DELETE) {
      await objects.delete(all.slice(at, at + OBJECTS_PER_DELETE));
    }
    return all.length;
  }
}
