import Type, { type Static } from 'typebox';
import { FAILURES, type FailureCode } from '../../core/contract/failures.js';
import {
  DOCUMENT_STATES,
  PAGE_METHODS,
  PAGE_OUTCOMES,
  PHI_STATUSES,
  REVIEW_STATUSES,
  SAFETY_LEVELS,
  SOURCE_TYPES,
  WITHDRAWAL_CAUSES,
} from '../../core/contract/states.js';
import {
  closed,
  CollectionName,
  Cursor,
  FreeObject,
  Limit,
  NullableString,
  oneOf,
  LinkParameter,
  PictureDpi,
  ScreenVersion,
  SUPERSESSION,
  Timestamp,
  Uuid,
} from './fields.js';

const NullableTimestamp = Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'UTC, ISO 8601.' });

const ErasureBody = Type.Object(
  {
    eraseAt: Timestamp,
    erasedAt: NullableTimestamp,
    removed: Type.Optional(
      Type.Object(
        {
          versions: Type.Integer(),
          chunks: Type.Integer(),
          postings: Type.Integer(),
          vectors: Type.Integer(),
          embeddings: Type.Integer(),
          objects: Type.Integer(),
        },
        { description: 'What was removed, by store; once it is erased.' },
      ),
    ),
  },
  { description: 'State `withdrawn` only: when what the document held is, or was, erased.' },
);

export const DocumentBody = Type.Object({
  documentId: Uuid,
  externalId: Type.String(),
  collection: Type.String(),
  title: NullableString,
  authors: Type.Array(Type.String()),
  sourceType: oneOf(SOURCE_TYPES),
  language: Type.String(),
  publishedOn: NullableString,
  ...SUPERSESSION,
  supersedes: Type.Array(Type.String(), { description: 'Document ids or external ids, as they were given.' }),
  safetyLevel: oneOf(SAFETY_LEVELS),
  state: oneOf(DOCUMENT_STATES),
  phiStatus: oneOf(PHI_STATUSES),
  screenedWith: NullableString,
  screenVersion: ScreenVersion,
  version: Type.Object(
    {
      versionId: Uuid,
      number: Type.Integer({ description: 'Counts the versions of the document from 1.' }),
      runId: Uuid,
      sha256: Type.String({ description: 'Of the source file.' }),
      pageCount: Type.Integer(),
      partial: Type.Boolean(),
      publishedAt: NullableTimestamp,
    },
    { description: 'The live version, or the newest one where none is live.' },
  ),
  reviewStatus: Type.Union([oneOf(REVIEW_STATUSES), Type.Null()], {
    description:
      'By the review cycle of its collection: due is a document to be looked over again. null: nothing is live.',
  }),
  reviewDueAt: NullableTimestamp,
  metadata: FreeObject,
  withdrawal: Type.Optional(
    Type.Object(
      { cause: oneOf(WITHDRAWAL_CAUSES), at: Timestamp },
      { description: 'Why its source withdrew it; state `withdrawn` only.' },
    ),
  ),
  erasure: Type.Optional(ErasureBody),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

export const DocumentList = Type.Object({ documents: Type.Array(DocumentBody), next: NullableString });

export const DocumentText = Type.Object({ text: Type.String() });

export const PageBody = Type.Object({
  page: Type.Integer({ description: '1-based.' }),
  outcome: oneOf(PAGE_OUTCOMES),
  reason: Type.String(),
  failureCode: Type.Optional(oneOf(Object.keys(FAILURES) as FailureCode[])),
  scores: Type.Object({
    textCoverage: Type.Optional(Type.Number()),
    garbageRatio: Type.Optional(Type.Number()),
    imageArea: Type.Optional(Type.Number()),
    ocrConfidence: Type.Optional(Type.Number()),
    rotation: Type.Optional(Type.Number()),
  }),
  width: Type.Number({ description: 'PDF points, as displayed.' }),
  height: Type.Number(),
});

export const PageList = Type.Object({ versionId: Uuid, pages: Type.Array(PageBody) });

export const PageListQuery = closed({
  version: Type.Optional(
    Type.Union([oneOf(['live', 'newest']), Uuid], {
      description: 'live (the default; where nothing is live, the newest), newest, or the id of a version.',
    }),
  ),
});

export const DeletionReceipt = Type.Object({
  documentId: Uuid,
  deletedAt: Timestamp,
  withdrawnVersions: Type.Integer({ description: 'Live versions withdrawn: 0 or 1.' }),
  eraseAt: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: "When its text, files and vectors are erased: by its collection's retentionDays. UTC, ISO 8601.",
  }),
});

export const ConfirmReceipt = Type.Object({
  documentId: Uuid,
  versionId: Uuid,
  confirmedAt: Timestamp,
  reviewDueAt: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'When it has to be looked over again; null: its collection has no review cycle. UTC, ISO 8601.',
  }),
});

export const RereadParams = closed({
  documentId: Uuid,
  page: Type.Integer({ minimum: 1, description: '1-based.' }),
});

export const PageParams = RereadParams;

export const PagePictureQuery = closed({ dpi: PictureDpi, link: LinkParameter });

export const RereadPage = closed({
  method: oneOf(PAGE_METHODS, { description: 'native: by its text layer; ocr: by its picture.' }),
});

export const PartialReceipt = Type.Object({
  documentId: Uuid,
  versionId: Uuid,
  failedPages: Type.Integer({ description: 'Pages that the published version lacks.' }),
});

export const DocumentParams = closed({ documentId: Uuid });

export const DocumentQuery = closed({
  collection: Type.Optional(CollectionName),
  externalId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, description: 'Only the document that is known by exactly this.' }),
  ),
  named: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'Part of the title or the external id, whatever the case.',
    }),
  ),
  state: Type.Optional(
    oneOf(DOCUMENT_STATES, { description: 'Without it all are listed but deleted and withdrawn ones.' }),
  ),
  changedFrom: Type.Optional(Type.String({ format: 'date', description: 'First day (UTC) of the last change.' })),
  changedTo: Type.Optional(Type.String({ format: 'date', description: 'Last day (UTC) of the last change.' })),
  superseded: Type.Optional(
    Type.Boolean({ description: 'true: only those whose place another document has today. false: only the others.' }),
  ),
  reviewStatus: Type.Optional(
    oneOf(REVIEW_STATUSES, { description: 'Of the review cycle of its collection; due: to be looked over again.' }),
  ),
  limit: Limit,
  cursor: Cursor,
});

export type DocumentBody = Static<typeof DocumentBody>;
export type DocumentQuery = Static<typeof DocumentQuery>;
export type ErasureBody = Static<typeof ErasureBody>;
export type DocumentList = Static<typeof DocumentList>;
export type DocumentText = Static<typeof DocumentText>;
export type PageBody = Static<typeof PageBody>;
export type PageList = Static<typeof PageList>;
export type RereadPage = Static<typeof RereadPage>;
export type ConfirmReceipt = Static<typeof ConfirmReceipt>;
export type PartialReceipt = Static<typeof PartialReceipt>;
export type DeletionReceipt = Static<typeof DeletionReceipt>;
