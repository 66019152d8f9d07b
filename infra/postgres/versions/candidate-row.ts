import type { RecordRevision } from '../../../core/contract/record-revision.js';
import type { PhiStatus, VersionState } from '../../../core/contract/states.js';
import type { PublicationCandidate } from '../../../core/publishing/judge-publication.js';

/** A version that wants to go live, with its document and its ledger. */
export interface CandidateRow {
  version_id: string;
  document_id: string;
  run_id: string;
  sequence: number;
  state: VersionState;
  partial: boolean;
  phi_status: PhiStatus;
  has_text: boolean;
  language: string | null;
  page_count: number;
  lost_words: boolean;
  pages: number;
  last_page: number;
  pending: number;
  failed: number;
  live_version_id: string | null;
  live_sequence: number;
  record_revision: RecordRevision | null;
  current_revision: RecordRevision | null;
}

export function toCandidate(row: CandidateRow): PublicationCandidate {
  return {
    versionId: row.version_id,
    documentId: row.document_id,
    sequence: row.sequence,
    state: row.state,
    wasPartial: row.partial,
    phiStatus: row.phi_status,
    hasText: row.has_text,
    pageCount: row.page_count,
    lostWords: row.lost_words,
    ledger: { pages: row.pages, lastPage: row.last_page, pending: row.pending, failed: row.failed },
    liveSequence: row.live_sequence,
    revision: row.record_revision,
    currentRevision: row.current_revision,
  };
}
