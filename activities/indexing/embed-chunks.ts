import { Failure } from '../../core/contract/failures.js';
import type { BatchStep, EmbedChunksResult } from '../../core/contract/ingest-messages.js';
import type { Generation } from '../../core/ports/vector-index-catalog.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { cancellable } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';
import { pendingChunks } from './pending-chunks.js';
import { CHUNKS_PER_ACTIVITY, createVectorMaking, type OpenIndex } from './vector-making.js';

/**
 * Embeds chunks that have no vector yet by their collection's model, shortest first so that texts of one length meet, and
 * inserts the vectors: into the index that is searched, and into those beside it (one that is being built, one that is kept
 * for a way back). Without a model it takes a note that they are missing, and `fillVectors` fills them in later.
 * May run twice: what has a vector is no longer pending, what the cache knows is not embedded again, and a vector that
 * is there stays; a note that is taken twice has an index gone through once.
 */
export function createEmbedChunks(deps: EmbeddingDependencies) {
  const { catalog } = deps;
  const making = createVectorMaking(deps);
  return async function embedChunks({ batch, versionIds }: BatchStep): Promise<EmbedChunksResult> {
    const { organizationId, collectionId } = batch;
    if (!deps.embedder) {
      await catalog.vectorIndexes.recordSkipped(organizationId, collectionId);
      return { embedded: 0, more: false };
    }
    const collection = await loadCollection(catalog, batch);
    await catalog.runs.recordProgress(batch.runIds, { stage: 'embed' });
    // Read once the chunks are stored: whoever builds another generation from now on finds them there.
    const generations = await catalog.vectorIndexes.ofCollection(organizationId, collectionId);
    return cancellable(async (signal) => {
      const embedInto = async (index: OpenIndex): Promise<EmbedChunksResult> => {
        const { versions } = catalog;
        const pending = await pendingChunks({ versions, vectorIndex: deps.vectorIndex }, index.spec, versionIds);
        await making.embed(index, pending, signal);
        return { embedded: pending.length, more: pending.length === CHUNKS_PER_ACTIVITY };
      };
      let { embedded, more } = await making.withLive(collection, generations, embedInto);
      for (const generation of generations.filter(({ spec }) => spec.state !== 'live')) {
        const beside = await embedBeside(generation, embedInto, signal);
        embedded += beside.embedded;
        more ||= beside.more;
      }
      return { embedded, more };
    });
  };

  /** What keeps vectors from an index that nobody searches keeps no document from being published: it is noted there. */
  async function embedBeside(
    { spec, complete }: Generation,
    embedInto: (index: OpenIndex) => Promise<EmbedChunksResult>,
    signal: AbortSignal,
  ): Promise<EmbedChunksResult> {
    // A former index that lacks vectors is gone through anyway, once its model and store answer.
    const isWorthIt = complete || spec.state === 'building';
    try {
      if (isWorthIt) return await making.withIndex(spec, embedInto);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
    }
    await catalog.vectorIndexes.recordMissed(spec);
    return { embedded: 0, more: false };
  }
}
