import type { ChunkId, OrganizationId } from '../../../core/contract/ids.js';
import type { ErasureBatch } from '../../../core/ports/erasure-catalog.js';
import type { OrphanCatalog } from '../../../core/ports/orphan-catalog.js';
import type { Database } from '../database.js';
import { isUuid } from '../storable.js';
import { unneededObjects } from './unneeded-objects.js';

const ORGANIZATIONS = `select organization_id from knowledge.organizations order by organization_id`;

/** Documents a step names: their chunks are looked for again in each of its small transactions. */
const DOCUMENTS_PER_STEP = 20;

// A chunk is stored before a version has it, and stays when a later try cuts the text in another way.
const DETACHED_CHUNKS = `
  with detached as (
    select c.collection_id, c.document_id
    from knowledge.chunks c
    where c.organization_id = $1 and c.created_at < $2
      and not exists (select from knowledge.version_chunks vc where vc.chunk_no = c.chunk_no)
  )
  select collection_id, (array_agg(distinct document_id))[1:${DOCUMENTS_PER_STEP}] as document_ids
  from detached group by collection_id order by collection_id limit 1`;

const STORED_CHUNKS = `
  select chunk_id from knowledge.chunks where organization_id = $1 and chunk_id = any ($2::uuid[])`;

const ERASE_EMBEDDINGS = `
  with going as (
    select e.model_key, e.input_sha256
    from knowledge.embedding_cache e
    where e.organization_id = $1 and e.created_at < $2 and not exists (
      select from knowledge.chunks c where c.organization_id = $1 and c.input_sha256 = e.input_sha256)
    limit $3
  )
  delete from knowledge.embedding_cache e using going
  where e.organization_id = $1 and e.model_key = going.model_key and e.input_sha256 = going.input_sha256
  returning e.input_sha256`;

export class PgOrphanCatalog implements OrphanCatalog {
  constructor(private readonly database: Database) {}

  async organizations(): Promise<OrganizationId[]> {
    const rows = await this.database
      .forSystem('asks which organizations there are')
      .query<{ organization_id: string }>('listOrganizations', ORGANIZATIONS);
    return rows.map((row) => row.organization_id);
  }

  unneededObjects(organizationId: OrganizationId, keys: readonly string[]): Promise<string[]> {
    return unneededObjects(this.database.forOrganization(organizationId), organizationId, keys);
  }

  async detachedChunks(organizationId: OrganizationId, before: Date): Promise<ErasureBatch | null> {
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<{ collection_id: string; document_ids: string[] }>('detachedChunks', DETACHED_CHUNKS, [
        organizationId,
        before,
      ]);
    return row ? { organizationId, collectionId: row.collection_id, documentIds: row.document_ids } : null;
  }

  async storedChunks(organizationId: OrganizationId, chunkIds: readonly ChunkId[]): Promise<ChunkId[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<{ chunk_id: string }>('storedChunks', STORED_CHUNKS, [organizationId, chunkIds.filter(isUuid)]);
    return rows.map((row) => row.chunk_id);
  }

  async eraseEmbeddings(organizationId: OrganizationId, before: Date, limit: number): Promise<number> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query('eraseUnusedEmbeddings', ERASE_EMBEDDINGS, [organizationId, before, limit]);
    return rows.length;
  }
}
