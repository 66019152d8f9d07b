import type { Pool } from 'pg';
import type { CollectionId } from '../../core/contract/ids.js';
import type { ErasureReceipt } from '../../core/ports/erasure-catalog.js';
import type { Catalog } from '../../core/ports/catalog.js';
import type { Collection } from '../../core/ports/collection-catalog.js';
import type { ObjectStore } from '../../core/ports/object-store.js';
import type { VectorIndex } from '../../core/ports/vector-index.js';
import { eraseBatch } from '../../activities/erasing/erase-batch.js';

/** The activity's work on all that is due in a collection. */
export async function eraseDue(
  world: { catalog: Catalog; vectorIndex: VectorIndex; objects: ObjectStore },
  collection: Pick<Collection, 'organizationId' | 'collectionId'>,
): Promise<ErasureReceipt[]> {
  const { organizationId, collectionId } = collection;
  const receipts: ErasureReceipt[] = [];
  const localFiles = { evict: () => Promise.resolve(), withLocalCopy: () => Promise.reject(new Error('not read')) };
  for (;;) {
    const documentIds = await world.catalog.erasures.dueDocuments({ organizationId, collectionId }, 20);
    if (documentIds.length === 0) return receipts;
    const batch = { organizationId, collectionId, documentIds };
    receipts.push(...(await eraseBatch({ ...world, localFiles }, batch, new AbortController().signal)));
  }
}

/**
 * Tables of all our schemas with a row that holds the word, whatever the type of its column: text, JSON, arrays, lexemes,
 * bytes.
 */
export async function tablesWith(pool: Pool, word: string): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_schema in ('knowledge', 'auth', 'compliance', 'ops', 'vectors') and table_type = 'BASE TABLE'
    order by 1`);
  const hex = Buffer.from(word, 'utf8').toString('hex');
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ found: boolean }>(
      `select exists (select from ${name} t where t::text ilike '%' || $1 || '%' or t::text like '%' || $2 || '%') as found`,
      [word, hex],
    );
    if (rows[0]?.found) found.push(name);
  }
  return found;
}

/** Rows of a collection by table, of what an erasure removes. */
export async function leftOf(pool: Pool, collectionId: CollectionId): Promise<Record<string, number>> {
  const { rows } = await pool.query<Record<string, number>>(
    `select
       (select count(*)::int from knowledge.chunks where collection_id = $1) as chunks,
       (select count(*)::int from knowledge.chunks_to_erase) as marks,
       (select count(*)::int from knowledge.version_chunks vc join knowledge.versions v using (version_id)
          join knowledge.documents d using (document_id) where d.collection_id = $1) as version_chunks`,
    [collectionId],
  );
  return rows[0] ?? {};
}
