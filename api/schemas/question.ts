import Type, { type Static } from 'typebox';
import { ANSWERING_MODES, FEEDBACK_VERDICTS } from '../../core/contract/states.js';
import { MAX_QUERY_LENGTH } from '../../core/retrieval/query.js';
import { closed, Cursor, Limit, NullableString, oneOf, Timestamp, Uuid } from './fields.js';

const Ids = (what: string) => Type.Optional(Type.Array(Uuid, { maxItems: 100, uniqueItems: true, description: what }));

export const GiveFeedback = closed({
  verdict: oneOf(FEEDBACK_VERDICTS, {
    description: 'up: it answered; down: it did not, or is wrong; missing: nothing here answers it.',
  }),
  requestId: Type.Optional(Type.String({ format: 'uuid', description: 'meta.requestId of the search.' })),
  query: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4 * MAX_QUERY_LENGTH,
      description: 'The question, where no requestId is known. Only a keyed hash of it is kept.',
    }),
  ),
  chunkIds: Ids('Passages that it is about.'),
  documentIds: Ids('Documents that it is about.'),
  comment: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2_000, description: 'For the content team; kept sealed.' }),
  ),
  feedbackId: Type.Optional(
    Type.String({ format: 'uuid', description: 'Chosen by the client. The same again takes the place of the former.' }),
  ),
});

export const FeedbackReceipt = Type.Object({ feedbackId: Uuid });

export const FeedbackQuery = closed({
  verdict: Type.Optional(oneOf(FEEDBACK_VERDICTS, { description: 'Only opinions of this kind.' })),
  limit: Limit,
  cursor: Cursor,
});

const Mode = Type.Unsafe<(typeof ANSWERING_MODES)[number] | null>({
  type: ['string', 'null'],
  enum: [...ANSWERING_MODES, null],
  description: 'How the question was answered; null: not known.',
});

export const FeedbackList = Type.Object({
  feedback: Type.Array(
    Type.Object({
      feedbackId: Uuid,
      verdict: oneOf(FEEDBACK_VERDICTS),
      mode: Mode,
      requestId: NullableString,
      chunkIds: Type.Array(Uuid),
      documentIds: Type.Array(Uuid),
      comment: NullableString,
      givenAt: Timestamp,
    }),
  ),
  next: NullableString,
});

const day = (description: string) => Type.Optional(Type.String({ format: 'date', description }));

export const StatisticsQuery = closed({
  from: day('First day, UTC. Default: thirty days ago.'),
  to: day('Last day, UTC. Default: today.'),
});

export const StatisticsBody = Type.Object({
  from: Type.String(),
  to: Type.String(),
  counts: Type.Array(
    Type.Object({
      day: Type.String(),
      collection: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'The one that was asked; null: several, or all.',
      }),
      mode: oneOf(ANSWERING_MODES),
      asked: Type.Integer(),
      answerable: Type.Integer(),
      unanswered: Type.Integer({ description: 'What is in neither could not be told.' }),
      unansweredShare: Type.Number({ description: '0…1, of those that could be told.' }),
    }),
  ),
  feedback: Type.Array(
    Type.Object({
      day: Type.String(),
      mode: Mode,
      up: Type.Integer(),
      down: Type.Integer(),
      missing: Type.Integer(),
    }),
  ),
  themes: Type.Array(
    Type.Object({
      words: Type.Array(Type.String(), { description: 'One or two word stems that many documents hold.' }),
      questions: Type.Integer({ description: 'Different questions that nothing answered; at least 3.' }),
    }),
  ),
});

export type GiveFeedback = Static<typeof GiveFeedback>;
export type FeedbackReceipt = Static<typeof FeedbackReceipt>;
export type FeedbackList = Static<typeof FeedbackList>;
export type StatisticsBody = Static<typeof StatisticsBody>;
