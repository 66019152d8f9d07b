import type { OrganizationId } from '../../../core/contract/ids.js';
import type { PhiAccess, RecordedPhiAccess } from '../../../core/ports/review-catalog.js';
import type { Queryable } from '../database.js';
import { storableJson } from '../storable.js';

const RECORD = `
  insert into compliance.phi_access (organization_id, actor, act, document_id, version_id, request_id)
  select a."organizationId", a.actor, a.act, a."documentId", a."versionId", a."requestId"
  from jsonb_to_recordset($1::jsonb)
    a ("organizationId" text, actor text, act text, "documentId" uuid, "versionId" uuid, "requestId" text)`;

const LIST = `
  select access_no, at, actor, act, document_id, version_id, request_id
  from compliance.phi_access
  where organization_id = $1 and access_no > $2
  order by access_no
  limit $3`;

interface AccessRow {
  access_no: number;
  at: Date;
  actor: string;
  act: PhiAccess['act'];
  document_id: string | null;
  version_id: string | null;
  request_id: string | null;
}

export async function recordPhiAccess(database: Queryable, accesses: readonly PhiAccess[]): Promise<void> {
  await database.query('recordPhiAccess', RECORD, [storableJson(accesses)]);
}

/** Oldest first. */
export async function listPhiAccess(
  database: Queryable,
  organizationId: OrganizationId,
  { after = 0, limit }: { after?: number; limit: number },
): Promise<RecordedPhiAccess[]> {
  const rows = await database.query<AccessRow>('listPhiAccess', LIST, [organizationId, after, limit]);
  return rows.map((row) => ({
    organizationId,
    accessNo: row.access_no,
    at: row.at,
    actor: row.actor,
    act: row.act,
    ...(row.document_id === null ? {} : { documentId: row.document_id }),
    ...(row.version_id === null ? {} : { versionId: row.version_id }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
  }));
}
