import type { ChunkId, CollectionId, DocumentId } from '../../../core/contract/ids.js';
import type { ObjectRef } from '../../../core/contract/object-ref.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { DeletedDocument, DocumentCatalog, DocumentView, LiveChunk } from '../../../core/ports/document-catalog.js';
import type { PageRecord } from '../../../core/reading/reading.js';
import type { Database } from '../database.js';
import { levelsUpTo } from '../safety-levels.js';
import { scopedCollections } from '../scope-parameters.js';
import { isUuid, storableText } from '../storable.js';
import { readLedger } from '../versions/record-pages.js';
import { deleteDocument } from './delete-document.js';
import { DOCUMENT_COLUMNS, DOCUMENTS_WITH_VERSION, type DocumentRow, IN_SCOPE, toDocumentView } from './document-row.js';
import { JOIN_LIVE_VERSION, LIVE_CHUNK_COLUMNS, type LiveChunkRow, toLiveChunk } from './live-chunk-row.js';
import { Parameters, visibleDocuments } from './visible-documents.js';

const GET_DOCUMENT = `
  select ${DOCUMENT_COLUMNS} from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE} and d.document_id = $4`;

const LIST_DOCUMENTS = `
  select ${DOCUMENT_COLUMNS} from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE} and d.deleted_at is null
    and ($4::uuid is null or d.collection_id = $4)
    and ($5::text is null or d.external_id = $5)
    and ($6::uuid is null or d.creation_no < (select creation_no from knowledge.documents where document_id = $6))
  order by d.creation_no desc
  limit $7`;

const LIVE_TEXT = `
  select v.text from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE} and d.document_id = $4 and d.live_version_id is not null`;

const LEDGER_VERSION = `
  select v.version_id from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE} and d.document_id = $4 and d.deleted_at is null`;

// Of the newest version, live or not: its original is what the content team uploaded last.
const SOURCE_OBJECT = `
  select r.object_key, r.object_sha256, r.object_size_bytes
  from ${DOCUMENTS_WITH_VERSION.replace('r.run_id = v.run_id', `r.run_id = (
    select newest.run_id from knowledge.versions newest
    where newest.document_id = d.document_id
    order by newest.sequence desc limit 1)`)}
  where ${IN_SCOPE} and d.document_id = $4 and d.deleted_at is null`;

export class PgDocumentCatalog implements DocumentCatalog {
  constructor(private readonly database: Database) {}

  async get(scope: AccessScope, documentId: DocumentId): Promise<DocumentView | null> {
    const [row] = await this.#ofDocument<DocumentRow>('getDocument', GET_DOCUMENT, scope, documentId);
    return row ? toDocumentView(row) : null;
  }

  async list(
    scope: AccessScope,
    options: { limit: number; collectionId?: CollectionId; externalId?: string; after?: DocumentId },
  ): Promise<DocumentView[]> {
    const { collectionId, after, externalId } = options;
    if ([collectionId, after].some((id) => id !== undefined && !isUuid(id))) return [];
    const rows = await this.database.query<DocumentRow>('listDocuments', LIST_DOCUMENTS, [
      ...scopeValues(scope),
      collectionId ?? null,
      externalId === undefined ? null : storableText(externalId),
      after ?? null,
      options.limit,
    ]);
    return rows.map(toDocumentView);
  }

  async liveText(scope: AccessScope, documentId: DocumentId): Promise<string | null> {
    const [row] = await this.#ofDocument<{ text: string }>('liveText', LIVE_TEXT, scope, documentId);
    return row?.text ?? null;
  }

  async pages(scope: AccessScope, documentId: DocumentId): Promise<PageRecord[] | null> {
    const [row] = await this.#ofDocument<{ version_id: string }>('ledgerVersion', LEDGER_VERSION, scope, documentId);
    return row ? readLedger(this.database, row.version_id) : null;
  }

  async chunks(scope: AccessScope, documentId: DocumentId): Promise<LiveChunk[] | null> {
    if (!isUuid(documentId)) return null;
    const parameters = new Parameters();
    const visible = visibleDocuments(scope, { documentIds: [documentId] }, parameters);
    // One statement, so that a publication at this moment is seen whole or not at all.
    const rows = await this.database.query<LiveChunkRow>(
      'chunksOfDocument',
      `select ${LIVE_CHUNK_COLUMNS}
       from knowledge.chunks c ${JOIN_LIVE_VERSION}
       where ${visible}
       order by vc.ordinal`,
      parameters.values,
    );
    if (rows.length > 0) return rows.map(toLiveChunk);
    return (await this.liveText(scope, documentId)) === null ? null : [];
  }

  async liveChunks(scope: AccessScope, chunkIds: readonly ChunkId[]): Promise<LiveChunk[]> {
    const asked = chunkIds.filter(isUuid);
    if (asked.length === 0) return [];
    const parameters = new Parameters();
    const ids = parameters.add(asked);
    const visible = visibleDocuments(scope, {}, parameters);
    const rows = await this.database.query<LiveChunkRow>(
      'liveChunks',
      `select ${LIVE_CHUNK_COLUMNS}
       from unnest(${ids}::uuid[]) with ordinality asked (chunk_id, place)
       join knowledge.chunks c using (chunk_id) ${JOIN_LIVE_VERSION}
       where ${visible}
       order by asked.place`,
      parameters.values,
    );
    return rows.map(toLiveChunk);
  }

  delete(scope: AccessScope, documentId: DocumentId, actor: string): Promise<DeletedDocument | null> {
    return deleteDocument(this.database, { scope, documentId, actor });
  }

  async sourceObject(scope: AccessScope, documentId: DocumentId): Promise<ObjectRef | null> {
    interface SourceRow {
      object_key: string;
      object_sha256: string;
      object_size_bytes: number;
    }
    const [row] = await this.#ofDocument<SourceRow>('sourceObject', SOURCE_OBJECT, scope, documentId);
    return row ? { key: row.object_key, sha256: row.object_sha256, sizeBytes: row.object_size_bytes } : null;
  }

  async #ofDocument<Row>(
    operation: string,
    statement: string,
    scope: AccessScope,
    documentId: DocumentId,
  ): Promise<Row[]> {
    if (!isUuid(documentId)) return [];
    return this.database.query<Row>(operation, statement, [...scopeValues(scope), documentId]);
  }
}

function scopeValues(scope: AccessScope): unknown[] {
  return [scope.organizationId, scopedCollections(scope), levelsUpTo(scope.safetyLevel)];
}
