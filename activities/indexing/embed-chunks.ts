import type { BatchStep, EmbedChunksResult } from '../../core/contract/ingest-messages.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';
import { pendingChunks } from './pending-chunks.js';
import { CHUNKS_PER_ACTIVITY, createVectorMaking } from './vector-making.js';

/**
 * Embeds chunks that have no vector yet by their collection's model, shortest first so that texts of one length meet, and
 * inserts the vectors. Without a model it takes a note that they are missing, and `fillVectors` fills them in later.
 * May run twice: what has a vector is no longer pending, what the cache knows is not embedded again, and a vector that
 * is there stays; a note that is taken twice has a collection gone through once.
 */
export function createEmbedChunks(deps: EmbeddingDependencies) {
  const { catalog } = deps;
  const making = createVectorMaking(deps);
  return async function embedChunks({ batch, versionIds }: BatchStep): Promise<EmbedChunksResult> {
    if (!deps.embedder) {
      await catalog.vectorIndexes.recordSkipped(batch.organizationId, batch.collectionId);
      return { embedded: 0, more: false };
    }
    const collection = await loadCollection(catalog, batch);
    await catalog.runs.recordProgress(batch.runIds, { stage: 'embed' });
    return cancellable((signal) =>
      making.withIndex(collection, async (index) => {
        const pending = await pendingChunks(
          { versions: catalog.versions, vectorIndex: deps.vectorIndex },
          index.spec,
          versionIds,
        );
        await making.embed(index, pending, signal);
        return { embedded: pending.length, more: pending.length === CHUNKS_PER_ACTIVITY };
      }),
    );
  };
}
