import Type, { type Static } from 'typebox';
import { CHUNKING_STRATEGIES } from '../../core/contract/chunk.js';
import { PHI_POLICIES, QUERY_SCREENINGS, SAFETY_LEVELS, SOURCE_TYPES } from '../../core/contract/states.js';
import {
  closed,
  CollectionName,
  NullableInteger,
  NullableNumber,
  NullableString,
  oneOf,
  Timestamp,
  Uuid,
} from './fields.js';

const Language = Type.String({ pattern: '^[a-z]{2,3}$', description: 'BCP 47 primary tag, e.g. en.' });
/** Longest reason that a person would write; it is shown in lists. */
const Reason = Type.String({ minLength: 1, maxLength: 500 });
const Chunking = closed({
  strategy: Type.Optional(
    oneOf(CHUNKING_STRATEGIES, {
      description:
        'section (default): by blocks, else sentences; sentence: whole sentences; recursive: paragraphs, lines, words.',
    }),
  ),
  maxTokens: Type.Optional(Type.Integer({ minimum: 32, maximum: 8192, description: 'Upper bound of tokens a chunk.' })),
  overlapTokens: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 4095,
      description: 'Most tokens that a chunk repeats of the one before it; less than half of maxTokens.',
    }),
  ),
});
const ReviewCycle = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  minimum: 1,
  maximum: 3650,
  description: 'Days after which a version is due to be looked over; null: never.',
});
const RetentionDays = Type.Integer({
  minimum: 0,
  maximum: 3650,
  description: 'Days between a deletion and the erasure of what was deleted; 0: at once.',
});

const FourEyes = Type.Boolean({
  description: 'Whether two people have to decide the same before anything of a held version is published.',
});
const ReviewDueHours = Type.Integer({
  minimum: 1,
  maximum: 8760,
  description: 'Hours after which a review that still waits is overdue; default 72.',
});

const ScreenQueries = oneOf(QUERY_SCREENINGS, {
  description:
    "What happens to a question that holds a patient's identifiers. off (default): nothing; redact: it is asked without them; refuse: it is not asked.",
});

const AnswerThreshold = Type.Unsafe<number | null>({
  type: ['number', 'null'],
  minimum: 0,
  maximum: 1,
  description:
    'Relevance from which on a passage counts as an answer. Where a search finds none, what it found below stands in "nearMisses". null (default): the system\'s own, and hits stay hits.',
});

const Rerank = Type.Boolean({
  description:
    'Whether its hits are put before the reranker, where the system has one (RERANKER_PROVIDER). Default true.',
});

export const CollectionBody = Type.Object({
  collectionId: Uuid,
  name: Type.String(),
  sourceType: oneOf(SOURCE_TYPES),
  language: Type.String(),
  phiPolicy: oneOf(PHI_POLICIES),
  phiPolicyReason: NullableString,
  chunking: Type.Object({
    strategy: oneOf(CHUNKING_STRATEGIES),
    maxTokens: Type.Integer(),
    overlapTokens: Type.Integer(),
  }),
  embeddingModel: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: "The model that its vectors are made with; null: the stack's own.",
  }),
  safetyLevel: oneOf(SAFETY_LEVELS),
  reviewCycleDays: NullableInteger,
  retentionDays: Type.Integer({ description: 'Days between a deletion and the erasure of what was deleted.' }),
  fourEyes: Type.Boolean(),
  reviewDueHours: Type.Integer(),
  screenQueries: oneOf(QUERY_SCREENINGS),
  answerThreshold: NullableNumber,
  rerank: Type.Boolean(),
  withdrawalEpoch: Type.Integer(),
  publicationEpoch: Type.Integer(),
  createdAt: Timestamp,
});

export const CollectionSummaryBody = Type.Object({
  ...CollectionBody.properties,
  documents: Type.Integer({ description: 'Documents with a live version that the key may see.' }),
  chunks: Type.Integer({ description: 'Their passages.' }),
  hidesDocuments: Type.Boolean({ description: 'There are more, above the safety level of the key.' }),
});

export const CollectionList = Type.Object({ collections: Type.Array(CollectionSummaryBody) });

const PhiPolicy = oneOf(PHI_POLICIES, {
  description:
    'block (default): a version with suspected patient data waits for review. redact: it is published with placeholders. allow: it is published for keys with phi:read; needs phiPolicyReason.',
});

export const CreateCollection = closed({
  name: CollectionName,
  sourceType: oneOf(SOURCE_TYPES),
  language: Type.Optional(Language),
  phiPolicy: Type.Optional(PhiPolicy),
  phiPolicyReason: Type.Optional(Reason),
  chunking: Type.Optional(Chunking),
  embeddingModel: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'One of the models of this system (EMBEDDING_MODELS); it does not change.',
    }),
  ),
  safetyLevel: Type.Optional(oneOf(SAFETY_LEVELS, { description: 'Of documents that do not say their own.' })),
  reviewCycleDays: Type.Optional(ReviewCycle),
  retentionDays: Type.Optional(RetentionDays),
  fourEyes: Type.Optional(FourEyes),
  reviewDueHours: Type.Optional(ReviewDueHours),
  screenQueries: Type.Optional(ScreenQueries),
  answerThreshold: Type.Optional(AnswerThreshold),
  rerank: Type.Optional(Rerank),
});

export const ChangeCollection = closed({
  sourceType: Type.Optional(oneOf(SOURCE_TYPES)),
  language: Type.Optional(Language),
  phiPolicy: Type.Optional(PhiPolicy),
  phiPolicyReason: Type.Optional(Reason),
  chunking: Type.Optional(Chunking),
  safetyLevel: Type.Optional(oneOf(SAFETY_LEVELS)),
  reviewCycleDays: Type.Optional(ReviewCycle),
  retentionDays: Type.Optional(RetentionDays),
  fourEyes: Type.Optional(FourEyes),
  reviewDueHours: Type.Optional(ReviewDueHours),
  screenQueries: Type.Optional(ScreenQueries),
  answerThreshold: Type.Optional(AnswerThreshold),
  rerank: Type.Optional(Rerank),
});

export const CollectionParams = closed({ name: CollectionName });

export type CollectionBody = Static<typeof CollectionBody>;
export type CollectionSummaryBody = Static<typeof CollectionSummaryBody>;
export type CollectionList = Static<typeof CollectionList>;
export type CreateCollection = Static<typeof CreateCollection>;
export type ChangeCollection = Static<typeof ChangeCollection>;
