import type {
  ErasureBatch,
  ErasureReceipt,
  ReleasedObjects,
  RemovedObjects,
} from '../../core/ports/erasure-catalog.js';
import type { ErasureDependencies } from '../dependencies.js';

/**
 * Chunks a transaction removes. On PGlite all other clients wait for it: with 100 postings a chunk, 64 chunks are about
 * 100 ms there. Smaller ones pay more round trips for each chunk.
 */
const CHUNKS_PER_STEP = 64;
/** Objects a request to the store removes; S3 takes at most 1,000. */
const OBJECTS_PER_DELETE = 500;

/**
 * Removes everything of some documents that is to go. Each step is short and may be done again, and an erasure is open until
 * its last step: whenever this stops, calling it again ends complete.
 */
export async function eraseBatch(
  { catalog: { erasures }, vectorIndex, objects, localFiles }: ErasureDependencies,
  batch: ErasureBatch,
  signal: AbortSignal,
): Promise<ErasureReceipt[]> {
  await erasures.eraseVersions(batch);
  const vectorIndexes = await erasures.vectorIndexes(batch);
  for (;;) {
    signal.throwIfAborted();
    const { chunkIds, more } = await erasures.markChunks(batch, CHUNKS_PER_STEP);
    if (!more) break;
    const hadVectors: string[] = [];
    for (const spec of vectorIndexes) {
      const missing = new Set(await vectorIndex.missing(spec, chunkIds));
      hadVectors.push(...chunkIds.filter((chunkId) => !missing.has(chunkId)));
      await vectorIndex.remove(spec, chunkIds);
    }
    await erasures.eraseChunks(batch, chunkIds, hadVectors);
  }
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
