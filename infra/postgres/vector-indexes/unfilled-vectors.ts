import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { SearchableVectors, UnfilledIndex } from '../../../core/ports/vector-index-catalog.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from '../collections/vector-index-row.js';
import type { Queryable } from '../database.js';
import { scopedCollections } from '../scope-parameters.js';

const LIVE_VECTOR_INDEX = `
  left join lateral (
    select ${VECTOR_INDEX_COLUMNS}, vectors_skipped, vectors_filled from knowledge.vector_indexes i
    where i.collection_id = k.collection_id and i.state = 'live'
  ) live on true`;
// Vectors are missing where some were skipped since the last filling, and where there is no vector index at all.
const VECTORS_ARE_MISSING = `
  k.live_chunks > 0 and (live.vector_index_id is null or live.vectors_skipped > live.vectors_filled)`;

const SEARCHABLE = `
  select live.*, ${VECTORS_ARE_MISSING} as missing
  from knowledge.collections k ${LIVE_VECTOR_INDEX}
  where k.organization_id = $1 and ($2::uuid[] is null or k.collection_id = any ($2))
  order by live.vector_index_id`;

const UNFILLED = `
  select k.organization_id, k.collection_id, live.vector_index_id,
    coalesce(live.vectors_skipped, k.vectors_skipped) as vectors_skipped
  from knowledge.collections k ${LIVE_VECTOR_INDEX}
  where ${VECTORS_ARE_MISSING}
  union all
  select organization_id, collection_id, vector_index_id, vectors_skipped
  from knowledge.vector_indexes
  where state = 'retired' and vectors_skipped > vectors_filled
  order by collection_id, vector_index_id`;

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

export async function unfilledIndexes(database: Queryable): Promise<UnfilledIndex[]> {
  const rows = await database.query<{
    organization_id: string;
    collection_id: string;
    vector_index_id: string | null;
    vectors_skipped: number;
  }>('unfilledIndexes', UNFILLED);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    ...(row.vector_index_id === null ? {} : { vectorIndexId: row.vector_index_id }),
    skipped: row.vectors_skipped,
  }));
}
