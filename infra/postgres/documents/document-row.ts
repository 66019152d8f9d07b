import type {
  DocumentState,
  PhiStatus,
  SafetyLevel,
  SourceType,
  WithdrawalCause,
} from '../../../core/contract/states.js';
import type { DocumentView } from '../../../core/ports/document-catalog.js';
import { stricterLevel } from '../safety-levels.js';
import { VERSION_SEEN, TITLE_TOLD } from '../visibility.js';
import { TOMBSTONE_STATE } from './document-state.js';
import { REVIEW_DUE_AT, REVIEW_STATUS, type ReviewCycleRow } from './review-cycle.js';
import { supersessionColumns, type SupersessionRow, toSupersession } from './supersession-row.js';
import { IS_OPEN } from '../versions/version-states.js';

export interface DocumentRow extends SupersessionRow {
  /** Null where nothing is live. */
  review_status: ReviewCycleRow['review_status'] | null;
  review_due_at: ReviewCycleRow['review_due_at'];
  document_id: string;
  external_id: string;
  collection: string;
  collection_id: string;
  title: string | null;
  authors: string[];
  source_type: SourceType;
  language: string;
  published_on: string | null;
  supersedes: string[];
  safety_level: SafetyLevel;
  state: DocumentState;
  phi_status: PhiStatus;
  screened_with: string | null;
  screen_version: number | null;
  metadata: Record<string, unknown>;
  created_at: Date;
  updated_at: Date;
  withdrawn_cause: WithdrawalCause | null;
  deleted_at: Date | null;
  version_id: string;
  number: number;
  run_id: string;
  fingerprint: string;
  source_sha256: string;
  page_count: number;
  partial: boolean;
  published_at: Date | null;
}

/**
 * Documents `d` with their collection `k`, run `r` and the version `v` that stands for them: the live one, or the newest
 * where none is live. What is not live is described by the upload until its reading passed screening; of a held one
 * nothing is told.
 *
 * `offset 0` keeps the choice of the version apart: row-level security lets an index serve a comparison of plain columns only, so that
 * otherwise all versions are read (100,000 documents on native Postgres: a page of 50 took 3.3 s; see bench console).
 */
export const DOCUMENTS_WITH_VERSION = `
  knowledge.documents d
  join knowledge.collections k using (collection_id)
  cross join lateral (
    select coalesce(d.live_version_id, (
      select newest.version_id from knowledge.versions newest
      where newest.document_id = d.document_id
      order by newest.sequence desc, newest.number desc limit 1)) as version_id
    offset 0) shown
  join knowledge.versions v on v.version_id = shown.version_id
  join knowledge.runs r on r.run_id = v.run_id`;

/** Parameters: those of `scopeValues` (visibility.ts). */
export const IN_SCOPE = `
  d.organization_id = $1
  and ($2::uuid[] is null or d.collection_id = any ($2))
  and ${VERSION_SEEN}`;

/** What a document shows, or where it has no live version, why not. */
export const DOCUMENT_STATE = `
  case
    when d.deleted_at is not null then ${TOMBSTONE_STATE}
    when v.${IS_OPEN} then 'processing'
    else v.state
  end`;

export const DOCUMENT_COLUMNS = `
  d.document_id, d.external_id, k.name as collection, d.collection_id,
  ${TITLE_TOLD} as title,
  v.authors, k.source_type, coalesce(v.language, k.language) as language, v.published_on,
  ${stricterLevel('v.safety_level', 'k.safety_level')} as safety_level,
  ${DOCUMENT_STATE} as state,
  v.phi_status, v.screened_with, v.screen_version, v.metadata, d.created_at, d.updated_at, d.withdrawn_cause, d.deleted_at,
  v.version_id, v.number, v.run_id, v.fingerprint, v.source_sha256, v.page_count, v.partial, v.published_at,
  v.supersedes, ${supersessionColumns('v')},
  case when v.version_id = d.live_version_id then ${REVIEW_STATUS} end as review_status,
  case when v.version_id = d.live_version_id then ${REVIEW_DUE_AT} end as review_due_at`;

export function toDocumentView(row: DocumentRow): DocumentView {
  return {
    documentId: row.document_id,
    externalId: row.external_id,
    collection: row.collection,
    collectionId: row.collection_id,
    title: row.title,
    authors: row.authors,
    sourceType: row.source_type,
    language: row.language,
    publishedOn: row.published_on,
    supersedes: row.supersedes,
    ...toSupersession(row),
    safetyLevel: row.safety_level,
    state: row.state,
    phiStatus: row.phi_status,
    screenedWith: row.screened_with,
    screenVersion: row.screen_version,
    version: {
      versionId: row.version_id,
      number: row.number,
      runId: row.run_id,
      fingerprint: row.fingerprint,
      sha256: row.source_sha256,
      pageCount: row.page_count,
      partial: row.partial,
      publishedAt: row.published_at,
    },
    reviewStatus: row.review_status,
    reviewDueAt: row.review_due_at,
    metadata: row.metadata,
    ...(row.state === 'withdrawn' && row.withdrawn_cause && row.deleted_at
      ? { withdrawal: { cause: row.withdrawn_cause, at: row.deleted_at } }
      : {}),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
