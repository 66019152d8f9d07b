import { Failure, type FailureCode } from '../../../core/contract/failures.js';
import type { CollectionId, OrganizationId, VersionId } from '../../../core/contract/ids.js';
import type { PublishOutcome } from '../../../core/ports/version-catalog.js';
import { isPublishable, judgePublication } from '../../../core/publishing/judge-publication.js';
import { UNDETERMINED_LANGUAGE } from '../../../core/contract/reading.js';
import { auditReplacements } from '../audit/audit-replacements.js';
import type { DatabaseHandle, Queryable } from '../database.js';
import {
  areConcerned,
  linkNamed,
  type Replacement,
  settleReplacements,
  withPredecessors,
} from '../documents/supersessions.js';
import { countLiveChunks, type LivenessChange } from '../lexical/count-live-chunks.js';
import { textConfig } from '../lexical/text-config.js';
import { isUuid } from '../storable.js';
import { appendEvents, type NewEvent } from '../webhooks/append-events.js';
import { type CandidateRow, toCandidate } from './candidate-row.js';
import { settleSupersessions } from './settle-supersessions.js';

// Publications of a collection come one after the other: all of them count up the same document frequencies and the
// same epoch, and would wait for each other there in any case, but in an order that can end in a circle.
const LOCK_COLLECTION = `
  select collection_id from knowledge.collections
  where organization_id = $1 and collection_id = $2 for no key update`;

const LOCK_DOCUMENTS = `
  select document_id from knowledge.documents
  where document_id in (select document_id from knowledge.versions where version_id = any ($1::uuid[]))
  order by document_id for no key update`;

const LOCK_CONCERNED = `
  select document_id from knowledge.documents where document_id = any ($1::uuid[])
  order by document_id for no key update`;

const LOCK_VERSIONS = `
  select version_id from knowledge.versions where version_id = any ($1::uuid[])
  order by version_id for no key update`;

// A version `v` that a rescreen took out of its document `d`, and which nothing took the place of since.
const IS_BACK = `(d.taken_out_version_id = v.version_id and d.deleted_at is null)`;

// The ledger is judged by its rows: every page from 1 to the count there once, none of them pending. Documents are looked
// up one by one ("offset 0"): by its index on organization and collection the planner read all of a collection for each
// version, two thirds of what Postgres did for a file of 6,000 records.
const CANDIDATES = `
  select v.version_id, v.document_id, v.run_id, v.sequence, v.state, v.partial, v.phi_status, v.text is not null as has_text, v.language,
    v.page_count, jsonb_array_length(coalesce(v.word_counts -> 'lostAt', '[]')) > 0 as lost_words, ledger.pages, ledger.last_page, ledger.pending, ledger.failed, d.live_version_id,
    case when ${IS_BACK} then v.sequence - 1 else d.live_sequence end as live_sequence,
    v.record_revision, coalesce(latest.record_revision, d.withdrawn_revision) as current_revision
  from knowledge.versions v
  cross join lateral (
    select organization_id, collection_id, live_version_id, live_sequence, withdrawn_revision, taken_out_version_id, deleted_at
    from knowledge.documents where document_id = v.document_id offset 0
  ) d
  cross join lateral (
    select count(*) as pages, coalesce(max(page), 0) as last_page,
      count(*) filter (where outcome in ('pending', 'held')) as pending,
      count(*) filter (where outcome = 'failed') as failed
    from knowledge.pages p where p.version_id = v.version_id
  ) ledger
  left join lateral (
    select record_revision from knowledge.versions
    where version_id = coalesce(d.live_version_id, case when d.deleted_at is null then d.taken_out_version_id end) offset 0
  ) latest on true
  where v.version_id = any ($1::uuid[]) and d.organization_id = $2 and d.collection_id = $3
  order by v.sequence desc`;

// By the clock, not by now(): the transaction began before it waited for its locks, and whoever was answered in between was told
// of what it replaces.
const END_VERSIONS = `
  update knowledge.versions v set
    state = e.state,
    partial = v.partial or $4,
    failure_code = case when e.state in ('needs_attention', 'failed') then e.failure_code end,
    published_at = case when e.state = 'published' then date_trunc('milliseconds', clock_timestamp()) end
  from unnest($1::uuid[], $2::text[], $3::text[]) e (version_id, state, failure_code)
  where v.version_id = e.version_id`;

