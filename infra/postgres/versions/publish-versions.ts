import { Failure } from '../../../core/contract/failures.js';
import type { CollectionId, OrganizationId, VersionId } from '../../../core/contract/ids.js';
import type { PublishOutcome } from '../../../core/ports/version-catalog.js';
import type { Database, Queryable } from '../database.js';
import { countLiveChunks, type LivenessChange } from '../lexical/count-live-chunks.js';
import { isUuid } from '../storable.js';
import { judgePublication, type PublicationCandidate } from './judge-publication.js';

// Publications of a collection come one after the other: all of them count up the same document frequencies and the
// same epoch, and would wait for each other there in any case, but in an order that can end in a circle.
const LOCK_COLLECTION = `
  select collection_id from knowledge.collections
  where organization_id = $1 and collection_id = $2 for no key update`;

const LOCK_DOCUMENTS = `
  select document_id from knowledge.documents
  where document_id in (select document_id from knowledge.versions where version_id = any ($1::uuid[]))
  order by document_id for no key update`;

const LOCK_VERSIONS = `
  select version_id from knowledge.versions where version_id = any ($1::uuid[])
  order by version_id for no key update`;

// The ledger is judged by its rows: every page from 1 to the count there once, none of them pending. Documents are looked
// up one by one ("offset 0"): by its index on organization and collection the planner read all of a collection for each
// version, two thirds of what Postgres did for a file of 6,000 records.
const CANDIDATES = `
  select v.version_id, v.document_id, v.sequence, v.state, v.partial, v.phi_status, v.text is not null as has_text,
    v.page_count, ledger.pages, ledger.last_page, ledger.pending, ledger.failed, d.live_version_id, d.live_sequence,
    v.record_revision, coalesce(live.record_revision, d.withdrawn_revision) as standing_revision
  from knowledge.versions v
  cross join lateral (
    select organization_id, collection_id, live_version_id, live_sequence, withdrawn_revision
    from knowledge.documents where document_id = v.document_id offset 0
  ) d
  cross join lateral (
    select count(*) as pages, coalesce(max(page), 0) as last_page,
      count(*) filter (where outcome in ('pending', 'held')) as pending,
      count(*) filter (where outcome = 'failed') as failed
    from knowledge.pages p where p.version_id = v.version_id
  ) ledger
  left join lateral (
    select record_revision from knowledge.versions where version_id = d.live_version_id offset 0
  ) live on true
  where v.version_id = any ($1::uuid[]) and d.organization_id = $2 and d.collection_id = $3
  order by v.sequence desc`;

const END_VERSIONS = `
  update knowledge.versions v set
    state = e.state,
    failure_code = case e.state when 'needs_attention' then 'PAGES_FAILED' when 'failed' then 'INTERNAL' end,
    published_at = case when e.state = 'published' then now() end
  from unnest($1::uuid[], $2::text[]) e (version_id, state)
  where v.version_id = e.version_id`;

const SUPERSEDE_FORMER = `
  update knowledge.versions v set state = 'superseded'
  from knowledge.documents d
  where d.document_id = any ($1::uuid[]) and v.version_id = d.live_version_id`;

// The one act of publication. A tombstone set before this version was accepted is lifted; one set later has raised
// live_sequence above it.
const GO_LIVE = `
  update knowledge.documents d set
    live_version_id = v.version_id,
    live_sequence = v.sequence,
    deleted_at = null,
    deleted_withdrawn_versions = null,
    deleted_by_hand = false,
    withdrawn_cause = null,
    withdrawn_revision = null,
    title = v.title,
    authors = v.authors,
    language = v.language,
    published_on = v.published_on,
    metadata = v.metadata,
    safety_level = v.safety_level,
    updated_at = now()
  from knowledge.versions v
  where v.version_id = any ($1::uuid[]) and d.document_id = v.document_id and d.live_sequence < v.sequence`;

const MOVE_PUBLICATION_EPOCH = `
  update knowledge.collections set publication_epoch = publication_epoch + 1 where collection_id = $1`;

export interface PublishInput {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly versionIds: readonly VersionId[];
}

/**
 * One transaction for all versions. A version that ended before answers as it ended; held and cancelled ones, which are
 * never published, answer `failed`. Errors: `Failure COLLECTION_MISSING`, also for a version of another collection.
 */
export async function publishVersions(database: Database, input: PublishInput): Promise<PublishOutcome[]> {
  const versionIds = [...new Set(input.versionIds)];
  if (versionIds.length === 0) return [];
  if (!isUuid(input.collectionId)) throw new Failure('COLLECTION_MISSING');
  return database.transaction('publishVersions', (tx) => publishWithin(tx, { ...input, versionIds }));
}

/** The same within a transaction that has taken no lock behind the collection's, or the documents' own. */
export async function publishWithin(tx: Queryable, input: PublishInput): Promise<PublishOutcome[]> {
  const { versionIds } = input;
  const collection = [input.organizationId, input.collectionId];
  if ((await tx.query('lockCollection', LOCK_COLLECTION, collection)).length === 0) {
    throw new Failure('COLLECTION_MISSING');
  }
  await tx.query('lockDocuments', LOCK_DOCUMENTS, [versionIds]);
  await tx.query('lockVersions', LOCK_VERSIONS, [versionIds]);
  const candidates = await tx.query<PublicationCandidate>('candidates', CANDIDATES, [versionIds, ...collection]);
  if (candidates.length < versionIds.length) throw new Failure('COLLECTION_MISSING', { detail: 'versions=elsewhere' });

  const outcomes = judgePublication(candidates);
  await apply(tx, input.collectionId, candidates, outcomes);
  return versionIds.map((versionId) => ({ versionId, state: outcomes.get(versionId) ?? 'failed' }));
}

async function apply(
  tx: Queryable,
  collectionId: CollectionId,
  candidates: readonly PublicationCandidate[],
  outcomes: ReadonlyMap<string, PublishOutcome['state']>,
): Promise<void> {
  const ending = candidates.filter((candidate) => candidate.state === 'open');
  if (ending.length === 0) return;
  const published = ending.filter((candidate) => outcomes.get(candidate.version_id) === 'published');
  const changes: LivenessChange[] = published.map((candidate) => ({
    documentId: candidate.document_id,
    from: candidate.live_version_id,
    to: candidate.version_id,
  }));
  if (published.length > 0) {
    await tx.query('supersedeFormer', SUPERSEDE_FORMER, [published.map((candidate) => candidate.document_id)]);
  }
  await tx.query('endVersions', END_VERSIONS, [
    ending.map((candidate) => candidate.version_id),
    ending.map((candidate) => outcomes.get(candidate.version_id)),
  ]);
  if (published.length === 0) return;
  await tx.query('goLive', GO_LIVE, [published.map((candidate) => candidate.version_id)]);
  await countLiveChunks(tx, collectionId, changes);
  await tx.query('movePublicationEpoch', MOVE_PUBLICATION_EPOCH, [collectionId]);
}
