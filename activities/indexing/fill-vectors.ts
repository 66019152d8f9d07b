import type { FillTarget, FillVectorsResult, FillVectorsStep } from '../../core/contract/fill-messages.js';
import { Failure } from '../../core/contract/failures.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { CHUNKS_PER_ACTIVITY, createVectorMaking } from './vector-making.js';

/** Chunks that are looked at in one statement; most of a collection has its vectors. */
const PAGE = 1_000;
/** Pages without a gap that one activity passes over: 20,000 chunks are some seconds. */
const PAGES_PER_ACTIVITY = 20;

/** Collections with chunks that have no vectors, for which there is a model now. May run twice: it only reads. */
export function createFindUnfilled({ catalog, embedder, collectionModels }: EmbeddingDependencies) {
  return async function findUnfilled(): Promise<FillTarget[]> {
    if (!embedder) return [];
    const targets: FillTarget[] = [];
    for (const target of await catalog.vectorIndexes.unfilled()) {
      const collection = await catalog.collections.byId(target.organizationId, target.collectionId);
      const model = collection?.embeddingModel ?? embedder.model.name;
      if (model === embedder.model.name || collectionModels.names.includes(model)) targets.push(target);
    }
    return targets;
  };
}

/**
 * Fills in the next missing vectors of a collection, and notes when there are no more.
 * May run twice: what has a vector is passed over, and the note only says what is true.
 */
export function createFillVectors(deps: EmbeddingDependencies) {
  const { catalog, vectorIndex } = deps;
  const making = createVectorMaking(deps);
  return async function fillVectors({ behind, ...target }: FillVectorsStep): Promise<FillVectorsResult> {
    const collection = await catalog.collections.byId(target.organizationId, target.collectionId);
    if (!collection) throw new Failure('COLLECTION_MISSING', { detail: `collection=${target.collectionId}` });
    return cancellable((signal) =>
      making.withIndex(collection, async (index) => {
        let place = behind;
        for (let pages = 0; pages < PAGES_PER_ACTIVITY; pages++) {
          const page = await catalog.vectorIndexes.chunksBehind(target, place, PAGE);
          const last = page.at(-1);
          if (!last) {
            await catalog.vectorIndexes.recordFilled(target);
            return { embedded: 0, behind: place, more: false };
          }
          const chunkIds = page.map(({ chunkId }) => chunkId);
          const missing = await vectorIndex.missing(index.spec, chunkIds);
          place = last.place;
          if (missing.length === 0) continue;

          const due = missing.slice(0, CHUNKS_PER_ACTIVITY);
          await making.embed(index, await catalog.vectorIndexes.embeddingInputs(target.organizationId, due), signal);
          const reached = due.length < missing.length ? page.find(({ chunkId }) => chunkId === due.at(-1)) : last;
          return { embedded: due.length, behind: reached?.place ?? behind, more: true };
        }
        return { embedded: 0, behind: place, more: true };
      }),
    );
  };
}
