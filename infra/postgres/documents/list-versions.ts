import type { FailureCode } from '../../../core/contract/failures.js';
import type { DocumentId } from '../../../core/contract/ids.js';
import type { PageOutcome, PhiStatus, VersionState } from '../../../core/contract/states.js';
import type { AccessScope } from '../../../core/ports/access-scope.js';
import type { FindingCount, VersionRecord } from '../../../core/ports/document-catalog.js';
import type { Queryable } from '../database.js';
import { isUuid } from '../storable.js';
import { scopeValues, VERSION_SEEN } from '../visibility.js';
import { DOCUMENTS_WITH_VERSION, IN_SCOPE } from './document-row.js';

interface VersionRow {
  version_id: string;
  number: number;
  run_id: string;
  fingerprint: string;
  source_sha256: string;
  page_count: number;
  partial: boolean;
  published_at: Date | null;
  state: VersionState;
  is_live: boolean;
  phi_status: PhiStatus;
  screened_with: string | null;
  screen_version: number | null;
  failure_code: FailureCode | null;
  opened_at: Date;
  pages: Partial<Record<PageOutcome, number>> | null;
  findings: FindingCount[] | null;
}

// The document must be in scope as it stands, and each version by itself.
const LIST_VERSIONS = `
  select one.version_id, one.number, one.run_id, one.fingerprint, one.source_sha256, one.page_count, one.partial,
    one.published_at, one.state, coalesce(one.version_id = d.live_version_id, false) as is_live, one.phi_status,
    one.screened_with, one.screen_version, one.failure_code, one.opened_at,
    (select json_object_agg(p.outcome, p.count) from (
      select outcome, count(*) from knowledge.pages where version_id = one.version_id group by outcome) p) as pages,
    (select json_agg(json_build_object('category', f.category, 'page', f.page, 'count', f.count)
        order by f.page nulls first, f.category) from (
      select category, page, count(*) from compliance.findings
      where version_id = one.version_id group by category, page) f) as findings
  from ${DOCUMENTS_WITH_VERSION}
  join knowledge.versions one on one.document_id = d.document_id
  where ${IN_SCOPE} and d.document_id = $4
    and exists (
      select from knowledge.versions v join knowledge.runs r using (run_id)
      where v.version_id = one.version_id and ${VERSION_SEEN})
    and ($5::integer is null or one.number < $5)
  order by one.number desc
  limit $6`;

/** The versions of a document, newest first. */
export async function listVersions(
  database: Queryable,
  scope: AccessScope,
  { documentId, limit, before }: { documentId: DocumentId; limit: number; before?: number },
): Promise<VersionRecord[]> {
  if (!isUuid(documentId)) return [];
  const rows = await database.query<VersionRow>('listVersions', LIST_VERSIONS, [
    ...scopeValues(scope),
    documentId,
    before ?? null,
    limit,
  ]);
  return rows.map((row) => ({
    versionId: row.version_id,
    number: row.number,
    runId: row.run_id,
    fingerprint: row.fingerprint,
    sha256: row.source_sha256,
    pageCount: row.page_count,
    partial: row.partial,
    publishedAt: row.published_at,
    state: row.state,
    isLive: row.is_live,
    phiStatus: row.phi_status,
    screenedWith: row.screened_with,
    screenVersion: row.screen_version,
    failureCode: row.failure_code,
    openedAt: row.opened_at,
    pages: row.pages ?? {},
    findings: row.findings ?? [],
  }));
}
