import type { ChunkId, DocumentId, OrganizationId, VersionId } from '../../../core/contract/ids.js';
import type { ObjectRef } from '../../../core/contract/object-ref.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type {
  ChunkPlace,
  ConfirmedDocument,
  DeletedDocument,
  DocumentCatalog,
  DocumentObjects,
  DocumentListing,
  DocumentView,
  AccountedVersion,
  LedgerVersion,
  LiveChunk,
  PageLedger,
  VersionChoice,
  VersionRecord,
  VersionText,
} from '../../../core/ports/document-catalog.js';
import type { Database } from '../database.js';
import { isUuid } from '../storable.js';
import { scopeValues, VERSION_SEEN } from '../visibility.js';
import { readLedger } from '../versions/record-pages.js';
import { confirmDocument } from './confirm-document.js';
import { documentObjects } from './document-objects.js';
import { readAccount } from './read-account.js';
import { deleteDocument } from './delete-document.js';
import {
  DOCUMENT_COLUMNS,
  DOCUMENTS_WITH_VERSION,
  type DocumentRow,
  IN_SCOPE,
  toDocumentView,
} from './document-row.js';
import { listDocuments } from './list-documents.js';
import { listVersions } from './list-versions.js';
import { readVersionText } from './version-text.js';
import { LIVE_CHUNK_COLUMNS, LIVE_CHUNK_IN_SCOPE, type LiveChunkRow, toLiveChunk } from './live-chunk-row.js';

const GET_DOCUMENT = `
  select ${DOCUMENT_COLUMNS} from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE} and d.document_id = $4`;

const LIVE_TEXT = `
  select v.text from ${DOCUMENTS_WITH_VERSION}
  where ${IN_SCOPE} and d.document_id = $4 and d.live_version_id is not null`;

// $5: "live", "newest", or null where $6 names the version. The document must be in scope as it stands, and the version by
// itself.
const LEDGER_VERSION = `
  select chosen.version_id
  from ${DOCUMENTS_WITH_VERSION}
  cross join lateral (
    select one.version_id from knowledge.versions one
    where one.document_id = d.document_id
      and case $5::text when 'live' then one.version_id = v.version_id when 'newest' then true else one.version_id = $6 end
    order by one.sequence desc, one.number desc limit 1
  ) chosen
  where ${IN_SCOPE} and d.document_id = $4 and d.deleted_at is null
    and exists (
      select from knowledge.versions v join knowledge.runs r using (run_id)
      where v.version_id = chosen.version_id and ${VERSION_SEEN})`;

// One statement, so that a publication at this moment is seen whole or not at all. The limit has the document found
// first, and its chunks through the live version.
const CHUNKS_OF_DOCUMENT = `
  select ${LIVE_CHUNK_COLUMNS}
  from (select * from knowledge.documents where document_id = $4 limit 1) d
  join knowledge.collections k on k.collection_id = d.collection_id
  join knowledge.versions v on v.version_id = d.live_version_id
  join knowledge.version_chunks vc on vc.version_id = v.version_id
  join knowledge.chunks c on c.chunk_no = vc.chunk_no
  where ${LIVE_CHUNK_IN_SCOPE}
    and ($5::uuid is null or (v.version_id = $5 and vc.ordinal > $6::integer))
  order by vc.ordinal
  limit $7::bigint`;

// Chunk by chunk, each by its keys; joined as a whole, all live chunks were read for the sake of twenty.
const LIVE_CHUNKS = `
  select ${LIVE_CHUNK_COLUMNS}
  from unnest($4::uuid[]) with ordinality asked (chunk_id, place)
  cross join lateral (select * from knowledge.chunks where chunk_id = asked.chunk_id offset 0) c
  cross join lateral (select * from knowledge.documents where document_id = c.document_id offset 0) d
  cross join lateral (
    select * from knowledge.version_chunks where version_id = d.live_version_id and chunk_no = c.chunk_no offset 0
  ) vc
  cross join lateral (
    select version_id, number, source_sha256, partial, published_at
    from knowledge.versions where version_id = d.live_version_id offset 0
  ) v
  join knowledge.collections k on k.collection_id = d.collection_id
  where ${LIVE_CHUNK_IN_SCOPE}
  order by asked.place`;

// Of the newest version, live or not: its original is what the content team uploaded last.
const SOURCE_OBJECT = `
  select newest_run.object_key, newest_run.object_sha256, newest_run.object_size_bytes
  from ${DOCUMENTS_WITH_VERSION}
  join knowledge.runs newest_run on newest_run.run_id = (
    select newest.run_id from knowledge.versions newest
    where newest.document_id = d.document_id
    order by newest.sequence desc, newest.number desc limit 1)
  where ${IN_SCOPE} and d.document_id = $4 and d.deleted_at is null and newest_run.object_key is not null`;

const SOURCE_OF_VERSION = `
  select r.object_key, r.object_sha256, r.object_size_bytes
  from knowledge.versions v join knowledge.runs r using (run_id)
  where v.organization_id = $1 and v.version_id = $2 and r.object_key is not null`;

interface SourceRow {
  object_key: string;
  object_sha256: string;
  object_size_bytes: number;
}

function toObjectRef(row: SourceRow): ObjectRef {
  return { key: row.object_key, sha256: row.object_sha256, sizeBytes: row.object_size_bytes };
}

