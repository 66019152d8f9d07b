import Type, { type Static } from 'typebox';
import { SOURCE_TYPES, REVIEW_STATUSES } from '../../core/contract/states.js';
import { WARNINGS, type WarningCode } from '../../core/retrieval/context/warnings.js';
import { AnchorBody, GRADES } from './chunk.js';
import { closed, NullableString, oneOf, SUPERSESSION, Uuid } from './fields.js';
import { SEARCH_META, SearchRequest } from './search.js';

/** A passage of 256 tokens and what names its source fit. */
export const MIN_CONTEXT_TOKENS = 400;
/** More than the 100 best hits hold. */
export const MAX_CONTEXT_TOKENS = 100_000;
/** A page or two, of which a model reads every word. */
export const DEFAULT_CONTEXT_TOKENS = 3_000;
export const DEFAULT_CONTEXT_TOP_K = 20;

export const ContextRequest = closed({
  ...SearchRequest.properties,
  topK: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description: `Hits that are packed, at most. Default ${DEFAULT_CONTEXT_TOP_K}.`,
    }),
  ),
  maxTokens: Type.Optional(
    Type.Integer({
      minimum: MIN_CONTEXT_TOKENS,
      maximum: MAX_CONTEXT_TOKENS,
      description: `Of the text, at most. Default ${DEFAULT_CONTEXT_TOKENS}.`,
    }),
  ),
  tokenizer: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Counts the tokens: o200k_base, cl100k_base, estimate, or an embedding model. Default: the collections’ model.',
    }),
  ),
});

const CitedDocument = {
  documentId: Uuid,
  externalId: Type.String(),
  title: NullableString,
  collection: Type.String(),
};

export const CitationBody = Type.Object({
  number: Type.Integer({ description: 'The id of the source in the text.' }),
  ...CitedDocument,
  sourceType: oneOf(SOURCE_TYPES),
  version: Type.Object({ versionId: Uuid, number: Type.Integer() }),
  chunkIds: Type.Array(Uuid, { description: 'Of the passage, in order: GET /v1/chunks/:chunkId.' }),
  text: Type.String({ description: 'The passage as the text shows it, tables as Markdown.' }),
  anchor: AnchorBody,
  ...GRADES,
  publishedOn: NullableString,
  ...SUPERSESSION,
  reviewStatus: oneOf(REVIEW_STATUSES),
  partial: Type.Boolean(),
  warnings: Type.Array(Type.Object({ code: oneOf(Object.keys(WARNINGS) as WarningCode[]), message: Type.String() })),
  alsoIn: Type.Array(Type.Object({ ...CitedDocument, chunkId: Uuid }), {
    description: 'Hits that say the same words, and are not shown.',
  }),
});

export const ContextData = Type.Object({
  text: Type.String({ description: 'For the prompt. Empty when nothing was found, or nothing fits.' }),
  citations: Type.Array(CitationBody),
  omitted: Type.Integer({ description: 'Hits for which there was no room.' }),
  confidence: Type.Number({ description: 'As of a search.' }),
  answerable: Type.Unsafe<boolean | null>({
    type: ['boolean', 'null'],
    description: 'As of a search.',
  }),
});

export const CONTEXT_META = {
  ...SEARCH_META,
  hint: Type.Optional(
    Type.String({
      description:
        'For the prompt, before the sources: that nothing here is likely to answer; or why nothing was found.',
    }),
  ),
  tokens: Type.Object({
    used: Type.Integer(),
    max: Type.Integer(),
    tokenizer: Type.String({ description: 'That counted.' }),
    exact: Type.Boolean({ description: 'false: an estimate, on the high side.' }),
  }),
};

export type ContextRequest = Static<typeof ContextRequest>;
export type ContextData = Static<typeof ContextData>;
export type CitationBody = Static<typeof CitationBody>;
