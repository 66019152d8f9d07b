import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from './vector-index-row.js';

const LIVE_VECTOR_INDEXES = `
  select ${VECTOR_INDEX_COLUMNS} from knowledge.vector_indexes
  where organization_id = $1 and ($2::uuid[] is null or collection_id = any ($2)) and state = 'live'
  order by vector_index_id`;

export async function liveVectorIndexes(database: Queryable, scope: AccessScope): Promise<VectorIndexSpec[]> {
  const rows = await database.query<VectorIndexRow>('liveVectorIndexes', LIVE_VECTOR_INDEXES, [
    scope.organizationId,
    scopedCollections(scope),
  ]);
  return rows.map(toVectorIndexSpec);
}
