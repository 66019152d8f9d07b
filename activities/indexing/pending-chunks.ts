import type { VersionId } from '../../core/contract/ids.js';
import type { VectorIndex, VectorIndexSpec } from '../../core/ports/vector-index.js';
import type { PendingEmbedding, VersionCatalog } from '../../core/ports/version-catalog.js';
import { CHUNKS_PER_ACTIVITY } from './vector-making.js';

interface PendingPorts {
  readonly versions: Pick<VersionCatalog, 'pendingEmbeddings'>;
  readonly vectorIndex: Pick<VectorIndex, 'missing'>;
}

/** Chunks that are looked through at a time for those of which another store has no vector: ids and texts of 1 MB. */
const CHUNKS_PER_LOOK = 1_024;

/** What an activity embeds: the first chunks without a vector. The catalog knows those of its own database, other stores are asked. */
export async function pendingChunks(
  { versions, vectorIndex }: PendingPorts,
  spec: VectorIndexSpec,
  versionIds: readonly VersionId[],
): Promise<PendingEmbedding[]> {
  if (spec.store === 'pgvector') return versions.pendingEmbeddings(spec, versionIds, CHUNKS_PER_ACTIVITY);
  const pending: PendingEmbedding[] = [];
  for (let skip = 0; ; skip += CHUNKS_PER_LOOK) {
    const page = await versions.pendingEmbeddings(spec, versionIds, CHUNKS_PER_LOOK, skip);
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
