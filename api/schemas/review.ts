import Type, { type Static } from 'typebox';
import { PHI_CATEGORIES, SCREENED_FIELDS } from '../../core/contract/finding.js';
import { REMEMBER_SCOPES, REVIEW_STATES, REVIEW_VERDICTS } from '../../core/contract/review-messages.js';
import {
  closed,
  CollectionName,
  Cursor,
  Limit,
  NullableInteger,
  NullableString,
  oneOf,
  Timestamp,
  Uuid,
} from './fields.js';

const NullableTimestamp = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });
const CountsByCategory = Type.Record(Type.String(), Type.Integer());

export const ReviewParams = closed({ reviewId: Uuid });

export const ReviewQuery = closed({
  state: Type.Optional(
    oneOf(REVIEW_STATES, { description: 'Absent: those that wait, for the first or for the second opinion.' }),
  ),
  collection: Type.Optional(CollectionName),
  category: Type.Optional(oneOf(PHI_CATEGORIES, { description: 'With a finding of this category.' })),
  recogniser: Type.Optional(
    Type.String({ pattern: '^[a-z0-9_/-]{1,64}$', description: 'With its evidence (ssn/form) or without (ssn).' }),
  ),
  overdue: Type.Optional(
    Type.Boolean({ description: 'Only those that wait longer than they should, or only the others.' }),
  ),
  limit: Limit,
  cursor: Cursor,
});

const REVIEW = {
  reviewId: Uuid,
  state: oneOf(REVIEW_STATES),
  collection: Type.String(),
  documentId: Uuid,
  versionId: Uuid,
  openedAt: Timestamp,
  ageSeconds: Type.Integer({ description: 'Since it was opened; of a decided one until then.' }),
  overdue: Type.Boolean({ description: 'It waited longer than it should.' }),
  claimedBy: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Id of the key that works on it.' }),
  claimedUntil: NullableTimestamp,
  firstActor: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Where two have to decide the same: who was the first.',
  }),
  decidedBy: NullableString,
  decidedAt: NullableTimestamp,
  successorId: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The redacted version that goes on in its place.',
  }),
  findings: Type.Unsafe<Record<string, number>>({
    ...CountsByCategory,
    description: 'How many of each category nobody dismissed.',
  }),
};

export const ReviewBody = Type.Object(REVIEW);

export const ReviewCountsBody = Type.Object({
  waiting: Type.Integer(),
  overdue: Type.Integer(),
  claimed: Type.Integer(),
  oldestSeconds: Type.Unsafe<number | null>({ ...NullableInteger, description: 'Age of the one that waits longest.' }),
  byCategory: Type.Unsafe<Record<string, number>>({
    ...CountsByCategory,
    description: 'Waiting reviews with a finding of the category.',
  }),
});

export const ReviewList = Type.Object({
  reviews: Type.Array(ReviewBody),
  counts: ReviewCountsBody,
  next: NullableString,
});

export const FindingBody = Type.Object({
  ordinal: Type.Integer({ description: 'Names it in a decision.' }),
  category: oneOf(PHI_CATEGORIES),
  start: Type.Integer({ description: 'Offset into the held text, in UTF-16 code units.' }),
  end: Type.Integer(),
  page: NullableInteger,
  score: Type.Number(),
  recogniser: Type.String(),
  dismissed: Type.Boolean({ description: 'People found before that it is no patient data.' }),
  field: Type.Unsafe<string | null>({
    ...{ type: ['string', 'null'], enum: [...SCREENED_FIELDS, null] },
    description: 'What came with the text and holds it (then `text` is empty); null: the text.',
  }),
  before: Type.String({ description: 'What stands before it.' }),
  text: Type.String(),
  after: Type.String(),
});

export const ReviewDetailBody = Type.Object({
  ...REVIEW,
  title: NullableString,
  characters: Type.Integer({ description: 'Length of the held text, in UTF-16 code units.' }),
  pageCount: Type.Integer(),
  found: Type.Array(FindingBody),
  reason: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it was decided so.' }),
});

