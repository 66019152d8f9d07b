import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchableVectors, UnfilledCollection } from '../../../core/ports/vector-index-catalog.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from '../collections/vector-index-row.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';

const LIVE_VECTOR_INDEX = `
  left join lateral (
    select ${VECTOR_INDEX_COLUMNS} from knowledge.vector_indexes i
    where i.collection_id = k.collection_id and i.state = 'live'
  ) live on true`;
// Vectors are missing where some were skipped since the last filling, and where there is no vector index at all.
const VECTORS_ARE_MISSING = `
  k.live_chunks > 0 and (k.vectors_skipped > k.vectors_filled or live.vector_index_id is null)`;

const SEARCHABLE = `
  select live.*, ${VECTORS_ARE_MISSING} as missing
  from knowledge.collections k ${LIVE_VECTOR_INDEX}
  where k.organization_id = $1 and ($2::uuid[] is null or k.collection_id = any ($2))
  order by live.vector_index_id`;

const UNFILLED = `
  select k.organization_id, k.collection_id, k.vectors_skipped
  from knowledge.collections k ${LIVE_VECTOR_INDEX}
  where ${VECTORS_ARE_MISSING}
  order by k.collection_id`;

type SearchableRow = { missing: boolean } & (VectorIndexRow | { vector_index_id: null });

export async function searchableVectors(database: Queryable, scope: AccessScope): Promise<SearchableVectors> {
  const rows = await database.query<SearchableRow>('searchableVectors', SEARCHABLE, [
    scope.organizationId,
    scopedCollections(scope),
  ]);
  return {
    specs: rows.flatMap((row) => (row.vector_index_id === null ? [] : [toVectorIndexSpec(row)])),
    complete: !rows.some((row) => row.missing),
  };
}

export async function unfilledCollections(database: Queryable): Promise<UnfilledCollection[]> {
  const rows = await database.query<{ organization_id: string; collection_id: string; vectors_skipped: number }>(
    'unfilledCollections',
    UNFILLED,
  );
  return rows.map((row) => ({
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    skipped: row.vectors_skipped,
  }));
}
