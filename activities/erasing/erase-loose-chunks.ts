import type { ErasureBatch } from '../../core/ports/erasure-catalog.js';
import type { ErasureDependencies } from '../dependencies.js';

/**
 * Chunks a transaction removes. On PGlite all other clients wait for it: with 100 postings a chunk, 64 chunks are about
 * 100 ms there. Smaller ones pay more round trips for each chunk.
 */
const CHUNKS_PER_STEP = 64;

/**
 * Removes all chunks of some documents that no version has, or only erased ones, with their vectors: marked first, so that no
 * version can get them meanwhile. Answers how many.
 */
export async function eraseLooseChunks(
  { catalog: { erasures }, vectorIndex }: Pick<ErasureDependencies, 'catalog' | 'vectorIndex'>,
  batch: ErasureBatch,
  signal: AbortSignal,
): Promise<number> {
  const vectorIndexes = await erasures.vectorIndexes(batch);
  for (let erased = 0; ;) {
    signal.throwIfAborted();
    const { chunkIds, more } = await erasures.markChunks(batch, CHUNKS_PER_STEP);
    if (!more) return erased;
    const hadVectors: string[] = [];
    for (const spec of vectorIndexes) {
      const missing = new Set(await vectorIndex.missing(spec, chunkIds));
      hadVectors.push(...chunkIds.filter((chunkId) => !missing.has(chunkId)));
      await vectorIndex.remove(spec, chunkIds);
    }
    await erasures.eraseChunks(batch, chunkIds, hadVectors);
    erased += chunkIds.length;
  }
}
