import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { Queryable } from '../database.js';
import { vectorTable } from './vector-table.js';

/** `broken`: a build that was interrupted left it behind; it slows inserting and is never searched. */
export type HnswState = 'none' | 'building' | 'broken' | 'ready';

const STATE = `
  select case
    when exists (select from pg_stat_progress_create_index where relid = to_regclass($1)) then 'building'
    when i.indexrelid is null then 'none'
    when i.indisvalid then 'ready'
    else 'broken' end as state
  from (select to_regclass($2) as id) asked left join pg_index i on i.indexrelid = asked.id`;

/** Name of a table's HNSW index, with its schema. */
export function hnswIndex(spec: VectorIndexSpec): string {
  return `${vectorTable(spec)}_hnsw`;
}

export async function hnswState(database: Queryable, spec: VectorIndexSpec): Promise<HnswState> {
  const [row] = await database.query<{ state: HnswState }>('hnswState', STATE, [vectorTable(spec), hnswIndex(spec)]);
  return row?.state ?? 'none';
}
