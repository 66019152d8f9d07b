import Type, { type Static } from 'typebox';
import { LOSS_REASONS } from '../../core/contract/golden-question.js';
import { GOLDEN_GATES, SAFETY_LEVELS } from '../../core/contract/states.js';
import { MAX_QUERY_LENGTH } from '../../core/retrieval/query.js';
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
import { DEFAULT_TOP_K, MAX_TOP_K } from './search.js';

const ExpectedDocument = Type.Union(
  [closed({ externalId: Type.String({ minLength: 1, maxLength: 512 }) }), closed({ documentId: Uuid })],
  { description: '{"externalId"} or {"documentId"}.' },
);

export const DeclareGoldenQuestion = closed({
  collection: CollectionName,
  question: Type.String({ minLength: 1, maxLength: 4 * MAX_QUERY_LENGTH, description: 'Up to 2,000 characters.' }),
  documents: Type.Optional(
    Type.Array(ExpectedDocument, {
      minItems: 1,
      maxItems: 20,
      description: 'The answer stands in one of them. They may be published later. Absent: in any.',
    }),
  ),
  pages: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 100_000 }), {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      description: 'The passage stands on one of these pages. Absent: on any.',
    }),
  ),
  phrase: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      description: 'Words that the passage holds, whatever their case and spacing.',
    }),
  ),
  withinRank: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_TOP_K, description: `Among so many hits. Default ${DEFAULT_TOP_K}.` }),
  ),
  gate: Type.Optional(
    oneOf(GOLDEN_GATES, {
      description:
        'warn (default): a lost answer is told. block: besides, a version of an expected document without the phrase or its pages is not published.',
    }),
  ),
});

export const GoldenQuestionParams = closed({ goldenQuestionId: Uuid });

const STATES = ['unchecked', 'found', 'lost'] as const;

export const GoldenQuestionsQuery = closed({
  collection: Type.Optional(CollectionName),
  state: Type.Optional(oneOf(STATES, { description: 'Only those in this state.' })),
  limit: Limit,
  cursor: Cursor,
});

export const GoldenQuestionBody = Type.Object({
  goldenQuestionId: Uuid,
  collection: Type.String(),
  question: Type.String(),
  phrase: NullableString,
  documents: Type.Array(Type.Object({ externalId: Type.Optional(Type.String()), documentId: Type.Optional(Uuid) })),
  pages: Type.Array(Type.Integer()),
  withinRank: Type.Integer(),
  gate: oneOf(GOLDEN_GATES),
  safetyLevel: oneOf(SAFETY_LEVELS, { description: 'It is asked as a key of this level asks.' }),
  createdAt: Timestamp,
  heldBack: Type.Union([Type.Object({ versionId: Uuid, runId: Uuid, since: Timestamp }), Type.Null()], {
    description: 'What was not published, as it would have lost the answer (gate block).',
  }),
  result: Type.Object(
    {
      state: oneOf(STATES, { description: 'unchecked: not yet, since it was declared.' }),
      checkedAt: NullableString,
      rank: NullableInteger,
      reason: Type.Unsafe<(typeof LOSS_REASONS)[number] | null>({
        type: ['string', 'null'],
        enum: [...LOSS_REASONS, null],
        description:
          'nothing: no hit at all; document: none of an expected document; page: none of these on an expected page; phrase: none of those with the words.',
      }),
      lostSince: NullableString,
      publications: Type.Array(Type.Object({ runId: Uuid, documentId: Uuid, versionId: Uuid }), {
        description:
          'What was published between the last check that found the answer and the first that did not; those of expected documents first, five at most.',
      }),
    },
    { description: 'Of the last check.' },
  ),
});

export const GoldenQuestionList = Type.Object({
  goldenQuestions: Type.Array(GoldenQuestionBody),
  next: NullableString,
});

export const CheckGoldenQuestions = closed({ collection: CollectionName });
export const AskedCheck = Type.Object({ collection: Type.String(), askedAt: Timestamp });

export const RemovedGoldenQuestion = Type.Object({ goldenQuestionId: Uuid });

export type DeclareGoldenQuestion = Static<typeof DeclareGoldenQuestion>;
export type AskedCheck = Static<typeof AskedCheck>;
export type GoldenQuestionBody = Static<typeof GoldenQuestionBody>;
export type GoldenQuestionList = Static<typeof GoldenQuestionList>;
