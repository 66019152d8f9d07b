import { randomUUID } from 'node:crypto';
import { Failure } from '../../../core/contract/failures.js';
import type { NewVectorIndex } from '../../../core/ports/vector-index-catalog.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { Queryable } from '../database.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from './vector-index-row.js';

const LIVE_VECTOR_INDEX = `
  select ${VECTOR_INDEX_COLUMNS} from knowledge.vector_indexes
  where organization_id = $1 and collection_id = $2 and state = 'live'`;

// The partial unique index lets one of several that ask at once make it. Locked: of what is skipped at this moment either the
// collection knows already, or whoever notes it finds this index.
const MAKE_VECTOR_INDEX = `
  insert into knowledge.vector_indexes (vector_index_id, organization_id, collection_id, model_name, model_revision,
    dimensions, max_tokens, store, state, vectors_skipped)
  select $3, organization_id, collection_id, $4, $5, $6, $7, $8, 'live', vectors_skipped
  from knowledge.collections where organization_id = $1 and collection_id = $2
  for share
  on conflict do nothing`;

/**
 * Asked for every batch that is embedded, so the way of the second and later calls is one statement. The store is that of an
 * index which is made now: one that is there stays where it is.
 */
export async function ensureVectorIndex(
  database: Queryable,
  { organizationId, collectionId, model, store }: NewVectorIndex,
): Promise<VectorIndexSpec> {
  const find = () =>
    database.query<VectorIndexRow>('liveVectorIndex', LIVE_VECTOR_INDEX, [organizationId, collectionId]);
  let [row] = await find();
  if (!row) {
    const { name, revision, dimensions, maxTokens } = model;
    const values = [organizationId, collectionId, randomUUID(), name, revision, dimensions, maxTokens, store];
    await database.query('makeVectorIndex', MAKE_VECTOR_INDEX, values);
    [row] = await find();
  }
  if (!row) throw new Failure('COLLECTION_MISSING');
  if (row.model_name !== model.name || row.model_revision !== model.revision || row.dimensions !== model.dimensions) {
    throw new Failure('MODEL_MISMATCH', { detail: `indexed=${row.dimensions}, configured=${model.dimensions}` });
  }
  return toVectorIndexSpec(row);
}
