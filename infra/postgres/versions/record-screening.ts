import type { VersionId } from '../../../core/contract/ids.js';
import type { PhiStatus } from '../../../core/contract/states.js';
import type { ScreenedSpan } from '../../../core/ports/version-catalog.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import type { Finding } from '../../../core/contract/finding.js';
import { IS_OPEN } from './version-states.js';

const LOCK_OPEN_VERSIONS = `
  select version_id from knowledge.versions
  where version_id = any ($1::uuid[]) and ${IS_OPEN}
  order by version_id for no key update`;

const SET_PHI_STATUS = `
  update knowledge.versions v set phi_status = s.phi_status, screened_with = s.screened_with, screen_version = s.screen_version
  from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[]) s (version_id, phi_status, screened_with, screen_version)
  where v.version_id = s.version_id`;

const FORGET_FINDINGS = `delete from compliance.findings where version_id = any ($1::uuid[])`;

const RECORD_FINDINGS = `
  insert into compliance.findings (version_id, ordinal, organization_id, category, start_offset, end_offset, page, score,
    recogniser, span_hash, dismissed, field)
  select f.version_id, f.ordinal, v.organization_id, f.category, f.start, f."end", f.page, f.score, f.recogniser, f.span_hash,
    f.dismissed, f.field
  from jsonb_to_recordset($1::jsonb)
    f (version_id uuid, ordinal integer, category text, start integer, "end" integer, page integer, score float8,
      recogniser text, span_hash text, dismissed boolean, field text)
  join knowledge.versions v using (version_id)`;

export interface ScreenedVersion {
  readonly versionId: VersionId;
  readonly phiStatus: PhiStatus;
  readonly findings: readonly (Finding & ScreenedSpan)[];
  /** `rules`, or the rules and the name of a model. */
  readonly screenedWith?: string;
  readonly screenVersion?: number;
}

/** Replaces what an earlier screening of the same versions found; versions no longer open keep theirs. */
export async function recordScreening(database: DatabaseHandle, versions: readonly ScreenedVersion[]): Promise<void> {
  if (versions.length === 0) return;
  await database.transaction('recordScreening', async (tx) => {
    const locked = await tx.query<{ version_id: string }>('lockOpenVersions', LOCK_OPEN_VERSIONS, [
      versions.map((version) => version.versionId),
    ]);
    const open = new Set(locked.map((row) => row.version_id));
    const screened = versions.filter((version) => open.has(version.versionId));
    if (screened.length === 0) return;

    const versionIds = screened.map((version) => version.versionId);
    await tx.query('setPhiStatus', SET_PHI_STATUS, [
      versionIds,
      screened.map((version) => version.phiStatus),
      screened.map((version) => version.screenedWith ?? null),
      screened.map((version) => version.screenVersion ?? null),
    ]);
    await replaceFindings(tx, screened);
  });
}

/** What an earlier screening of these versions found is forgotten; within a transaction that has locked them. */
export async function replaceFindings(
  tx: Queryable,
  screened: readonly Pick<ScreenedVersion, 'versionId' | 'findings'>[],
): Promise<void> {
  if (screened.length === 0) return;
  await tx.query('forgetFindings', FORGET_FINDINGS, [screened.map(({ versionId }) => versionId)]);
  const rows = screened.flatMap(({ versionId, findings: found }) =>
    found.map(({ category, start, end, page, score, recogniser, spanHash, dismissed, field }, ordinal) => ({
      version_id: versionId,
      ordinal,
      category,
      start,
      end,
      page: page ?? null,
      score,
      recogniser,
      span_hash: spanHash ?? null,
      dismissed: dismissed ?? false,
      field: field ?? null,
    })),
  );
  if (rows.length > 0) await tx.query('recordFindings', RECORD_FINDINGS, [JSON.stringify(rows)]);
}
