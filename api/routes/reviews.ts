import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { PHI_CATEGORIES, type PhiCategory } from '../../core/contract/finding.js';
import { heldDecisionKey } from '../../core/contract/object-keys.js';
import { storedDecisionOf, type StoredDecision } from '../../core/contract/stored-decision.js';
import type { VersionReading } from '../../core/contract/reading.js';
import { CLAIM_REVIEW_UPDATE, type ReviewDecision } from '../../core/contract/review-messages.js';
import type { ReviewDetail } from '../../core/ports/review-catalog.js';
import { spanIdentity } from '../../core/screening/span-identity.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { cutPage, uuidCursor } from '../http/paging.js';
import { validationFailed } from '../http/validation.js';
import { presentCounts, presentReview, presentReviewDetail } from '../present/review.js';
import { decideAll, idsOf } from '../reviewing/bulk.js';
import { decide, told } from '../reviewing/decide.js';
import { readHeldObject, readHeldReading } from '../reviewing/held-objects.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import {
  ClaimReview,
  DecidedReview,
  DecidedReviews,
  DecideReview,
  DecideReviews,
  MAX_BULK,
  RecogniserList,
  ReviewBody,
  ReviewDetailBody,
  ReviewList,
  ReviewParams,
  ReviewQuery,
} from '../schemas/review.js';
import { randomUUID } from 'node:crypto';

const REVIEWERS = { config: { access: ['phi:review'] as const } };
const DEFAULT_CLAIM_MINUTES = 15;

