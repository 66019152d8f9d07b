import type { AccessScope } from '../ports/access-scope.js';
import type { DocumentCatalog, LiveChunk } from '../ports/document-catalog.js';
import type { SearchFilter } from '../ports/search-filter.js';
import type { FusedChunk } from './fusion.js';

export interface RetrievedChunk {
  readonly chunk: LiveChunk;
  readonly fused: FusedChunk;
  /** How well the reranker says that it answers, 0…1; absent where it was not asked. */
  readonly rerankScore?: number;
}

type InForce = NonNullable<SearchFilter['inForce']>;

/** The best `topK` that are still live: one may have been withdrawn since its leg found it, so further ones are read. */
export async function readHits(
  documents: DocumentCatalog,
  input: { scope: AccessScope; inForce: InForce; fused: readonly FusedChunk[]; topK: number },
): Promise<RetrievedChunk[]> {
  let hits: RetrievedChunk[] = [];
  for (let from = 0; hits.length < input.topK && from < input.fused.length;) {
    const batch = input.fused.slice(from, from + input.topK - hits.length);
    from += batch.length;
    const live = await documents.liveChunks(
      input.scope,
      batch.map(({ chunkId }) => chunkId),
    );
    const chunks = new Map(live.map((chunk) => [chunk.chunkId, chunk]));
    for (const fused of batch) {
      const chunk = chunks.get(fused.chunkId);
      if (chunk) hits.push({ chunk, fused });
    }
    hits = withoutReplaced(hits, input.inForce);
  }
  return hits;
}

/**
 * A successor that came between the legs is found by one, and its predecessor by the other: only the successor is shown. Where
 * both legs came before it, the predecessor is, as it was in force then.
 */
function withoutReplaced(hits: RetrievedChunk[], { on, withSuperseded }: InForce): RetrievedChunk[] {
  if (withSuperseded || !hits.some(({ chunk }) => chunk.supersededBy)) return hits;
  const found = new Set(hits.map(({ chunk }) => chunk.documentId));
  return hits.filter(({ chunk: { supersededBy } }) => {
    return !(supersededBy && supersededBy.from <= on && found.has(supersededBy.documentId));
  });
}
