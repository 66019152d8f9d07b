import type { FillVectorsResult } from '../../core/contract/fill-messages.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { CHUNKS_PER_ACTIVITY, type createVectorMaking, type OpenIndex } from './vector-making.js';

/** Chunks that are looked at in one statement; most of a collection has its vectors. */
const PAGE = 1_000;
/** Pages without a gap that one activity passes over: 20,000 chunks are some seconds. */
const PAGES_PER_ACTIVITY = 20;

/** Where a pass over the stored chunks of a collection stands. */
export interface FillingPass {
  /** What had been skipped when the pass began. */
  readonly skipped: number;
  /** Chunks up to this place have vectors. */
  readonly behind: number;
}

/**
 * One step of a pass: the next missing vectors of an index, in the order in which chunks were stored. At the end it notes
 * that all that was stored when the pass began has its vector.
 */
export function createIndexFilling(
  { catalog, vectorIndex }: Pick<EmbeddingDependencies, 'catalog' | 'vectorIndex'>,
  making: Pick<ReturnType<typeof createVectorMaking>, 'embed'>,
) {
  return async function fillIndex(
    index: OpenIndex,
    { skipped, behind }: FillingPass,
    signal: AbortSignal,
  ): Promise<FillVectorsResult> {
    const { organizationId, collectionId, vectorIndexId } = index.spec;
    let place = behind;
    for (let pages = 0; pages < PAGES_PER_ACTIVITY; pages++) {
      const page = await catalog.vectorIndexes.chunksBehind({ organizationId, collectionId }, place, PAGE);
      const last = page.at(-1);
      if (!last) {
        await catalog.vectorIndexes.recordFilled({ organizationId, collectionId, vectorIndexId, skipped });
        return { embedded: 0, behind: place, more: false };
      }
      const chunkIds = page.map(({ chunkId }) => chunkId);
      const missing = await vectorIndex.missing(index.spec, chunkIds);
      place = last.place;
      if (missing.length === 0) continue;

      const due = missing.slice(0, CHUNKS_PER_ACTIVITY);
      await making.embed(index, await catalog.vectorIndexes.embeddingInputs(organizationId, due), signal);
      const reached = due.length < missing.length ? page.find(({ chunkId }) => chunkId === due.at(-1)) : last;
      return { embedded: due.length, behind: reached?.place ?? behind, more: true };
    }
    return { embedded: 0, behind: place, more: true };
  };
}
