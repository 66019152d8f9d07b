import type { OrganizationId } from '../../../core/contract/ids.js';
import type { AcceptedRun, AcceptSourceInput } from '../../../core/ports/run-catalog.js';
import type { NewUpload, Upload, UploadCatalog } from '../../../core/ports/upload-catalog.js';
import type { Database } from '../database.js';
import { isUuid, storableJson, storableText } from '../storable.js';
import { acceptUpload } from './accept-upload.js';
import { toUpload, UPLOAD_COLUMNS, type UploadRow } from './upload-row.js';

// The count and the row are no transaction: ten calls at once may bring a key a few uploads above its bound, which bounds
// carelessness and not attacks.
const CREATE_UPLOAD = `
  insert into knowledge.uploads (upload_id, organization_id, collection_id, key_id, file_name, metadata, size_bytes,
    part_size_bytes, sha256, expires_at, urgent)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12
  where (select count(*) from knowledge.uploads where organization_id = $2 and key_id = $4 and run_id is null) < $11
  returning upload_id`;

const KEEP_HANDLE = `update knowledge.uploads set handle = $2 where upload_id = $1`;

const GET_UPLOAD = `
  select ${UPLOAD_COLUMNS}
  from knowledge.uploads u join knowledge.collections c using (collection_id)
  where u.organization_id = $1 and u.key_id = $2 and u.upload_id = $3 and u.expires_at > now()`;

const REMOVE_UPLOAD = `delete from knowledge.uploads where upload_id = $1`;

const LIST_EXPIRED = `
  select ${UPLOAD_COLUMNS}
  from knowledge.uploads u join knowledge.collections c using (collection_id)
  where u.expires_at <= $1
  order by u.expires_at
  limit $2`;

/** Callers name rows by ids alone. */
const BY_IDS_ALONE = 'the rows are named by their ids alone';

const ALL_ORGANIZATIONS = 'goes through the rows of all organizations';

export class PgUploadCatalog implements UploadCatalog {
  constructor(private readonly database: Database) {}

  async create(upload: NewUpload, maxOpen: number): Promise<boolean> {
    const made = await this.database
      .forOrganization(upload.organizationId)
      .query('createUpload', CREATE_UPLOAD, [
        upload.uploadId,
        upload.organizationId,
        upload.collectionId,
        upload.keyId,
        storableText(upload.fileName),
        storableJson(upload.metadata),
        upload.sizeBytes,
        upload.partSizeBytes,
        upload.sha256,
        upload.expiresAt,
        maxOpen,
        upload.urgent,
      ]);
    return made.length > 0;
  }

  async opened(uploadId: string, handle: string): Promise<void> {
    await this.database.forSystem(BY_IDS_ALONE).query('keepUploadHandle', KEEP_HANDLE, [uploadId, handle]);
  }

  async get(organizationId: OrganizationId, keyId: string, uploadId: string): Promise<Upload | null> {
    if (!isUuid(uploadId)) return null;
    const [row] = await this.database
      .forOrganization(organizationId)
      .query<UploadRow>('getUpload', GET_UPLOAD, [organizationId, keyId, uploadId]);
    return row ? toUpload(row) : null;
  }

  accept(uploadId: string, source: AcceptSourceInput): Promise<AcceptedRun | null> {
    return acceptUpload(this.database.forOrganization(source.organizationId), uploadId, source);
  }

  async remove(uploadId: string): Promise<void> {
    await this.database.forSystem(BY_IDS_ALONE).query('removeUpload', REMOVE_UPLOAD, [uploadId]);
  }

  async listExpired(now: Date, limit: number): Promise<Upload[]> {
    const rows = await this.database
      .forSystem(ALL_ORGANIZATIONS)
      .query<UploadRow>('listExpiredUploads', LIST_EXPIRED, [now, limit]);
    return rows.map(toUpload);
  }
}
