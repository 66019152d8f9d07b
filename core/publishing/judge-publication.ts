import { isOlder, type RecordRevision } from '../contract/record-revision.js';
import type { PhiStatus, VersionState } from '../contract/states.js';

/** A version that wants to go live, with its document and its ledger, all of them locked. */
export interface PublicationCandidate {
  readonly versionId: string;
  readonly documentId: string;
  readonly sequence: number;
  readonly state: VersionState;
  /** A person decided before to publish it without the pages that failed: it was live, and comes back from a review. */
  readonly wasPartial: boolean;
  readonly phiStatus: PhiStatus;
  readonly hasText: boolean;
  readonly pageCount: number;
  /** More words of its source are missing than are allowed (`core/reading/witness/word-counts.ts`). */
  readonly lostWords: boolean;
  readonly ledger: {
    /** Rows. */
    readonly pages: number;
    readonly lastPage: number;
    readonly pending: number;
    readonly failed: number;
  };
  readonly liveSequence: number;
  readonly revision: RecordRevision | null;
  /** Of what is live, of what a rescreen took out, or of the record that withdrew the document. */
  readonly currentRevision: RecordRevision | null;
}

export type PublicationVerdict = Extract<VersionState, 'published' | 'superseded' | 'needs_attention' | 'failed'>;

const PASSED_SCREENING: ReadonlySet<PhiStatus> = new Set<PhiStatus>(['clear', 'approved', 'sanitized', 'contains_phi']);

/**
 * Whether a version still wants to be published: it is open, or it waits for a person, who now decided to publish it
 * without the pages that failed, or the words that are lost (`partial`). All others have ended.
 */
export function isPublishable(state: VersionState, partial: boolean): boolean {
  return state === 'open' || (partial && state === 'needs_attention');
}

/**
 * What becomes of each version. `candidates` newest first: of two versions of one document in a batch, the first goes
 * live and the other is superseded.
 */
export function judgePublication(
  candidates: readonly PublicationCandidate[],
  { partial = false }: { partial?: boolean } = {},
): Map<string, PublicationVerdict> {
  const verdicts = new Map<string, PublicationVerdict>();
  const liveSequences = new Map<string, number>();
  for (const candidate of candidates) {
    const liveSequence = liveSequences.get(candidate.documentId) ?? candidate.liveSequence;
    const wanting = isPublishable(candidate.state, partial);
    const verdict = wanting
      ? judgeWanting(candidate, liveSequence, partial || candidate.wasPartial)
      : formerVerdict(candidate.state);
    if (wanting && verdict === 'published') liveSequences.set(candidate.documentId, candidate.sequence);
    verdicts.set(candidate.versionId, verdict);
  }
  return verdicts;
}

function judgeWanting(candidate: PublicationCandidate, liveSequence: number, partial: boolean): PublicationVerdict {
  if (candidate.sequence <= liveSequence) return 'superseded';
  if (isOlder(candidate.revision, candidate.currentRevision)) return 'superseded';
  const { pages, lastPage, pending, failed } = candidate.ledger;
  const accountedFor = pages === candidate.pageCount && lastPage === candidate.pageCount && pending === 0;
  if (!accountedFor) return 'failed';
  if ((failed > 0 || candidate.lostWords) && !partial) return 'needs_attention';
  // The last gate: nothing is shown that was not screened, and nothing without the text that it is shown by.
  if (!PASSED_SCREENING.has(candidate.phiStatus) || !candidate.hasText) return 'failed';
  return 'published';
}

/** How a version that ended before answers when it is published again. */
function formerVerdict(state: VersionState): PublicationVerdict {
  switch (state) {
    case 'published':
    case 'superseded':
    case 'needs_attention':
    case 'failed':
      return state;
    case 'open':
    case 'held':
    case 'cancelled':
    case 'rejected':
    case 'sanitized':
    case 'archived':
      return 'failed';
    case 'erased':
      return 'superseded';
  }
}
