import type { VersionId } from '../../../core/contract/ids.js';
import type { PageRecord } from '../../../core/contract/reading.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { storableJson } from '../storable.js';
import { type PageRow, toPageRecord } from './page-row.js';
import { IS_OPEN } from './version-states.js';

const LOCK_RUN_OF_VERSION = `
  select r.run_id from knowledge.runs r
  where r.run_id = (select run_id from knowledge.versions where version_id = $1) for no key update`;

// Shared lock: publication, which judges the ledger, waits for this or this finds the version no longer open.
const WRITE_PAGES = `
  with open_version as (
    select version_id, organization_id from knowledge.versions where version_id = $1 and ${IS_OPEN} for share
  )
  insert into knowledge.pages (version_id, page, organization_id, outcome, reason, failure_code, scores, width, height)
  select v.version_id, p.page, v.organization_id, p.outcome, p.reason, p."failureCode", p.scores, p.width, p.height
  from open_version v, jsonb_to_recordset($2::jsonb)
    p (page integer, outcome text, reason text, "failureCode" text, scores jsonb, width float8, height float8)
  on conflict (version_id, page) do update set
    outcome = excluded.outcome,
    reason = excluded.reason,
    failure_code = excluded.failure_code,
    scores = excluded.scores,
    width = excluded.width,
    height = excluded.height`;

const COUNT_RUN_PAGES = `
  update knowledge.runs r set pages_done = (
    select count(*) from knowledge.versions v join knowledge.pages p using (version_id)
    where v.run_id = r.run_id and p.outcome <> 'pending'
  )
  where r.run_id = $1 and r.state = 'running'`;

const LEDGER = `
  select page, outcome, reason, failure_code, scores, width, height
  from knowledge.pages where version_id = $1 order by page`;

/** Writes of a version that is no longer open change nothing. */
export async function recordPages(
  database: DatabaseHandle,
  versionId: VersionId,
  pages: readonly PageRecord[],
): Promise<void> {
  if (pages.length === 0) return;
  // A page given twice counts as given last; Postgres refuses to write a row twice in one statement.
  const rows = [...new Map(pages.map((page) => [page.page, page])).values()];
  await database.transaction('recordPages', async (tx) => {
    const [run] = await tx.query<{ run_id: string }>('lockRunOfVersion', LOCK_RUN_OF_VERSION, [versionId]);
    if (!run) return;
    await tx.query('writePages', WRITE_PAGES, [versionId, storableJson(rows)]);
    await tx.query('countRunPages', COUNT_RUN_PAGES, [run.run_id]);
  });
}

/** The ledger, pages ascending. */
export async function readLedger(database: Queryable, versionId: VersionId): Promise<PageRecord[]> {
  const rows = await database.query<PageRow>('ledger', LEDGER, [versionId]);
  return rows.map(toPageRecord);
}
