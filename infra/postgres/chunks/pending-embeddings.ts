import type { VersionId } from '../../../core/contract/ids.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import type { PendingEmbedding } from '../../../core/ports/version-catalog.js';
import type { DatabaseHandle } from '../database.js';
import { vectorTable } from '../vectors/vector-table.js';
import { embeddingInput } from './embedding-input.js';

const TABLE_EXISTS = `select to_regclass($1) is not null as found`;

// Length in tokens first: texts of one length go through the model together, without padding.
function pendingStatement(table: string | null): string {
  return `
  select distinct on (c.token_count, c.chunk_no) c.chunk_id, c.document_id, c.prefix, c.text, c.input_sha256, c.token_count
  from knowledge.version_chunks vc
  join knowledge.chunks c using (chunk_no)
  where vc.version_id = any ($1::uuid[])
    ${table ? `and not exists (select from ${table} stored where stored.chunk_no = c.chunk_no)` : ''}
  order by c.token_count, c.chunk_no
  limit $2 offset $3`;
}

interface PendingRow {
  chunk_id: string;
  document_id: string;
  prefix: string;
  text: string;
  input_sha256: string;
  token_count: number;
}

export async function pendingEmbeddings(
  database: DatabaseHandle,
  spec: VectorIndexSpec,
  versionIds: readonly VersionId[],
  { limit, skip = 0 }: { readonly limit: number; readonly skip?: number },
): Promise<PendingEmbedding[]> {
  const table = vectorTable(spec);
  const [prepared] = await database.query<{ found: boolean }>('vectorTableExists', TABLE_EXISTS, [table]);
  const statement = pendingStatement(prepared?.found ? table : null);
  const rows = await database.query<PendingRow>('pendingEmbeddings', statement, [versionIds, limit, skip]);
  return rows.map((row) => ({
    chunkId: row.chunk_id,
    documentId: row.document_id,
    input: embeddingInput(row),
    inputSha256: row.input_sha256,
    tokenCount: row.token_count,
  }));
}
