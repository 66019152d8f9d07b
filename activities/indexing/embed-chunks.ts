import type { BatchStep, EmbedChunksResult } from '../../core/contract/ingest-messages.js';
import type { VersionId } from '../../core/contract/ids.js';
import type { VectorIndexSpec } from '../../core/ports/vector-index.js';
import type { PendingEmbedding } from '../../core/ports/version-catalog.js';
import type { EmbeddingDependencies } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';
import { loadCollection } from '../run-context.js';
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
    return withHeartbeat((signal) =>
      making.withIndex(collection, async (index) => {
        const pending = await pendingChunks(deps, index.spec, versionIds);
        await making.embed(index, pending, signal);
        return { embedded: pending.length, more: pending.length === CHUNKS_PER_ACTIVITY };
      }),
    );
  };
}

/** Chunks that are looked through at a time for those of which another store has no vector: ids and texts of 1 MB. */
const CHUNKS_PER_LOOK = 1_024;

/** What an activity embeds: the first chunks without a vector. The catalog knows those of its own database, other stores are asked. */
async function pendingChunks(
  { catalog, vectorIndex }: Pick<EmbeddingDependencies, 'catalog' | 'vectorIndex'>,
  spec: VectorIndexSpec,
  versionIds: readonly VersionId[],
): Promise<PendingEmbedding[]> {
  if (spec.store === 'pgvector') return catalog.versions.pendingEmbeddings(spec, versionIds, CHUNKS_PER_ACTIVITY);
  const pending: PendingEmbedding[] = [];
  for (let skip = 0; ; skip += CHUNKS_PER_LOOK) {
    const page = await catalog.versions.pendingEmbeddings(spec, versionIds, CHUNKS_PER_LOOK, skip);
    const missing = new Set(
      await vectorIndex.missing(
        spec,
        page.map(({ chunkId }) => chunkId),
      ),
    );
    pending.push(...page.filter(({ chunkId }) => missing.has(chunkId)));
    if (pending.length >= CHUNKS_PER_ACTIVITY || page.length < CHUNKS_PER_LOOK) {
      return pending.slice(0, CHUNKS_PER_ACTIVITY);
    }
  }
}
