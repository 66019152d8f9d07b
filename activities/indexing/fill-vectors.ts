import type { FillTarget, FillVectorsResult, FillVectorsStep } from '../../core/contract/fill-messages.js';
import { Failure } from '../../core/contract/failures.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { createIndexFilling } from './index-filling.js';
import { createVectorMaking } from './vector-making.js';

/** Vector indexes from which vectors are missing, for which there is a model now. May run twice: it only reads. */
export function createFindUnfilled({ catalog, embedder, collectionModels }: EmbeddingDependencies) {
  return async function findUnfilled(): Promise<FillTarget[]> {
    if (!embedder) return [];
    const targets: FillTarget[] = [];
    for (const target of await catalog.vectorIndexes.unfilled()) {
      const { organizationId, collectionId, vectorIndexId } = target;
      const generations = await catalog.vectorIndexes.ofCollection(organizationId, collectionId);
      const index = generations.find(({ spec }) => spec.vectorIndexId === vectorIndexId);
      const collection = await catalog.collections.byId(organizationId, collectionId);
      const model = index?.spec.model.name ?? collection?.embeddingModel ?? embedder.model.name;
      if (model === embedder.model.name || collectionModels.names.includes(model)) targets.push(target);
    }
    return targets;
  };
}

/**
 * Fills in the next missing vectors of an index, and notes when there are no more.
 * May run twice: what has a vector is passed over, and the note only says what is true.
 */
export function createFillVectors(deps: EmbeddingDependencies) {
  const { catalog } = deps;
  const making = createVectorMaking(deps);
  const fillIndex = createIndexFilling(deps, making);
  return async function fillVectors({ behind, ...target }: FillVectorsStep): Promise<FillVectorsResult> {
    const { organizationId, collectionId, vectorIndexId, skipped } = target;
    const collection = await catalog.collections.byId(organizationId, collectionId);
    if (!collection) throw new Failure('COLLECTION_MISSING', { detail: `collection=${collectionId}` });
    const generations = await catalog.vectorIndexes.ofCollection(organizationId, collectionId);
    const index = generations.find(({ spec }) => spec.vectorIndexId === vectorIndexId);
    // It was dropped since it was found.
    if (vectorIndexId !== undefined && !index) return { embedded: 0, behind, more: false };
    return cancellable((signal) =>
      index && index.spec.state !== 'live'
        ? making.withIndex(index.spec, (open) => fillIndex(open, { skipped, behind }, signal))
        : making.withLive(collection, generations, (open) => fillIndex(open, { skipped, behind }, signal)),
    );
  };
}
