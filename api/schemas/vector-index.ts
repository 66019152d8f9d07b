import Type, { type Static } from 'typebox';
import { MOVE_POLICIES, MOVE_STAGES } from '../../core/contract/move-messages.js';
import { VECTOR_STORES } from '../../core/ports/vector-index.js';
import { MAX_QUERY_LENGTH } from '../../core/retrieval/query.js';
import { closed, CollectionName, NullableNumber, oneOf, Timestamp, Uuid } from './fields.js';

/** Each is two searches: 200 take some seconds. */
const MAX_QUESTIONS = 200;
/** A former index costs as much storage as the new one. */
const MAX_KEEP_DAYS = 365;
export const DEFAULT_KEEP_DAYS = 7;

const target = {
  collection: CollectionName,
  model: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The stack’s own model, or one of EMBEDDING_MODELS. Default: the one that the collection has.',
    }),
  ),
  store: Type.Optional(oneOf(VECTOR_STORES, { description: 'Default: where the vectors lie.' })),
};

export const MoveTarget = closed(target);

export const StartMove = closed({
  ...target,
  policy: Type.Optional(
    oneOf(MOVE_POLICIES, {
      description:
        'ask (the default): somebody has the new index searched. whenNothingIsLost: the comparison does, where every question still finds what it found.',
    }),
  ),
  keepDays: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_KEEP_DAYS,
      description: `How long the former index stays for a way back. Default ${DEFAULT_KEEP_DAYS}.`,
    }),
  ),
  questions: Type.Optional(
    Type.Array(
      closed({
        query: Type.String({ minLength: 1, maxLength: MAX_QUERY_LENGTH }),
        expected: Type.Optional(
          Type.Array(Uuid, { maxItems: 100, description: 'Ids of the documents that should be found.' }),
        ),
      }),
      { maxItems: MAX_QUESTIONS, description: 'What both indexes are asked, besides titles of documents.' },
    ),
  ),
});

export const MoveEstimateBody = Type.Object({
  chunks: Type.Integer(),
  tokens: Type.Integer({ description: 'As they were counted when the passages were cut.' }),
  tooLong: Type.Integer({ description: 'Passages of which the new model reads the beginning only.' }),
  seconds: Type.Unsafe<number | null>({
    type: ['number', 'null'],
    description: 'Of embedding, by a measured sample; 0 where the vectors are known already.',
  }),
  bytes: Type.Integer({ description: 'Of the vectors; an approximate index takes as much again.' }),
});

const Comparison = Type.Object({
  questions: Type.Integer(),
  judged: Type.Integer({ description: 'Those of which it is known which documents should be found.' }),
  overlap: NullableNumber,
  rankBiasedOverlap: NullableNumber,
  ndcg: Type.Union([Type.Object({ live: Type.Number(), next: Type.Number() }), Type.Null()]),
  lost: Type.Integer({ description: 'Questions of which something is not found any more.' }),
});

export const MoveBody = Type.Object({
  runId: Uuid,
  stage: oneOf([...MOVE_STAGES, 'accepted', 'done'] as const),
  policy: oneOf(MOVE_POLICIES),
  keepDays: Type.Integer(),
  embedded: Type.Integer({ description: 'Passages that this run has given vectors.' }),
  estimate: Type.Union([MoveEstimateBody, Type.Null()]),
  comparison: Type.Union([Comparison, Type.Null()]),
  acceptedAt: Timestamp,
});

export const GenerationBody = Type.Object({
  vectorIndexId: Uuid,
  collection: Type.String(),
  model: Type.String(),
  revision: Type.String(),
  dimensions: Type.Integer(),
  store: oneOf(VECTOR_STORES),
  state: oneOf(['building', 'live', 'retired'] as const),
  complete: Type.Boolean({ description: 'It has a vector for each stored passage.' }),
  move: Type.Union([MoveBody, Type.Null()], { description: 'The run that makes it, while that is under way.' }),
});

export const GenerationList = Type.Object({
  vectorIndexes: Type.Array(GenerationBody),
  models: Type.Array(Type.String(), { description: 'That this system has: where vectors can be moved to.' }),
  stores: Type.Array(oneOf(VECTOR_STORES)),
});

export const GenerationQuery = closed({ collection: Type.Optional(CollectionName) });
export const GenerationParams = closed({ vectorIndexId: Uuid });

export const AcceptedMove = Type.Object({
  runId: Uuid,
  workflowId: Type.String(),
  joined: Type.Boolean({ description: 'The same move was under way: this is that run.' }),
});

export const DecidedMove = Type.Object({
  runId: Uuid,
  stage: oneOf([...MOVE_STAGES, 'done'] as const),
});

export const ComparisonReport = Type.Object({
  summary: Comparison,
  questions: Type.Array(
    Type.Object({
      text: Type.String(),
      judged: Type.Boolean(),
      overlap: Type.Number(),
      rankBiasedOverlap: Type.Number(),
      ndcg: Type.Union([Type.Object({ live: Type.Number(), next: Type.Number() }), Type.Null()]),
      lost: Type.Array(Uuid, { description: 'Documents that are not found any more.' }),
    }),
  ),
});

export type MoveTarget = Static<typeof MoveTarget>;
export type StartMove = Static<typeof StartMove>;
export type MoveEstimateBody = Static<typeof MoveEstimateBody>;
export type MoveBody = Static<typeof MoveBody>;
export type GenerationBody = Static<typeof GenerationBody>;
export type GenerationList = Static<typeof GenerationList>;
export type AcceptedMove = Static<typeof AcceptedMove>;
export type DecidedMove = Static<typeof DecidedMove>;
export type ComparisonReport = Static<typeof ComparisonReport>;
