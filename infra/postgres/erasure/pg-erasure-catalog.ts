import type { ChunkId, DocumentId, OrganizationId } from '../../../core/contract/ids.js';
import type {
  DueErasure,
  ErasureBatch,
  ErasureCatalog,
  ErasureReceipt,
  ErasureStatus,
  MarkedChunks,
  ReleasedObjects,
  RemovedObjects,
} from '../../../core/ports/erasure-catalog.js';
import type { VectorIndexSpec } from '../../../core/ports/vector-index.js';
import { toVectorIndexSpec, VECTOR_INDEX_COLUMNS, type VectorIndexRow } from '../collections/vector-index-row.js';
import type { Database } from '../database.js';
import { isUuid } from '../storable.js';
import { dueDocuments, dueErasures } from './due-erasures.js';
import { eraseChunks } from './erase-chunks.js';
import { eraseVersions } from './erase-versions.js';
import { type FinishedRow, finishErasures, toReceipt } from './finish-erasures.js';
import { markChunks } from './mark-chunks.js';
import { releaseObjects } from './release-objects.js';

const VECTOR_INDEXES = `
  select ${VECTOR_INDEX_COLUMNS} from knowledge.vector_indexes
  where organization_id = $1 and collection_id = $2
  order by vector_index_id`;

const LATEST = `
  select e.document_id, e.up_to_sequence, e.finished_at, e.versions, e.chunks, e.postings, e.vectors, e.embeddings,
    e.objects, e.ordered_at + make_interval(days => c.retention_days) as erase_at
  from knowledge.erasures e
  join knowledge.collections c on c.organization_id = e.organization_id and c.collection_id = e.collection_id
  where e.organization_id = $1 and e.document_id = $2
  order by e.up_to_sequence desc
  limit 1`;

export class PgErasureCatalog implements ErasureCatalog {
  constructor(private readonly database: Database) {}

  async latest(organizationId: OrganizationId, documentId: DocumentId): Promise<ErasureStatus | null> {
    if (!isUuid(documentId)) return null;
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<Omit<FinishedRow, 'finished_at'> & { finished_at: Date | null; erase_at: Date }>('latestErasure', LATEST, [
        organizationId,
        documentId,
      ]);
    if (!row) return null;
    const { finished_at, erase_at: eraseAt } = row;
    return { eraseAt, receipt: finished_at === null ? null : toReceipt({ ...row, finished_at }) };
  }

  due(): Promise<DueErasure[]> {
    return dueErasures(this.database.forSystem('a schedule looks for what is due in any organization'));
  }

  dueDocuments(collection: DueErasure, limit: number): Promise<DocumentId[]> {
    return dueDocuments(this.database.forOrganization(collection.organizationId), collection, limit);
  }

  eraseVersions(batch: ErasureBatch): Promise<void> {
    return eraseVersions(this.database.forOrganization(batch.organizationId), batch);
  }

  markChunks(batch: ErasureBatch, limit: number): Promise<MarkedChunks> {
    return markChunks(this.database.forOrganization(batch.organizationId), batch, limit);
  }

  async vectorIndexes({ organizationId, collectionId }: DueErasure): Promise<VectorIndexSpec[]> {
    const rows = await this.database
      .forOrganization(organizationId)
      .query<VectorIndexRow>('vectorIndexes', VECTOR_INDEXES, [organizationId, collectionId]);
    return rows.map(toVectorIndexSpec);
  }

  eraseChunks(batch: ErasureBatch, chunkIds: readonly ChunkId[], hadVectors: readonly ChunkId[]): Promise<void> {
    return eraseChunks(this.database.forOrganization(batch.organizationId), batch, chunkIds, hadVectors);
  }

  releaseObjects(batch: ErasureBatch): Promise<ReleasedObjects[]> {
    return releaseObjects(this.database.forOrganization(batch.organizationId), batch);
  }

  finish(batch: ErasureBatch, removed: readonly RemovedObjects[]): Promise<ErasureReceipt[]> {
    return finishErasures(this.database.forOrganization(batch.organizationId), batch, removed);
  }
}