const Reason = Type.String({ maxLength: 1_000, description: 'Why; kept sealed. Needed to approve.' });
const Remember = oneOf(REMEMBER_SCOPES, {
  description: 'Where the false alarms are remembered: for the document (default), its collection, or nowhere.',
});

export const DecideReview = closed({
  decision: oneOf(REVIEW_VERDICTS, {
    description:
      'approve: no patient data, publish it. redact: publish it with placeholders. reject: never publish it.',
  }),
  reason: Type.Optional(Reason),
  findings: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0 }), {
      maxItems: 10_000,
      description: 'redact only: ordinals of the findings that go; the others are false alarms. Absent: all.',
    }),
  ),
  spans: Type.Optional(
    Type.Array(
      closed({
        category: oneOf(PHI_CATEGORIES),
        start: Type.Integer({ minimum: 0 }),
        end: Type.Integer({ minimum: 1 }),
      }),
      { maxItems: 1_000, description: 'redact only: what goes as well; offsets into the held text.' },
    ),
  ),
  remember: Type.Optional(Remember),
});

export const DecidedReview = Type.Object({
  reviewId: Uuid,
  documentId: Uuid,
  versionId: Uuid,
  state: oneOf(REVIEW_STATES),
});

/** Each is an Update of its own workflow; more would keep the caller waiting for minutes. */
export const MAX_BULK = 200;

export const DecideReviews = closed({
  decision: oneOf(REVIEW_VERDICTS),
  reason: Type.Optional(Reason),
  remember: Type.Optional(Remember),
  dryRun: Type.Optional(Type.Boolean({ description: 'Decides nothing, and says what would become of each.' })),
  reviewIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: MAX_BULK })),
  filter: Type.Optional(
    closed(
      {
        collection: Type.Optional(CollectionName),
        category: Type.Optional(oneOf(PHI_CATEGORIES)),
        recogniser: Type.Optional(Type.String({ pattern: '^[a-z0-9_/-]{1,64}$' })),
        value: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'The words that were found.' })),
      },
      { description: 'Waiting reviews, the oldest first. To approve, all that holds a review has to match.' },
    ),
  ),
});

export const DecidedReviews = Type.Object({
  outcomes: Type.Array(
    Type.Object({
      reviewId: Uuid,
      state: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'How it stands now; null where nothing was decided.',
      }),
      refused: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'Code of the error; OTHER_FINDINGS: it is held for something else as well.',
      }),
      findings: Type.Integer({ description: 'That were decided on, as far as nobody dismissed them before.' }),
    }),
  ),
  decided: Type.Integer(),
  refused: Type.Integer(),
  more: Type.Boolean({ description: `More than ${MAX_BULK} match: ask again.` }),
});

/** How a recogniser did, by its name with its evidence (`ssn/form`). */
export const RecogniserList = Type.Object({
  recognisers: Type.Array(
    Type.Object({
      recogniser: Type.String(),
      category: oneOf(PHI_CATEGORIES),
      waiting: Type.Integer({ description: 'Waiting reviews with a finding of it.' }),
      decided: Type.Integer({ description: 'Its findings in reviews that were decided.' }),
      falseAlarms: Type.Integer({ description: 'Of these, what reviewers found to be no patient data.' }),
    }),
    { description: 'Those with the most waiting first.' },
  ),
});

export const ClaimReview = closed({
  minutes: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 480, description: 'Default 15. 0 gives the claim back.' }),
  ),
});

export type ReviewBody = Static<typeof ReviewBody>;
export type ReviewList = Static<typeof ReviewList>;
export type ReviewQuery = Static<typeof ReviewQuery>;
export type ReviewDetailBody = Static<typeof ReviewDetailBody>;
export type FindingBody = Static<typeof FindingBody>;
export type DecideReview = Static<typeof DecideReview>;
export type DecidedReview = Static<typeof DecidedReview>;
export type DecideReviews = Static<typeof DecideReviews>;
export type RecogniserList = Static<typeof RecogniserList>;
export type DecidedReviews = Static<typeof DecidedReviews>;
