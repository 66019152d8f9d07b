import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchFilter } from '../../../core/ports/search-filter.js';
import type { ScoredChunk, VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { Database } from '../database.js';
import { Parameters, visibleDocuments } from '../documents/visible-documents.js';
import { vectorLiteral, vectorTable, vectorType } from './vector-table.js';

export interface VectorSearchInput {
  readonly scope: AccessScope;
  readonly specs: readonly VectorIndexSpec[];
  readonly vector: Float32Array;
  readonly filter: SearchFilter;
  readonly k: number;
}

/** The k best of all specs, each searched for its own k best. */
export async function searchVectors(database: Database, input: VectorSearchInput): Promise<ScoredChunk[]> {
  if (input.specs.length === 0 || input.k <= 0) return [];
  const parameters = new Parameters();
  const vector = parameters.add(vectorLiteral(input.vector));
  const visible = visibleDocuments(input.scope, input.filter, parameters);
  const k = parameters.add(input.k);
  const legs = input.specs.map(
    (spec) => `(
    select c.chunk_id, s.embedding <=> ${vector}::${vectorType(spec).column} as distance
    from ${vectorTable(spec)} s
    join knowledge.documents d using (document_id)
    join knowledge.collections k on k.collection_id = d.collection_id
    join knowledge.version_chunks vc on vc.version_id = d.live_version_id and vc.chunk_no = s.chunk_no
    join knowledge.chunks c on c.chunk_no = s.chunk_no
    where ${visible}
    order by distance
    limit ${k})`,
  );
  const rows = await database.query<{ chunk_id: string; score: number }>(
    'vectorSearch',
    `select chunk_id, 1 - distance as score from (${legs.join('\n  union all ')}) found
     order by distance, chunk_id limit ${k}`,
    parameters.values,
  );
  return rows.map((row) => ({ chunkId: row.chunk_id, score: row.score }));
}
