import Type, { type Static } from 'typebox';
import { RECALL_REASONS } from '../../core/contract/states.js';
import { closed, CollectionName, Cursor, Limit, NullableString, oneOf, Timestamp, Uuid } from './fields.js';
import { MAX_QUERY_LENGTH } from '../../core/retrieval/query.js';

/** An answer of some 5,000 words. */
const MAX_ANSWER_LENGTH = 40_000;
const MAX_CITATIONS = 100;

/** No words, so that no name of a person stands there by mistake. */
const OpaqueId = Type.Optional(
  Type.String({
    pattern: '^[A-Za-z0-9._:/@-]{1,128}$',
    description: 'An id of the chat service, opaque to medindex. Never a name or a record number of a patient.',
  }),
);

const Question = Type.String({ minLength: 1, maxLength: 4 * MAX_QUERY_LENGTH });

export const KeepAnswer = closed({
  question: Question,
  answer: Type.String({ minLength: 1, maxLength: MAX_ANSWER_LENGTH }),
  chunkIds: Type.Array(Uuid, {
    minItems: 1,
    maxItems: MAX_CITATIONS,
    uniqueItems: true,
    description: 'The passages that it rests on, in the order of its citations.',
  }),
  subject: OpaqueId,
  reference: OpaqueId,
  answerId: Type.Optional(
    Type.String({ format: 'uuid', description: 'Chosen by the chat service: the same again changes nothing.' }),
  ),
});

export const LookUpAnswer = closed({
  question: Question,
  collections: Type.Optional(Type.Array(CollectionName, { minItems: 1, maxItems: 50 })),
});

export const AnswerParams = closed({ answerId: Uuid });

export const RecalledQuery = closed({
  since: Type.Optional(
    Type.String({ format: 'date', description: 'The first day (UTC) of the answers. Default: thirty days ago.' }),
  ),
  limit: Limit,
  cursor: Cursor,
});

const CitationState = Type.Object({
  chunkId: Uuid,
  documentId: Uuid,
  versionId: Uuid,
  holds: Type.Boolean({ description: 'The version is the live one, and nothing has taken its place.' }),
  reason: Type.Unsafe<(typeof RECALL_REASONS)[number] | null>({
    type: ['string', 'null'],
    enum: [...RECALL_REASONS, null],
    description: 'Why it holds no longer.',
  }),
  since: NullableString,
});

export const AnswerBody = Type.Object({
  answerId: Uuid,
  toldAt: Timestamp,
  subject: NullableString,
  reference: NullableString,
  holds: Type.Boolean({ description: 'Each of its citations holds, and the key may see it.' }),
  question: NullableString,
  answer: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'null where it holds no longer.' }),
  citations: Type.Array(CitationState),
});

export const FoundAnswer = Type.Object({
  match: Type.Unsafe<'exact' | 'semantic' | null>({
    type: ['string', 'null'],
    enum: ['exact', 'semantic', null],
    description: 'semantic: the same question in other words; null: no answer holds.',
  }),
  answer: Type.Unsafe<Static<typeof AnswerBody> | null>({ anyOf: [AnswerBody, { type: 'null' }] }),
});

export const RecalledList = Type.Object({
  answers: Type.Array(
    Type.Object({
      answerId: Uuid,
      toldAt: Timestamp,
      subject: NullableString,
      reference: NullableString,
      recalledAt: Timestamp,
      reasons: Type.Array(oneOf(RECALL_REASONS)),
      citations: Type.Array(CitationState),
    }),
  ),
  next: NullableString,
});

export const ForgottenAnswer = Type.Object({ answerId: Uuid });

export type KeepAnswer = Static<typeof KeepAnswer>;
export type LookUpAnswer = Static<typeof LookUpAnswer>;
export type FoundAnswer = Static<typeof FoundAnswer>;
export type AnswerBody = Static<typeof AnswerBody>;
export type RecalledList = Static<typeof RecalledList>;