const SUPERSEDE_FORMER = `
  update knowledge.versions v set state = 'superseded'
  from knowledge.documents d
  where d.document_id = any ($1::uuid[]) and v.version_id = d.live_version_id`;

// What waits for its review is older than what goes live, and nobody need decide on it any more.
const SUPERSEDE_HELD = `
  update knowledge.versions v set state = 'superseded'
  from unnest($1::uuid[], $2::bigint[]) p (document_id, sequence)
  where v.document_id = p.document_id and v.state = 'held' and v.sequence < p.sequence`;

// The one act of publication. A tombstone set before this version was accepted is lifted; one set later has raised
// live_sequence above it.
const GO_LIVE = `
  update knowledge.documents d set
    live_version_id = v.version_id,
    live_sequence = greatest(d.live_sequence, v.sequence),
    taken_out_version_id = null,
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
    contains_phi = v.phi_status = 'contains_phi',
    effective_from = v.effective_from,
    in_force_from = coalesce(v.in_force_from,
      case when v.supersedes = '{}' then '-infinity' else (d.created_at at time zone 'utc')::date end),
    updated_at = date_trunc('milliseconds', clock_timestamp())
  from knowledge.versions v
  where v.version_id = any ($1::uuid[]) and d.document_id = v.document_id
    and (d.live_sequence < v.sequence or ${IS_BACK})`;

// What takes the place of another document, or of a document's former version, also takes something out of the results:
// a cached answer must not show a corrected dose. Queries are stemmed for what is live: a language
// is added with its first published document.
const MOVE_EPOCHS = `
  update knowledge.collections set
    publication_epoch = publication_epoch + 1,
    withdrawal_epoch = withdrawal_epoch + case when $2 then 1 else 0 end,
    text_configs = text_configs || array(select config from unnest($3::text[]) config where config <> all (text_configs))
  where collection_id = $1`;

export interface PublishInput {
  readonly organizationId: OrganizationId;
  readonly collectionId: CollectionId;
  readonly versionIds: readonly VersionId[];
  /** A person decided to publish them without the pages that failed. */
  readonly partial?: boolean;
}

/**
 * One transaction for all versions. A version that ended before answers as it ended; held and cancelled ones, which are
 * never published, answer `failed`. Errors: `Failure COLLECTION_MISSING`, also for a version of another collection.
 */
export async function publishVersions(database: DatabaseHandle, input: PublishInput): Promise<PublishOutcome[]> {
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
  const concerned = (await areConcerned(tx, input.collectionId, versionIds)) ? await lockConcerned(tx, input) : null;
  if (!concerned) await tx.query('lockDocuments', LOCK_DOCUMENTS, [versionIds]);
  await tx.query('lockVersions', LOCK_VERSIONS, [versionIds]);
  const candidates = await tx.query<CandidateRow>('candidates', CANDIDATES, [versionIds, ...collection]);
  if (candidates.length < versionIds.length) throw new Failure('COLLECTION_MISSING', { detail: 'versions=elsewhere' });

  const { partial = false } = input;
  const outcomes = judgePublication(candidates.map(toCandidate), { partial });
  const ending = candidates.filter((candidate) => isPublishable(candidate.state, partial));
  const circular = concerned ? await settleSupersessions(tx, wouldGoLive(ending, outcomes)) : new Set<string>();
  for (const versionId of circular) outcomes.set(versionId, 'failed');
  const { organizationId, collectionId } = input;
  const replaced = await apply(tx, { collectionId, partial, ending, outcomes, circular, concerned });
  await appendEvents(
    tx,
    ending.flatMap((candidate) => eventOf(candidate, outcomes.get(candidate.version_id), input) ?? []),
  );
  await auditReplacements(tx, organizationId, replaced);
  return versionIds.map((versionId) => ({ versionId, state: outcomes.get(versionId) ?? 'failed' }));
}

