import type { PhiStatus, VersionState } from '../../../core/contract/states.js';
import type { PublishOutcome } from '../../../core/ports/version-catalog.js';
import { isOlder, type RecordRevision } from '../../../core/contract/record-revision.js';

/** A version that wants to go live, with its document and its ledger, all of them locked. */
export interface PublicationCandidate {
  readonly version_id: string;
  readonly document_id: string;
  readonly sequence: number;
  readonly state: VersionState;
  readonly partial: boolean;
  readonly phi_status: PhiStatus;
  readonly has_text: boolean;
  readonly language: string | null;
  readonly page_count: number;
  /** Rows of the ledger. */
  readonly pages: number;
  readonly last_page: number;
  readonly pending: number;
  readonly failed: number;
  readonly live_version_id: string | null;
  readonly live_sequence: number;
  readonly record_revision: RecordRevision | null;
  /** Of what is live, or of the record that withdrew the document. */
  readonly standing_revision: RecordRevision | null;
}

const PASSED_SCREENING: ReadonlySet<PhiStatus> = new Set<PhiStatus>(['clear', 'allowed']);

/**
 * What becomes of each version. `candidates` newest first: of two versions of one document in a batch, the first goes
 * live and the other is superseded.
 */
export function judgePublication(candidates: readonly PublicationCandidate[]): Map<string, PublishOutcome['state']> {
  const outcomes = new Map<string, PublishOutcome['state']>();
  const liveSequences = new Map<string, number>();
  for (const candidate of candidates) {
    const liveSequence = liveSequences.get(candidate.document_id) ?? candidate.live_sequence;
    const state = candidate.state === 'open' ? judgeOpen(candidate, liveSequence) : standingOutcome(candidate.state);
    if (candidate.state === 'open' && state === 'published')
      liveSequences.set(candidate.document_id, candidate.sequence);
    outcomes.set(candidate.version_id, state);
  }
  return outcomes;
}

function judgeOpen(candidate: PublicationCandidate, liveSequence: number): PublishOutcome['state'] {
  if (candidate.sequence <= liveSequence) return 'superseded';
  if (isOlder(candidate.record_revision, candidate.standing_revision)) return 'superseded';
  const { pages, last_page, page_count, pending } = candidate;
  const accountedFor = pages === page_count && last_page === page_count && pending === 0;
  if (!accountedFor) return 'failed';
  if (candidate.failed > 0 && !candidate.partial) return 'needs_attention';
  // The last gate: nothing is shown that was not screened, and nothing without the text that it is shown by.
  if (!PASSED_SCREENING.has(candidate.phi_status) || !candidate.has_text) return 'failed';
  return 'published';
}

/** How a version that ended before answers when it is published again. */
function standingOutcome(state: Exclude<VersionState, 'open'>): PublishOutcome['state'] {
  switch (state) {
    case 'published':
    case 'superseded':
    case 'needs_attention':
    case 'failed':
      return state;
    case 'held':
    case 'cancelled':
      return 'failed';
    case 'erased':
      return 'superseded';
  }
}