export class PgDocumentCatalog implements DocumentCatalog {
  constructor(private readonly database: Database) {}

  async get(scope: AccessScope, documentId: DocumentId): Promise<DocumentView | null> {
    const [row] = await this.#ofDocument<DocumentRow>('getDocument', GET_DOCUMENT, scope, documentId);
    return row ? toDocumentView(row) : null;
  }

  list(scope: AccessScope, listing: DocumentListing): Promise<DocumentView[]> {
    return listDocuments(this.database.forOrganization(scope.organizationId), scope, listing);
  }

  async versions(
    scope: AccessScope,
    documentId: DocumentId,
    options: { limit: number; before?: number },
  ): Promise<VersionRecord[] | null> {
    const versions = await listVersions(this.database.forOrganization(scope.organizationId), scope, {
      documentId,
      ...options,
    });
    return versions.length > 0 || (await this.get(scope, documentId)) ? versions : null;
  }

  async liveText(scope: AccessScope, documentId: DocumentId): Promise<string | null> {
    const [row] = await this.#ofDocument<{ text: string }>('liveText', LIVE_TEXT, scope, documentId);
    return row?.text ?? null;
  }

  versionText(scope: AccessScope, documentId: DocumentId, choice: VersionChoice): Promise<VersionText | null> {
    return readVersionText(this.database.forOrganization(scope.organizationId), scope, documentId, choice);
  }

  async pages(scope: AccessScope, documentId: DocumentId, version: LedgerVersion = 'live'): Promise<PageLedger | null> {
    const versionId = await this.#seenVersion(scope, documentId, version);
    if (versionId === null) return null;
    return { versionId, pages: await readLedger(this.database.forOrganization(scope.organizationId), versionId) };
  }

  async account(
    scope: AccessScope,
    documentId: DocumentId,
    version: LedgerVersion = 'live',
  ): Promise<AccountedVersion | null> {
    const versionId = await this.#seenVersion(scope, documentId, version);
    if (versionId === null) return null;
    return readAccount(this.database.forOrganization(scope.organizationId), versionId);
  }

  async #seenVersion(scope: AccessScope, documentId: DocumentId, version: LedgerVersion): Promise<VersionId | null> {
    const [which, versionId] = typeof version === 'string' ? [version, null] : [null, version.versionId];
    if (!isUuid(documentId) || (versionId !== null && !isUuid(versionId))) return null;
    const [row] = await this.database
      .forOrganization(scope.organizationId)
      .query<{ version_id: string }>('ledgerVersion', LEDGER_VERSION, [
        ...scopeValues(scope),
        documentId,
        which,
        versionId,
      ]);
    return row?.version_id ?? null;
  }

  async chunks(
    scope: AccessScope,
    documentId: DocumentId,
    { limit, after }: { limit?: number; after?: ChunkPlace } = {},
  ): Promise<LiveChunk[] | null> {
    if (!isUuid(documentId) || (after && !isUuid(after.versionId))) return null;
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<LiveChunkRow>('chunksOfDocument', CHUNKS_OF_DOCUMENT, [
        ...scopeValues(scope),
        documentId,
        after?.versionId ?? null,
        after?.ordinal ?? null,
        limit ?? null,
      ]);
    if (rows.length > 0) return rows.map(toLiveChunk);
    return (await this.liveText(scope, documentId)) === null ? null : [];
  }

  async liveChunks(scope: AccessScope, chunkIds: readonly ChunkId[]): Promise<LiveChunk[]> {
    const asked = chunkIds.filter(isUuid);
    if (asked.length === 0) return [];
    const rows = await this.database
      .forOrganization(scope.organizationId)
      .query<LiveChunkRow>('liveChunks', LIVE_CHUNKS, [...scopeValues(scope), asked]);
    return rows.map(toLiveChunk);
  }

  delete(scope: AccessScope, documentId: DocumentId, actor: string): Promise<DeletedDocument | null> {
    return deleteDocument(this.database.forOrganization(scope.organizationId), { scope, documentId, actor });
  }

  confirm(scope: AccessScope, documentId: DocumentId, actor: string): Promise<ConfirmedDocument | null> {
    return confirmDocument(this.database.forOrganization(scope.organizationId), { scope, documentId, actor });
  }

  objects(organizationId: OrganizationId, documentId: DocumentId): Promise<DocumentObjects | null> {
    return documentObjects(this.database.forOrganization(organizationId), organizationId, documentId);
  }

  async sourceOfVersion(organizationId: OrganizationId, versionId: VersionId): Promise<ObjectRef | null> {
    if (!isUuid(versionId)) return null;
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<SourceRow>('sourceOfVersion', SOURCE_OF_VERSION, [organizationId, versionId]);
    return row ? toObjectRef(row) : null;
  }

  async sourceObject(scope: AccessScope, documentId: DocumentId): Promise<ObjectRef | null> {
    const [row] = await this.#ofDocument<SourceRow>('sourceObject', SOURCE_OBJECT, scope, documentId);
    return row ? toObjectRef(row) : null;
  }

  async #ofDocument<Row>(
    operation: string,
    statement: string,
    scope: AccessScope,
    documentId: DocumentId,
  ): Promise<Row[]> {
    if (!isUuid(documentId)) return [];
    return this.database
      .forOrganization(scope.organizationId)
      .query<Row>(operation, statement, [...scopeValues(scope), documentId]);
  }
}