/** Locks, in one order, the documents of the versions and those whose place they take or no longer take. */
async function lockConcerned(tx: Queryable, { collectionId, versionIds }: PublishInput): Promise<string[]> {
  await linkNamed(tx, collectionId, versionIds);
  const documentIds = await withPredecessors(tx, { collectionId, versionIds });
  await tx.query('lockConcerned', LOCK_CONCERNED, [documentIds]);
  return documentIds;
}

function wouldGoLive(
  ending: readonly CandidateRow[],
  outcomes: ReadonlyMap<string, PublishOutcome['state']>,
): CandidateRow[] {
  return ending.filter((candidate) => outcomes.get(candidate.version_id) === 'published');
}

interface Judged {
  readonly collectionId: CollectionId;
  readonly partial: boolean;
  /** Those that this publication ends, newest first. */
  readonly ending: readonly CandidateRow[];
  readonly outcomes: ReadonlyMap<string, PublishOutcome['state']>;
  /** Versions that fail because they would close a circle of supersessions. */
  readonly circular: ReadonlySet<string>;
  /** Documents that may be replaced, or no longer be, from now on; `null` where nothing takes the place of anything. */
  readonly concerned: readonly string[] | null;
}

/** Returns what has another successor now. */
async function apply(
  tx: Queryable,
  { collectionId, partial, ending, outcomes, circular, concerned }: Judged,
): Promise<readonly Replacement[]> {
  if (ending.length === 0) return [];
  const published = wouldGoLive(ending, outcomes);
  const changes: LivenessChange[] = published.map((candidate) => ({
    documentId: candidate.document_id,
    from: candidate.live_version_id,
    to: candidate.version_id,
  }));
  if (published.length > 0) {
    const documentIds = published.map((candidate) => candidate.document_id);
    await tx.query('supersedeFormer', SUPERSEDE_FORMER, [documentIds]);
    await tx.query('supersedeHeld', SUPERSEDE_HELD, [documentIds, published.map((candidate) => candidate.sequence)]);
  }
  await tx.query('endVersions', END_VERSIONS, [
    ending.map((candidate) => candidate.version_id),
    ending.map((candidate) => outcomes.get(candidate.version_id)),
    ending.map((candidate) => codeOf(candidate, outcomes.get(candidate.version_id), circular)),
    partial,
  ]);
  if (published.length === 0) return [];
  await tx.query('goLive', GO_LIVE, [published.map((candidate) => candidate.version_id)]);
  await countLiveChunks(tx, collectionId, changes);
  const replaced = concerned ? await settleReplacements(tx, concerned) : [];
  const takesOut = replaced.length > 0 || changes.some(({ from }) => from !== null);
  await tx.query('moveEpochs', MOVE_EPOCHS, [collectionId, takesOut, textConfigsOf(published)]);
  return replaced;
}

/** What is told of a version that ended so; of one that came too late, nothing. */
function eventOf(
  candidate: CandidateRow,
  outcome: PublishOutcome['state'] | undefined,
  { organizationId, collectionId, partial = false }: PublishInput,
): NewEvent | null {
  const { document_id: documentId, version_id: versionId, run_id: runId, failed: failedPages } = candidate;
  const data = { documentId, versionId, runId };
  if (outcome === 'published') {
    const told = { ...data, partial: partial || candidate.partial, replacedVersionId: candidate.live_version_id };
    return { organizationId, collectionId, type: 'document.published', data: told };
  }
  if (outcome !== 'needs_attention') return null;
  const code = codeOf(candidate, outcome, new Set());
  return { organizationId, collectionId, type: 'document.needs_attention', data: { ...data, code, failedPages } };
}

/** Why a version was not published. */
function codeOf(
  { version_id: versionId, failed }: CandidateRow,
  outcome: PublishOutcome['state'] | undefined,
  circular: ReadonlySet<string>,
): FailureCode {
  if (outcome === 'needs_attention') return failed > 0 ? 'PAGES_FAILED' : 'WORDS_LOST';
  return circular.has(versionId) ? 'SUPERSESSION_CIRCULAR' : 'INTERNAL';
}

/** Versions without a language of their own are in their collection's, which is known already. */
function textConfigsOf(versions: readonly CandidateRow[]): string[] {
  const languages = versions.flatMap(({ language }) =>
    language && language !== UNDETERMINED_LANGUAGE ? language : [],
  );
  return [...new Set(languages.map(textConfig))];
}
