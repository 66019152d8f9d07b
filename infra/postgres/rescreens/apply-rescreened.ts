import type { PhiCategory } from '../../../core/contract/finding.js';
import type { RunRef } from '../../../core/contract/ingest-messages.js';
import type { RescreenCounts, Screen } from '../../../core/contract/rescreen-messages.js';
import type { Rescreened } from '../../../core/ports/rescreen-catalog.js';
import type { StartableRun } from '../../../core/ports/workflow-starter.js';
import { rescreenCounts } from '../../../core/screening/rescreen-details.js';
import { appendAudit } from '../audit/append-audit.js';
import { auditReplacements } from '../audit/audit-replacements.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import { areConcerned, settleReplacements, withPredecessors } from '../documents/supersessions.js';
import { countLiveChunks } from '../lexical/count-live-chunks.js';
import { storableJson } from '../storable.js';
import { holdWithin } from '../versions/hold-versions.js';
import { replaceFindings } from '../versions/record-screening.js';

// Locks in the order of 0001: run, collection, documents, versions.
const LOCK_RUN = `
  select collection_id, actor, state, details from knowledge.runs
  where organization_id = $1 and run_id = $2 and kind = 'rescreen' for no key update`;
const LOCK_COLLECTION = `select collection_id from knowledge.collections where collection_id = $1 for no key update`;
const LOCK_DOCUMENTS = `
  select document_id from knowledge.documents
  where document_id in (select document_id from knowledge.versions where version_id = any ($1::uuid[]))
  order by document_id for no key update`;
const LOCK_VERSIONS = `
  select version_id from knowledge.versions where version_id = any ($1::uuid[])
  order by version_id for no key update`;

// A statement of its own: what is read while waiting for a lock would be what was true before the wait.
const STILL_LIVE = `
  select v.version_id, v.document_id
  from knowledge.versions v
  join knowledge.documents d on d.live_version_id = v.version_id
  where v.version_id = any ($1::uuid[]) and d.collection_id = $2 and v.rescreen_run_id is distinct from $3`;

const MARK_SEEN = `update knowledge.versions set rescreen_run_id = $2 where version_id = any ($1::uuid[])`;
const MARK_SCREENED = `
  update knowledge.versions set screen_version = $2, screened_with = $3 where version_id = any ($1::uuid[])`;

const ALLOW_VERSIONS = `update knowledge.versions set phi_status = 'contains_phi' where version_id = any ($1::uuid[])`;
const ALLOW_DOCUMENTS = `
  update knowledge.documents set contains_phi = true, updated_at = date_trunc('milliseconds', clock_timestamp())
  where live_version_id = any ($1::uuid[])`;

// The one act that takes them out of search. What was shown of the live version is shown no more. By the clock, not by now():
// answers that were kept while the transaction waited for its locks are recalled too.
const TAKE_OUT = `
  update knowledge.documents set
    live_version_id = null, taken_out_version_id = live_version_id, title = null, authors = '{}', published_on = null,
    metadata = '{}', effective_from = null, contains_phi = false,
    updated_at = date_trunc('milliseconds', clock_timestamp())
  where live_version_id = any ($1::uuid[])`;

// Who may see a document has changed: an answer from a cache must not go on telling it.
const MOVE_WITHDRAWAL_EPOCH = `
  update knowledge.collections set withdrawal_epoch = withdrawal_epoch + 1 where collection_id = $1`;

const RECORD_COUNTS = `
  update knowledge.runs set details = details || $3::jsonb, records_done = $4 where organization_id = $1 and run_id = $2`;

interface RunRow {
  collection_id: string;
  actor: string;
  state: string;
  details: Record<string, unknown>;
}

interface LiveRow {
  version_id: string;
  document_id: string;
}

type Held = Extract<Rescreened, { readonly outcome: 'held' }>;

/** One transaction for all. `null`: the run is over. */
export function applyRescreened(
  database: DatabaseHandle,
  run: RunRef,
  screen: Screen,
  rescreened: readonly Rescreened[],
): Promise<StartableRun[] | null> {
  return database.transaction('applyRescreened', (tx) => applyWithin(tx, { run, screen, rescreened }));
}

