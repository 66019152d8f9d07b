import type { ChunkId, CollectionId, OrganizationId } from '../../../core/contract/ids.js';
import type { CollectionSize, PlacedChunk } from '../../../core/ports/vector-index-catalog.js';
import type { PendingEmbedding } from '../../../core/ports/version-catalog.js';
import { embeddingInput } from '../chunks/embedding-input.js';
import type { Queryable } from '../database.js';
import { isUuid } from '../storable.js';

// By the primary key, so that a collection is gone through once however many pages that takes.
const CHUNKS_BEHIND = `
  select c.chunk_id, c.chunk_no
  from knowledge.chunks c
  where c.chunk_no > $3 and c.organization_id = $1 and c.collection_id = $2
    and exists (select from knowledge.documents d where d.document_id = c.document_id and d.deleted_at is null)
  order by c.chunk_no
  limit $4`;

const SIZE = `
  select count(*) as chunks, coalesce(sum(c.token_count), 0)::bigint as tokens,
    count(*) filter (where c.token_count > $3) as longer
  from knowledge.chunks c
  where c.organization_id = $1 and c.collection_id = $2
    and exists (select from knowledge.documents d where d.document_id = c.document_id and d.deleted_at is null)`;

const EMBEDDING_INPUTS = `
  select c.chunk_id, c.document_id, c.prefix, c.text, c.input_sha256, c.token_count
  from knowledge.chunks c
  where c.organization_id = $1 and c.chunk_id = any ($2::uuid[])
  order by c.token_count, c.chunk_no`;

export async function chunksBehind(
  database: Queryable,
  input: { organizationId: OrganizationId; collectionId: CollectionId; place: number; limit: number },
): Promise<PlacedChunk[]> {
  const rows = await database.query<{ chunk_id: string; chunk_no: number }>('chunksBehind', CHUNKS_BEHIND, [
    input.organizationId,
    input.collectionId,
    input.place,
    input.limit,
  ]);
  return rows.map((row) => ({ chunkId: row.chunk_id, place: row.chunk_no }));
}

export async function embeddingInputs(
  database: Queryable,
  organizationId: OrganizationId,
  chunkIds: readonly ChunkId[],
): Promise<PendingEmbedding[]> {
  const rows = await database.query<{
    chunk_id: string;
    document_id: string;
    prefix: string;
    text: string;
    input_sha256: string;
    token_count: number;
  }>('embeddingInputs', EMBEDDING_INPUTS, [organizationId, chunkIds.filter(isUuid)]);
  return rows.map((row) => ({
    chunkId: row.chunk_id,
    documentId: row.document_id,
    input: embeddingInput(row),
    inputSha256: row.input_sha256,
    tokenCount: row.token_count,
  }));
}

export async function collectionSize(
  database: Queryable,
  input: { organizationId: OrganizationId; collectionId: CollectionId; longerThan: number },
): Promise<CollectionSize> {
  const { organizationId, collectionId, longerThan } = input;
  const [size] = await database.query<CollectionSize>('collectionSize', SIZE, [
    organizationId,
    collectionId,
    longerThan,
  ]);
  return size ?? { chunks: 0, tokens: 0, longer: 0 };
}
