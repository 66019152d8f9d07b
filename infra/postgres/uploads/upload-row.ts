import type { UploadMetadata } from '../../../core/ports/run-catalog.js';
import type { Upload } from '../../../core/ports/upload-catalog.js';

export interface UploadRow {
  upload_id: string;
  organization_id: string;
  collection_id: string;
  collection_name: string;
  key_id: string;
  file_name: string;
  metadata: UploadMetadata;
  urgent: boolean;
  size_bytes: number;
  part_size_bytes: number;
  sha256: string | null;
  handle: string | null;
  run_id: string | null;
  expires_at: Date;
}

/** Everything of an upload; its table is `u`, its collection `c`. */
export const UPLOAD_COLUMNS = `u.upload_id, u.organization_id, u.collection_id, c.name as collection_name, u.key_id,
  u.file_name, u.metadata, u.urgent, u.size_bytes, u.part_size_bytes, u.sha256, u.handle, u.run_id, u.expires_at`;

export function toUpload(row: UploadRow): Upload {
  return {
    uploadId: row.upload_id,
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    collectionName: row.collection_name,
    keyId: row.key_id,
    fileName: row.file_name,
    metadata: row.metadata,
    urgent: row.urgent,
    sizeBytes: row.size_bytes,
    partSizeBytes: row.part_size_bytes,
    sha256: row.sha256,
    handle: row.handle,
    runId: row.run_id,
    expiresAt: row.expires_at,
  };
}