/** The same within a transaction that has taken no lock. */
export async function applyWithin(
  tx: Queryable,
  input: { readonly run: RunRef; readonly screen: Screen; readonly rescreened: readonly Rescreened[] },
): Promise<StartableRun[] | null> {
  const { run, screen, rescreened } = input;
  const [row] = await tx.query<RunRow>('lockRun', LOCK_RUN, [run.organizationId, run.runId]);
  if (row?.state !== 'running') return null;
  await tx.query('lockCollection', LOCK_COLLECTION, [row.collection_id]);
  const versionIds = rescreened.map(({ versionId }) => versionId);
  await tx.query('lockDocuments', LOCK_DOCUMENTS, [versionIds]);
  await tx.query('lockVersions', LOCK_VERSIONS, [versionIds]);
  const values = [versionIds, row.collection_id, run.runId];
  const live = await tx.query<LiveRow>('stillLive', STILL_LIVE, values);
  const documentOf = new Map(live.map(({ version_id, document_id }) => [version_id, document_id]));
  const counted = rescreened.filter(({ versionId }) => documentOf.has(versionId));
  const reviews = await applyAll(tx, { run, row, screen, counted, documentOf });
  const counts = counted.reduce(added, rescreenCounts(row));
  await tx.query('recordCounts', RECORD_COUNTS, [
    run.organizationId,
    run.runId,
    storableJson({ counts }),
    counts.screened + counts.failed,
  ]);
  return reviews;
}

interface Applied {
  readonly run: RunRef;
  readonly row: RunRow;
  readonly screen: Screen;
  readonly counted: readonly Rescreened[];
  readonly documentOf: ReadonlyMap<string, string>;
}

async function applyAll(tx: Queryable, { run, row, screen, counted, documentOf }: Applied): Promise<StartableRun[]> {
  await tx.query('markSeen', MARK_SEEN, [counted.map(({ versionId }) => versionId), run.runId]);
  // What a report looked at is still to be held.
  const screened = counted.filter(({ outcome }) => outcome === 'clear' || outcome === 'allowed' || outcome === 'held');
  if (row.details.report !== true) {
    const values = [screened.map(({ versionId }) => versionId), screen.version, screen.screenedWith];
    await tx.query('markScreened', MARK_SCREENED, values);
  }
  await replaceFindings(
    tx,
    counted.flatMap((one) => (one.outcome === 'allowed' || one.outcome === 'held' ? one : [])),
  );
  const allowed = counted.flatMap(({ outcome, versionId }) => (outcome === 'allowed' ? versionId : []));
  if (allowed.length > 0) {
    await tx.query('allowVersions', ALLOW_VERSIONS, [allowed]);
    await tx.query('allowDocuments', ALLOW_DOCUMENTS, [allowed]);
    await tx.query('moveWithdrawalEpoch', MOVE_WITHDRAWAL_EPOCH, [row.collection_id]);
  }
  const held = counted.flatMap((one) => (one.outcome === 'held' ? one : []));
  return held.length > 0 ? takeOut(tx, { run, row, held, documentOf }) : [];
}

async function takeOut(
  tx: Queryable,
  { run, row, held, documentOf }: Omit<Applied, 'screen' | 'counted'> & { readonly held: readonly Held[] },
): Promise<StartableRun[]> {
  const { organizationId, runId } = run;
  const taken = held.flatMap((one) => {
    const documentId = documentOf.get(one.versionId);
    return documentId === undefined ? [] : { ...one, documentId };
  });
  const versionIds = taken.map(({ versionId }) => versionId);
  await tx.query('takeOut', TAKE_OUT, [versionIds]);
  await countLiveChunks(
    tx,
    row.collection_id,
    taken.map(({ versionId, documentId }) => ({ documentId, from: versionId, to: null })),
  );
  // As with any other withdrawal, what they took the place of is back: it is live, and says what its own source says.
  if (await areConcerned(tx, row.collection_id, [])) {
    const documentIds = taken.map(({ documentId }) => documentId);
    const concerned = await withPredecessors(tx, { collectionId: row.collection_id, documentIds });
    await auditReplacements(tx, organizationId, await settleReplacements(tx, concerned));
  }
  const readings = new Map(taken.map(({ versionId, reading }) => [versionId, JSON.stringify(reading)]));
  const reviews = await holdWithin(tx, versionIds, { readings, wasLive: true });
  for (const { versionId, documentId, categories } of taken) {
    await appendAudit(tx, {
      organizationId,
      actor: row.actor,
      action: 'document.held',
      subject: documentId,
      details: { runId, versionId, categories: categories.join(', ') },
    });
  }
  return reviews;
}

function added(counts: RescreenCounts, one: Rescreened): RescreenCounts {
  if (one.outcome === 'failed') return { ...counts, failed: counts.failed + 1 };
  const findings: Partial<Record<PhiCategory, number>> = { ...counts.findings };
  if ('categories' in one) for (const category of one.categories) findings[category] = (findings[category] ?? 0) + 1;
  return { ...counts, screened: counts.screened + 1, [one.outcome]: counts[one.outcome] + 1, findings };
}
