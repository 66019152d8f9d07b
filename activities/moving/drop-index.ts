import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import type { EmbeddingDependencies } from '../dependencies.js';

/**
 * Drops a vector index that is not searched, its storage first: what is in the catalog is found again after a crash, what
 * is in a store alone is not. Doing it twice is doing it once; one that became live meanwhile stays.
 */
export async function dropIndex(
  { catalog, vectorIndex }: Pick<EmbeddingDependencies, 'catalog' | 'vectorIndex'>,
  spec: VectorIndexSpec,
): Promise<void> {
  const retired = await catalog.vectorIndexes.retire(spec);
  if (!retired) return;
  await vectorIndex.drop(retired);
  await catalog.vectorIndexes.forget(retired);
}