/** The queue of what screening held, and what people decide. */
export function reviewRoutes({ catalog, objects, starter, hashSpan }: ApiDependencies): FastifyPluginAsyncTypebox {
  async function requireReview(request: FastifyRequest, reviewId: string): Promise<ReviewDetail> {
    const review = await catalog.reviews.get(principalOf(request).scope, reviewId);
    if (!review) throw new ApiError('REVIEW_NOT_FOUND');
    return review;
  }

  async function heldReading(review: ReviewDetail): Promise<VersionReading> {
    const reading = await readHeldReading(objects, review);
    if (!reading) throw new ApiError('ORIGINAL_GONE');
    return reading;
  }

  async function reasonOf(review: ReviewDetail): Promise<string | null> {
    if (review.decidedAt === null) return null;
    const place = { organizationId: review.organizationId, runId: review.readingRunId, versionId: review.versionId };
    const stored = await readHeldObject<StoredDecision>(objects, heldDecisionKey(place));
    return storedDecisionOf(stored, review.runId)?.reason ?? null;
  }

  /** Offsets that name no place of the text would redact nothing, and nobody would notice. */
  async function requireSpans(
    review: ReviewDetail,
    { decision, findings, spans, reason }: DecideReview,
  ): Promise<void> {
    if (decision !== 'redact' && (findings || spans)) {
      throw validationFailed([{ field: 'body/decision', problem: 'must be redact where findings or spans are given' }]);
    }
    requireReason(decision, reason);
    const known = new Set(review.recorded.map(({ ordinal }) => ordinal));
    if (findings?.some((ordinal) => !known.has(ordinal))) {
      throw validationFailed([{ field: 'body/findings', problem: 'must be ordinals of findings of this review' }]);
    }
    if (!spans?.length) return;
    const { text } = (await heldReading(review)).reading;
    if (spans.some(({ start, end }) => start >= end || end > text.length)) {
      throw validationFailed([{ field: 'body/spans', problem: 'must lie within the held text, start before end' }]);
    }
  }

  return async (app) => {
    app.get(
      '/v1/reviews',
      {
        ...REVIEWERS,
        schema: {
          summary: 'The queue of held versions, the oldest first',
          tags: ['reviews'],
          querystring: ReviewQuery,
          response: { 200: success(ReviewList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { collection, limit = DEFAULT_LIMIT, cursor, ...filters } = request.query;
        const inCollection = collection ? await requireCollection(catalog.collections, scope, collection) : null;
        const found = await catalog.reviews.list(scope, {
          ...filters,
          limit: limit + 1,
          ...(inCollection ? { collectionId: inCollection.collectionId } : {}),
          ...(cursor === undefined ? {} : { after: uuidCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, (review) => review.runId);
        const counts = presentCounts(await catalog.reviews.counts(scope));
        return succeed(request, reply, { reviews: items.map(presentReview), counts, next });
      },
    );

    app.get(
      '/v1/reviews/recognisers',
      {
        ...REVIEWERS,
        schema: {
          summary: 'How much each recogniser holds, and how often reviewers called it a false alarm',
          tags: ['reviews'],
          response: { 200: success(RecogniserList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        return succeed(request, reply, { recognisers: await catalog.reviews.recognisers(scope) });
      },
    );

    app.get(
      '/v1/reviews/:reviewId',
      {
        ...REVIEWERS,
        schema: {
          summary: 'What was found in a held version, in its context',
          description: 'Shows suspected patient data: each such look is in the log of accesses.',
          tags: ['reviews'],
          params: ReviewParams,
          response: { 200: success(ReviewDetailBody), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const review = await requireReview(request, request.params.reviewId);
        const { documentId, versionId } = review;
        const { reading } = await heldReading(review);
        const reason = await reasonOf(review);
        // Before it is shown: what cannot be put on record is not shown.
        await catalog.reviews.recordAccess([
          {
            organizationId: scope.organizationId,
            actor,
            act: 'review.viewed',
            documentId,
            versionId,
            requestId: request.id,
          },
        ]);
        return succeed(request, reply, presentReviewDetail(review, reading, reason));
      },
    );

    app.post(
      '/v1/reviews/:reviewId/decision',
      {
        ...REVIEWERS,
        schema: {
          summary: 'Approve, redact or reject a held version',
          description: 'Answers once the decision is on record; publication follows from the stored reading.',
          tags: ['reviews'],
          params: ReviewParams,
          body: DecideReview,
          response: { 200: success(DecidedReview), ...guardedRefusals(404, 409, 410, 413, 415) },
        },
      },
      async (request, reply) => {
        const { keyId: actor } = principalOf(request);
        const review = await requireReview(request, request.params.reviewId);
        await requireSpans(review, request.body);
        const { documentId, versionId, runId: reviewId } = review;
        const { state } = await decide(starter, review, decisionOf(request.body, actor));
        return succeed(request, reply, { reviewId, documentId, versionId, state });
      },
    );

    app.post(
      '/v1/reviews/:reviewId/claim',
      {
        ...REVIEWERS,
        schema: {
          summary: 'Work on a review, so that nobody else decides meanwhile',
          tags: ['reviews'],
          params: ReviewParams,
          body: ClaimReview,
          response: { 200: success(ReviewBody), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { keyId: actor } = principalOf(request);
        const review = await requireReview(request, request.params.reviewId);
        if (review.state === 'superseded') throw new ApiError('REVIEW_OVER');
        if (review.decidedAt !== null) throw new ApiError('REVIEW_DECIDED', { details: { state: review.state } });
        await starter.start(review);
        const forMs = (request.body.minutes ?? DEFAULT_CLAIM_MINUTES) * 60_000;
        const update = { name: CLAIM_REVIEW_UPDATE, updateId: randomUUID(), argument: { actor, forMs } };
        await told(() => starter.update(review, update));
        return succeed(request, reply, presentReview(await requireReview(request, review.runId)));
      },
    );

    app.post(
      '/v1/reviews/decisions',
      {
        ...REVIEWERS,
        schema: {
          summary: 'Decide on many held versions alike',
          description: `At most ${MAX_BULK} a call; each is decided by itself, and the answer says of each how that went. With \`dryRun\` nothing is decided.`,
          tags: ['reviews'],
          body: DecideReviews,
          response: { 200: success(DecidedReviews), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { decision, reason, reviewIds, filter, dryRun = false } = request.body;
        requireReason(decision, reason);
        if ((reviewIds === undefined) === (filter === undefined)) {
          throw validationFailed([{ field: 'body', problem: 'must have either reviewIds or filter' }]);
        }
        const { collection, category, recogniser, value } = filter ?? {};
        const inCollection = collection ? await requireCollection(catalog.collections, scope, collection) : null;
        const findings = {
          ...(category === undefined ? {} : { category }),
          ...(recogniser === undefined ? {} : { recogniser }),
          ...(value === undefined ? {} : { spanHashes: hashesOf(scope.organizationId, value, category) }),
        };
        const found = reviewIds
          ? null
          : await catalog.reviews.list(scope, {
              ...findings,
              limit: MAX_BULK + 1,
              ...(inCollection ? { collectionId: inCollection.collectionId } : {}),
            });
        const outcomes = await decideAll({
          reviews: catalog.reviews,
          starter,
          scope,
          reviewIds: [...new Set(reviewIds ?? idsOf(found ?? []))].slice(0, MAX_BULK),
          decision: decisionOf(request.body, actor),
          filter: findings,
          dryRun,
        });
        const decided = outcomes.filter((outcome) => outcome.refused === null).length;
        return succeed(request, reply, {
          outcomes,
          decided,
          refused: outcomes.length - decided,
          more: (found?.length ?? 0) > MAX_BULK,
        });
      },
    );
  };

  function hashesOf(organizationId: string, value: string, category: PhiCategory | undefined): string[] {
    const categories = category === undefined ? PHI_CATEGORIES : [category];
    return categories.map((one) => hashSpan(organizationId, spanIdentity(one, value)));
  }
}

function decisionOf(
  body: Omit<DecideReview, 'spans' | 'findings'> & Partial<DecideReview>,
  actor: string,
): ReviewDecision {
  const { decision: verdict, reason = '', findings, spans, remember = 'document' } = body;
  return {
    verdict,
    actor,
    reason,
    remember,
    ...(findings ? { findings } : {}),
    ...(spans ? { added: spans } : {}),
  };
}

function requireReason(decision: DecideReview['decision'], reason: string | undefined): void {
  if (decision === 'approve' && !reason?.trim()) {
    throw validationFailed([{ field: 'body/reason', problem: 'must say why what was found is no patient data' }]);
  }
}
