import Type, { type Static } from 'typebox';
import {
  SHOWN_ACT_KINDS,
  ANY_RUN_STATES,
  DOCUMENT_STATES,
  RECORD_OUTCOMES,
  RUN_STATES,
  STAGES,
} from '../../core/contract/states.js';
import { RescreenBody } from './rescreen.js';
import { closed, CollectionName, Cursor, Limit, NullableString, oneOf, Timestamp, Uuid } from './fields.js';

const ProgressBody = Type.Object({
  total: Type.Integer({ description: '0 while unknown, and for sources without pages or records.' }),
  done: Type.Integer(),
});

const ErrorOfRun = Type.Object({
  code: Type.String(),
  message: Type.String(),
  retryable: Type.Boolean({ description: 'false: another try of the same file fails as well.' }),
});

export const RunSummaryBody = Type.Object({
  kind: Type.Literal('ingest'),
  runId: Uuid,
  workflowId: Type.String(),
  sourceId: Uuid,
  collection: Type.String(),
  fileName: Type.String(),
  retryOf: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'The run that this one tries again.' }),
  state: oneOf(RUN_STATES),
  stage: oneOf(STAGES),
  pages: ProgressBody,
  records: ProgressBody,
  error: Type.Optional(ErrorOfRun),
  urgent: Type.Boolean({ description: 'It goes before all that is not urgent.' }),
  acceptedAt: Timestamp,
  finishedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'UTC, ISO 8601.' }),
});

export const RunBody = Type.Object({
  ...RunSummaryBody.properties,
  documents: Type.Array(
    Type.Object({
      documentId: Uuid,
      externalId: Type.String(),
      title: NullableString,
      state: oneOf([...DOCUMENT_STATES, 'unchanged'] as const),
      screenedWith: NullableString,
    }),
    { description: 'At most the first 1,000, in the order of the source.' },
  ),
});

/** A run that reads no source. */
export const ActBody = Type.Object({
  kind: oneOf(SHOWN_ACT_KINDS),
  runId: Uuid,
  workflowId: Type.String(),
  collection: NullableString,
  state: oneOf(ANY_RUN_STATES),
  stage: Type.String(),
  pages: ProgressBody,
  records: Type.Object(
    { total: Type.Integer(), done: Type.Integer() },
    {
      description:
        'Of an erasure: documents erased so far; how many there will be is not known before. Of a move of vectors: passages. Of a rescreen: documents.',
    },
  ),
  rescreen: Type.Optional(RescreenBody),
  documents: Type.Array(Type.Never(), { description: 'Empty: a document tells of its own erasure.' }),
  error: Type.Optional(ErrorOfRun),
  acceptedAt: Timestamp,
  finishedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'UTC, ISO 8601.' }),
});

export const RunList = Type.Object({
  runs: Type.Array(Type.Union([RunSummaryBody, ActBody]), {
    description: 'Runs that read a source, and acts such as erasures; `kind` tells them apart. Syncs are not listed.',
  }),
  next: NullableString,
});

export const RunParams = closed({ runId: Uuid });

export const RunQuery = closed({
  collection: Type.Optional(CollectionName),
  state: Type.Optional(oneOf(ANY_RUN_STATES, { description: 'Only runs in this state.' })),
  kind: Type.Optional(oneOf(['ingest', ...SHOWN_ACT_KINDS] as const, { description: 'Only runs of this kind.' })),
  limit: Limit,
  cursor: Cursor,
});

export const RecordQuery = closed({
  outcome: Type.Optional(oneOf(RECORD_OUTCOMES, { description: 'Only records that ended so.' })),
  limit: Limit,
  cursor: Cursor,
});

export const RecordList = Type.Object({
  records: Type.Array(
    Type.Object({
      index: Type.Integer({ description: 'Position in the source, from 0.' }),
      externalId: NullableString,
      documentId: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
      outcome: oneOf(RECORD_OUTCOMES),
      reason: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it was not read.' }),
    }),
    { description: 'In the order of the source.' },
  ),
  counts: Type.Optional(
    Type.Record(Type.String(), Type.Integer(), { description: 'Records by outcome; on the first page only.' }),
  ),
  next: NullableString,
});

export const RetriedRun = Type.Object({
  runId: Uuid,
  workflowId: Type.String(),
  sourceId: Type.Optional(Uuid),
  retryOf: Uuid,
  joined: Type.Boolean({ description: 'It was tried again already, and that is under way: this is that run.' }),
});

export type RetriedRun = Static<typeof RetriedRun>;
export type RunSummaryBody = Static<typeof RunSummaryBody>;
export type ActBody = Static<typeof ActBody>;
export type RunBody = Static<typeof RunBody>;
export type RecordList = Static<typeof RecordList>;
export type RunList = Static<typeof RunList>;
