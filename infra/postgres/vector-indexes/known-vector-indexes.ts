import type { Pool } from 'pg';
import type { VectorIndexId } from '../../../core/contract/ids.js';
import { Database } from '../database.js';

const KNOWN = `select vector_index_id from knowledge.vector_indexes`;

/** Ids of all generations, in whatever store and state, of all organizations: what has storage and is not here is an orphan. */
export async function knownVectorIndexes(pool: Pool): Promise<ReadonlySet<VectorIndexId>> {
  const rows = await new Database(pool)
    .forSystem('orphans are what no organization has')
    .query<{ vector_index_id: string }>('knownVectorIndexes', KNOWN);
  return new Set(rows.map((row) => row.vector_index_id));
}
