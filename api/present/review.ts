import type { Reading } from '../../core/contract/reading.js';
import type { RecordedFinding, Review, ReviewCounts, ReviewDetail } from '../../core/ports/review-catalog.js';
import type { FindingBody, ReviewBody, ReviewDetailBody, ReviewList } from '../schemas/review.js';

/** Two lines of print on each side: enough to tell a patient from an author. */
const CONTEXT_CHARACTERS = 160;

export function presentReview(review: Review): ReviewBody {
  const { decidedAt, openedAt } = review;
  return {
    reviewId: review.runId,
    state: review.state,
    collection: review.collectionName,
    documentId: review.documentId,
    versionId: review.versionId,
    openedAt: openedAt.toISOString(),
    ageSeconds: secondsBetween(openedAt, decidedAt ?? new Date()),
    overdue: review.overdueAt !== null,
    claimedBy: review.claimedBy,
    claimedUntil: review.claimedUntil?.toISOString() ?? null,
    firstActor: review.firstActor,
    decidedBy: review.decidedBy,
    decidedAt: decidedAt?.toISOString() ?? null,
    successorId: review.successorId,
    findings: { ...review.findings },
  };
}

export function presentCounts(counts: ReviewCounts): ReviewList['counts'] {
  const { waiting, overdue, claimed, oldestOpenedAt, byCategory } = counts;
  return {
    waiting,
    overdue,
    claimed,
    oldestSeconds: oldestOpenedAt === null ? null : secondsBetween(oldestOpenedAt, new Date()),
    byCategory: { ...byCategory },
  };
}

/** With the words of what was found: for reviewers alone, and each such look is on record. */
export function presentReviewDetail(review: ReviewDetail, reading: Reading, reason: string | null): ReviewDetailBody {
  return {
    ...presentReview(review),
    title: reading.metadata.title ?? null,
    characters: reading.text.length,
    pageCount: reading.pages.length,
    found: review.recorded.map((finding) => inContext(finding, reading.text)),
    reason,
  };
}

function inContext(finding: RecordedFinding, text: string): FindingBody {
  const { ordinal, category, start, end, page, score, recogniser, dismissed, field } = finding;
  const told = { ordinal, category, start, end, page, score, recogniser, dismissed, field };
  // Offsets of a finding beside the text say nothing of the text.
  if (field !== null) return { ...told, before: '', text: '', after: '' };
  return {
    ...told,
    before: text.slice(Math.max(0, start - CONTEXT_CHARACTERS), start).toWellFormed(),
    text: text.slice(start, end),
    after: text.slice(end, end + CONTEXT_CHARACTERS).toWellFormed(),
  };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000));
}
