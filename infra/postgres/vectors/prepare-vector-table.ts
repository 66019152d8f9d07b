import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { DatabaseHandle } from '../database.js';
import { vectorTable, vectorType } from './vector-table.js';

/** Bytes of a vector that still lies in its row on a page of 8 kB; a longer one goes to the TOAST table. */
const MAX_INLINE_BYTES = 7_800;

/**
 * Inline where it fits, as a scan that fetches each vector from a TOAST table reads three times the pages. No foreign
 * key to the chunks: inserting joins them, and the check would lock and rewrite a chunk's row for each vector.
 */
function createStatements(spec: VectorIndexSpec): string[] {
  const table = vectorTable(spec);
  const [name] = table.split('.').slice(-1);
  const { column } = vectorType(spec);
  const bytes = spec.model.dimensions * (column.startsWith('halfvec') ? 2 : 4);
  return [
    `create table if not exists ${table} (
       chunk_no bigint primary key,
       document_id uuid not null,
       embedding ${column} not null
     )`,
    `alter table ${table} alter column embedding set storage ${bytes <= MAX_INLINE_BYTES ? 'plain' : 'external'}`,
    // For a search among the chunks of a list of documents.
    `create index if not exists ${name}_documents on ${table} (document_id)`,
  ];
}

const PROTECT = `select vectors.protect($1::regclass, $2)`;

export const TABLE_EXISTS = `select to_regclass($1) is not null as found`;

/** Asked for every batch: one look-up when the table is there. Two that make it at once: one makes it. */
export async function prepareVectorTable(database: DatabaseHandle, spec: VectorIndexSpec): Promise<void> {
  const exists = async () => {
    const [row] = await database.query<{ found: boolean }>('vectorTableExists', TABLE_EXISTS, [vectorTable(spec)]);
    return row?.found ?? false;
  };
  if (await exists()) return;
  try {
    await database.transaction('makeVectorTable', async (tx) => {
      for (const statement of createStatements(spec)) await tx.query('makeVectorTable', statement);
      await tx.query('protectVectorTable', PROTECT, [vectorTable(spec), spec.organizationId]);
    });
  } catch (error) {
    // "if not exists" is no lock: the other one has made it by the time this one is refused.
    if (!(await exists())) throw error;
  }
}
