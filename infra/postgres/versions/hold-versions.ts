import type { HeldVersion } from '../../../core/ports/version-catalog.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { IS_OPEN } from './version-states.js';
import { openReviews } from '../reviews/open-reviews.js';
import { appendEvents, type NewEvent } from '../webhooks/append-events.js';

// Collections first, then versions: the lock order of publish and delete.
const LOCK_COLLECTIONS = `
  select collection_id from knowledge.collections
  where collection_id in (
    select d.collection_id from knowledge.versions v join knowledge.documents d using (document_id)
    where v.version_id = any ($1::uuid[]))
  order by collection_id for no key update`;

const LOCK_OPEN_VERSIONS = `
  select version_id from knowledge.versions
  where version_id = any ($1::uuid[]) and ${IS_OPEN}
  order by version_id for no key update`;

// Before the versions themselves: the ledger of a held version does not change.
const HOLD_PAGES = `update knowledge.pages set outcome = 'held' where version_id = any ($1::uuid[])`;

// Whatever of the reading came in before screening ended, or while the version was live, is taken out again. What was redacted
// stays so called: its original shows what was taken out, whatever a review decides on the rest.
const HOLD_VERSIONS = `
  update knowledge.versions v set
    state = 'held', phi_status = case v.phi_status when 'sanitized' then v.phi_status else 'suspected' end, reading_ref = h.reading, title = null, authors = '{}', published_on = null, metadata = '{}',
    text = null, effective_from = null, supersedes = '{}', in_force_from = null
  from unnest($1::uuid[], $2::jsonb[]) h (version_id, reading)
  where v.version_id = h.version_id
  returning v.organization_id, v.document_id, v.version_id, v.run_id, (
    select collection_id from knowledge.documents d where d.document_id = v.document_id) as collection_id`;

const MOVE_WITHDRAWAL_EPOCH = `
  update knowledge.collections set withdrawal_epoch = withdrawal_epoch + 1
  where collection_id in (select collection_id from knowledge.documents where document_id = any ($1::uuid[]))`;

interface HeldRow {
  organization_id: string;
  collection_id: string;
  document_id: string;
  version_id: string;
  run_id: string;
}

/** Versions that are no longer open stay as they are; of the others the reviews are answered. */
export async function holdVersions(
  database: DatabaseHandle,
  versions: readonly HeldVersion[],
): Promise<StartableRun[]> {
  if (versions.length === 0) return [];
  const readings = new Map(versions.map(({ versionId, reading }) => [versionId, JSON.stringify(reading)]));
  return database.transaction('holdVersions', async (tx) => {
    await tx.query('lockCollections', LOCK_COLLECTIONS, [[...readings.keys()]]);
    const open = await tx.query<{ version_id: string }>('lockOpenVersions', LOCK_OPEN_VERSIONS, [[...readings.keys()]]);
    if (open.length === 0) return [];
    return holdWithin(
      tx,
      open.map((row) => row.version_id),
      { readings, wasLive: false },
    );
  });
}

/**
 * The same within a transaction that has locked the collections and the versions. `readings`: as JSON. `wasLive`: search
 * found them until this transaction.
 */
export async function holdWithin(
  tx: Queryable,
  versionIds: readonly string[],
  { readings, wasLive }: { readonly readings: ReadonlyMap<string, string>; readonly wasLive: boolean },
): Promise<StartableRun[]> {
  await tx.query('holdPages', HOLD_PAGES, [versionIds]);
  const held = await tx.query<HeldRow>('holdVersions', HOLD_VERSIONS, [
    versionIds,
    versionIds.map((versionId) => readings.get(versionId)),
  ]);
  await tx.query('moveWithdrawalEpoch', MOVE_WITHDRAWAL_EPOCH, [held.map((row) => row.document_id)]);
  await appendEvents(
    tx,
    held.map((row) => heldEvent(row, wasLive)),
  );
  return openReviews(tx, versionIds);
}

function heldEvent(row: HeldRow, wasLive: boolean): NewEvent {
  return {
    organizationId: row.organization_id,
    collectionId: row.collection_id,
    type: 'document.held',
    data: { documentId: row.document_id, versionId: row.version_id, runId: row.run_id, wasLive },
  };
}
