import Type, { type Static } from 'typebox';
import {
  EVIDENCE_CERTAINTIES,
  type EvidenceCertainty,
  GRADING_SYSTEMS,
  RECOMMENDATION_STRENGTHS,
  type RecommendationStrength,
} from '../../core/contract/recommendation.js';
import { REVIEW_STATUSES, SOURCE_TYPES } from '../../core/contract/states.js';
import {
  closed,
  LinkParameter,
  NullableNumber,
  NullableString,
  oneOf,
  PictureDpi,
  SUPERSESSION,
  Uuid,
} from './fields.js';

/** Where a passage stands in the file it was read from. */
export const AnchorBody = Type.Object({
  sha256: Type.String({ description: 'SHA-256 of the source file.' }),
  pages: Type.Array(Type.Integer(), { description: '1-based; empty where the source has no pages.' }),
  boxes: Type.Array(
    Type.Object({
      page: Type.Integer(),
      x: Type.Number(),
      y: Type.Number(),
      width: Type.Number(),
      height: Type.Number(),
    }),
    { description: 'PDF points, origin at the top left of the page as displayed.' },
  ),
  start: Type.Integer({ description: 'Offset into the text of the version, in UTF-16 code units.' }),
  end: Type.Integer(),
  sectionPath: Type.Array(Type.String()),
  pmid: Type.Optional(Type.String()),
  doi: Type.Optional(Type.String()),
});

const GRADE = {
  strength: Type.Unsafe<RecommendationStrength | null>({
    type: ['string', 'null'],
    enum: [...RECOMMENDATION_STRENGTHS, null],
    description:
      'conditional: also what is called weak. null: none is stated, or its scheme does not say which of these it is.',
  }),
  certainty: Type.Unsafe<EvidenceCertainty | null>({
    type: ['string', 'null'],
    enum: [...EVIDENCE_CERTAINTIES, null],
    description: 'Of the evidence, by GRADE; null as with strength.',
  }),
  direction: Type.Optional(oneOf(['for', 'against'])),
  system: Type.Optional(oneOf(GRADING_SYSTEMS, { description: 'Absent where the grade could be of several.' })),
  asWritten: Type.String({ description: 'E.g. Class IIa, Level of Evidence B.' }),
};

/** What a passage says of the weight of its recommendations. */
export const GRADES = {
  recommendation: Type.Union([Type.Object(GRADE), Type.Null()], {
    description: 'The grade of what the passage recommends; null without one, and where its recommendations differ.',
  }),
  recommendations: Type.Array(
    Type.Object({
      ...GRADE,
      start: Type.Integer({ description: 'Of statement and grade; offset into the text of the version.' }),
      end: Type.Integer(),
    }),
    { description: 'Each graded recommendation of the passage, in order.' },
  ),
};

/** A citable passage of a live version. */
export const ChunkBody = Type.Object({
  chunkId: Uuid,
  documentId: Uuid,
  text: Type.String(),
  tableHeader: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'First row of the table in whose middle the passage opens; not part of its text.',
  }),
  markdown: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The passage with its tables as Markdown, header row included; null where it holds none.',
  }),
  title: NullableString,
  collection: Type.String(),
  sourceType: oneOf(SOURCE_TYPES),
  externalId: Type.String(),
  version: Type.Object({ versionId: Uuid, number: Type.Integer() }),
  ordinal: Type.Integer({ description: 'Position in the document, from 0.' }),
  anchor: AnchorBody,
  ...GRADES,
  publishedOn: NullableString,
  ...SUPERSESSION,
  reviewStatus: oneOf(REVIEW_STATUSES),
  partial: Type.Boolean({ description: 'Published with pages missing.' }),
});

/** Passages of a page, and of most documents: an answer stays at some megabytes. */
export const MAX_CHUNKS = 1_000;

export const ChunkListQuery = closed({
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_CHUNKS,
      description: `Default ${MAX_CHUNKS}, which most documents are within.`,
    }),
  ),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'The "next" of the page before.' })),
});

export const ChunkList = Type.Object({ chunks: Type.Array(ChunkBody), next: NullableString });

export const HitBody = Type.Object({
  ...ChunkBody.properties,
  score: Type.Number({
    description: '0…1: how it stands among the hits of this answer. Not to be compared between questions.',
  }),
  scores: Type.Object(
    { vector: NullableNumber, text: NullableNumber, rerank: NullableNumber },
    {
      description:
        'Cosine and BM25, null where that leg did not find it; and what the reranker says (0…1), null where it was not asked.',
    },
  ),
  relevance: Type.Unsafe<number | null>({
    type: ['number', 'null'],
    description:
      'How likely it answers the question, 0…1, by one scale for all questions; null where that cannot be told.',
  }),
});

export const ChunkParams = closed({ chunkId: Uuid });

export const PictureQuery = closed({
  page: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Of a passage that stands on several; the first by default.' }),
  ),
  dpi: PictureDpi,
  link: LinkParameter,
});

export type ChunkBody = Static<typeof ChunkBody>;
export type ChunkList = Static<typeof ChunkList>;
export type HitBody = Static<typeof HitBody>;
