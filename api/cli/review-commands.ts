import type { PhiCategory } from '../../core/contract/finding.js';
import type { RememberScope, ReviewState, ReviewVerdict } from '../../core/contract/review-messages.js';
import type { MedindexClient } from '../client/client.js';
import { ApiRefusal } from '../client/client.js';
import type { FindingBody, ReviewBody } from '../schemas/review.js';
import { explainError } from './explain-error.js';
import { printLine, type Terminal } from './terminal.js';

export interface ListReviewsOptions {
  readonly collection?: string;
  readonly state?: ReviewState;
  readonly category?: PhiCategory;
  readonly overdue?: boolean;
  readonly all: boolean;
}

export interface DecideOptions {
  readonly reason?: string;
  readonly finding?: readonly number[];
  readonly remember?: RememberScope;
}

/** The largest page that the API gives. */
const REVIEWS_PER_CALL = 200;

export async function listReviews(input: {
  client: MedindexClient;
  options: ListReviewsOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, terminal } = input;
  const { all, ...filters } = input.options;
  const query = {
    ...(filters.collection === undefined ? {} : { collection: filters.collection }),
    ...(filters.state === undefined ? {} : { state: filters.state }),
    ...(filters.category === undefined ? {} : { category: filters.category }),
    ...(filters.overdue === undefined ? {} : { overdue: filters.overdue }),
  };
  for (let cursor: string | undefined; ;) {
    const page = await client.reviews({
      ...query,
      ...(all ? { limit: REVIEWS_PER_CALL } : {}),
      ...(cursor ? { cursor } : {}),
    });
    if (cursor === undefined) printLine(terminal.stderr, describeCounts(page.counts));
    for (const review of page.reviews) printLine(terminal.stdout, describeReview(review));
    if (page.next === null) return 0;
    if (!all) {
      printLine(terminal.stderr, 'There are more: add --all');
      return 0;
    }
    cursor = page.next;
  }
}

export async function showReview(input: {
  client: MedindexClient;
  reviewId: string;
  terminal: Terminal;
}): Promise<number> {
  const { stdout } = input.terminal;
  const review = await input.client.review(input.reviewId);
  printLine(stdout, describeReview(review));
  printLine(stdout, `  document    ${review.documentId}, version ${review.versionId}`);
  if (review.title !== null) printLine(stdout, `  title       ${review.title}`);
  if (review.claimedBy !== null) printLine(stdout, `  claimed     by ${review.claimedBy} until ${review.claimedUntil}`);
  if (review.reason !== null && review.reason !== '') printLine(stdout, `  reason      ${review.reason}`);
  for (const finding of review.found) printLine(stdout, describeFinding(finding));
  return 0;
}

/** Decides each of them; the exit code is 0 only if all of them were decided. */
export async function decideReviews(input: {
  client: MedindexClient;
  reviewIds: readonly string[];
  decision: ReviewVerdict;
  options: DecideOptions;
  terminal: Terminal;
}): Promise<number> {
  const { client, reviewIds, decision, options, terminal } = input;
  const { reason, finding, remember } = options;
  const body = {
    decision,
    ...(reason === undefined ? {} : { reason }),
    ...(finding === undefined ? {} : { findings: [...finding] }),
    ...(remember === undefined ? {} : { remember }),
  };
  let refused = 0;
  for (const reviewId of reviewIds) {
    try {
      const { state } = await client.decideReview(reviewId, body);
      const next = state === 'second_opinion' ? 'noted; another person has to decide the same' : state;
      printLine(terminal.stdout, `${reviewId}  ${next}`);
    } catch (error) {
      // One that somebody else decided meanwhile keeps nobody from the others.
      if (!(error instanceof ApiRefusal) || reviewIds.length === 1) throw error;
      refused += 1;
      printLine(terminal.stderr, `${reviewId}  ${explainError(error)}`);
    }
  }
  return refused === 0 ? 0 : 1;
}

export async function claimReview(input: {
  client: MedindexClient;
  reviewId: string;
  options: { minutes?: number };
  terminal: Terminal;
}): Promise<number> {
  const { claimedUntil } = await input.client.claimReview(input.reviewId, input.options.minutes);
  const words = claimedUntil === null ? 'is nobody’s' : `is yours until ${claimedUntil}`;
  printLine(input.terminal.stdout, `${input.reviewId} ${words}`);
  return 0;
}

function describeCounts({
  waiting,
  overdue,
  claimed,
  oldestSeconds,
}: {
  waiting: number;
  overdue: number;
  claimed: number;
  oldestSeconds: number | null;
}): string {
  if (waiting === 0 || oldestSeconds === null) return 'Nothing waits for review.';
  return `${waiting} wait, the oldest for ${describeAge(oldestSeconds)}; ${overdue} overdue, ${claimed} claimed`;
}

function describeReview(review: ReviewBody): string {
  const { reviewId, collection, state, ageSeconds, findings, overdue, claimedBy } = review;
  const found = Object.entries(findings).map(([category, count]) => `${category} ${count}`);
  const marks = [...(overdue ? ['overdue'] : []), ...(claimedBy === null ? [] : ['claimed'])];
  return [reviewId, collection, state, describeAge(ageSeconds), found.join(', '), ...marks].join('  ');
}

function describeFinding({
  ordinal,
  category,
  page,
  recogniser,
  score,
  dismissed,
  before,
  text,
  after,
}: FindingBody): string {
  const where = page === null ? '' : ` page ${page}`;
  const mark = dismissed ? ' (no patient data)' : '';
  const context = `${before.slice(-60)}⟦${text}⟧${after.slice(0, 60)}`.replaceAll(/\s+/g, ' ');
  return `  ${ordinal}  ${category}${where}  ${recogniser} ${score.toFixed(2)}${mark}  ${context}`;
}

function describeAge(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
