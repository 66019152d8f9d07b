import type { ErasureBatch, MarkedChunks } from '../../../core/ports/erasure-catalog.js';
import type { DatabaseHandle } from '../database.js';

/** Rows of `version_chunks` a transaction removes: 20 ms on PGlite, where all other clients wait for it. */
const DETACHED_PER_STEP = 500;

// A held version has chunks only if it was live before; one that a newer version has taken the place of meanwhile has no text
// any more.
const DETACH_CHUNKS = `
  with going as (
    select vc.version_id, vc.ordinal
    from knowledge.versions v join knowledge.version_chunks vc using (version_id)
    where v.organization_id = $1 and v.document_id = any ($2::uuid[]) 
      and (v.state in ('erased', 'held') or (v.state <> 'open' and v.published_at is not null and v.text is null))
    limit ${DETACHED_PER_STEP}
  )
  delete from knowledge.version_chunks vc using going
  where vc.version_id = going.version_id and vc.ordinal = going.ordinal
  returning vc.version_id`;

const HAS_NO_VERSION = `not exists (select from knowledge.version_chunks vc where vc.chunk_no = c.chunk_no)`;

// A chunk belongs to one document. In the order of ids, as those that attach chunks lock them.
const LOCK_CHUNKS = `
  select c.chunk_no
  from knowledge.chunks c
  where c.organization_id = $1 and c.document_id = any ($2::uuid[]) and ${HAS_NO_VERSION}
  order by c.chunk_id
  limit $3
  for update of c`;

// A statement of its own: whoever attached one of them while the lock was waited for is seen now.
const MARK_CHUNKS = `
  insert into knowledge.chunks_to_erase (chunk_no, organization_id, document_id)
  select c.chunk_no, c.organization_id, c.document_id
  from knowledge.chunks c
  where c.chunk_no = any ($1::bigint[]) and ${HAS_NO_VERSION}
  on conflict do nothing`;

const MARKED_CHUNKS = `
  select c.chunk_id
  from knowledge.chunks_to_erase m join knowledge.chunks c using (chunk_no)
  where m.organization_id = $1 and m.document_id = any ($2::uuid[])
  order by c.chunk_id
  limit $3`;

export async function markChunks(database: DatabaseHandle, batch: ErasureBatch, limit: number): Promise<MarkedChunks> {
  const { organizationId, documentIds } = batch;
  return database.transaction('markChunks', async (tx) => {
    const detached = await tx.query('detachChunks', DETACH_CHUNKS, [organizationId, documentIds]);
    const locked = await tx.query<{ chunk_no: number }>('lockChunks', LOCK_CHUNKS, [
      organizationId,
      documentIds,
      limit,
    ]);
    await tx.query('markChunks', MARK_CHUNKS, [locked.map((row) => row.chunk_no)]);
    const marked = await tx.query<{ chunk_id: string }>('markedChunks', MARKED_CHUNKS, [
      organizationId,
      documentIds,
      limit,
    ]);
    return { chunkIds: marked.map((row) => row.chunk_id), more: detached.length > 0 || marked.length > 0 };
  });
}
