import Type, { type Static } from 'typebox';
import { EVIDENCE_CERTAINTIES, RECOMMENDATION_STRENGTHS } from '../../core/contract/recommendation.js';
import { SAFETY_LEVELS, SOURCE_TYPES } from '../../core/contract/states.js';
import { SEARCH_MODES } from '../../core/retrieval/plan.js';
import { HitBody } from './chunk.js';
import { closed, CollectionName, FreeObject, oneOf, Uuid } from './fields.js';

const Day = Type.String({ format: 'date', description: 'ISO date, inclusive.' });
/** One value or a list of them. */
const oneOrMore = <T extends Type.TSchema>(item: T, description: string) =>
  Type.Union([item, Type.Array(item, { minItems: 1, maxItems: 100 })], { description });

/** What is asked of a graded recommendation. */
export const RecommendationAsked = closed(
  {
    strength: Type.Optional(oneOrMore(oneOf(RECOMMENDATION_STRENGTHS), 'One strength, or a list of them.')),
    certainty: Type.Optional(oneOrMore(oneOf(EVIDENCE_CERTAINTIES), 'One certainty, or a list of them.')),
  },
  {
    description:
      'Passages with a graded recommendation of which all this is true; {}: with any. Of several one is enough.',
  },
);

export const SearchFilters = closed({
  sourceType: Type.Optional(oneOrMore(oneOf(SOURCE_TYPES), 'One kind of source, or a list of them.')),
  language: Type.Optional(
    oneOrMore(Type.String({ pattern: '^[a-z]{2,3}$' }), 'A two-letter code such as en, or a list of such codes.'),
  ),
  publishedFrom: Type.Optional(Day),
  publishedTo: Type.Optional(Day),
  safetyLevel: Type.Optional(oneOf(SAFETY_LEVELS, { description: 'At most this level; never above that of the key.' })),
  documentIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 1000 })),
  recommendation: Type.Optional(RecommendationAsked),
  metadata: Type.Optional(FreeObject),
});

export const MAX_TOP_K = 100;
export const DEFAULT_TOP_K = 10;

export const SearchRequest = closed({
  query: Type.String({ description: 'Up to 2,000 characters.' }),
  collections: Type.Optional(Type.Array(CollectionName, { minItems: 1, maxItems: 100 })),
  mode: Type.Optional(oneOf(SEARCH_MODES, { description: 'Default hybrid.' })),
  topK: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOP_K, description: 'Default 10.' })),
  minScore: Type.Optional(Type.Number({ minimum: -1, maximum: 1, description: 'Cosine floor on the vector leg.' })),
  filters: Type.Optional(SearchFilters),
  asOf: Type.Optional(
    Type.String({ format: 'date', description: 'What was, or will be, in force on this day. Default: today, in UTC.' }),
  ),
  includeSuperseded: Type.Optional(
    Type.Boolean({ description: 'Also documents whose place another took by then. Default false.' }),
  ),
});

export const SearchData = Type.Object({
  hits: Type.Array(HitBody),
  nearMisses: Type.Array(HitBody, {
    description:
      'Where nothing answers: what was found in collections with an answerThreshold of their own. Empty otherwise.',
  }),
  confidence: Type.Number({
    description: '0…1, the best relevance of what was found. Low when nothing fits the question.',
  }),
  answerable: Type.Unsafe<boolean | null>({
    type: ['boolean', 'null'],
    description:
      'false: no passage is likely to hold the answer, and hits are near misses; null where that cannot be told.',
  }),
});

export const VectorIndexBody = Type.Object({
  model: Type.String(),
  revision: Type.String(),
  dimensions: Type.Integer(),
  vectorIndexIds: Type.Array(Uuid),
});

export const SEARCH_META = {
  mode: oneOf(['hybrid', 'vector', 'text'], { description: 'What was done.' }),
  cache: oneOf(['l1', 'l2', 'l3', 'semantic', 'miss'], {
    description: 'Where the answer lay: in the process, the shared tier, the object store; miss: nowhere.',
  }),
  vectorIndex: Type.Union([VectorIndexBody, Type.Null()], { description: 'null when no vectors were searched.' }),
  asOf: Type.String({ description: 'The day that the answer holds for.' }),
  furtherVectorIndexes: Type.Optional(
    Type.Array(VectorIndexBody, { description: 'Those of other models, where collections have such.' }),
  ),
  hint: Type.Optional(
    Type.String({
      description: 'Why nothing was found, where the key is the reason, or a question without a word to search for.',
    }),
  ),
  queryRedacted: Type.Optional(
    Type.Boolean({ description: 'The question was asked without what looked like identifiers of a patient.' }),
  ),
  degraded: Type.Optional(Type.String({ description: 'Why less was done than asked.' })),
};

export type SearchFilters = Static<typeof SearchFilters>;
export type SearchRequest = Static<typeof SearchRequest>;
export type SearchData = Static<typeof SearchData>;
export type VectorIndexBody = Static<typeof VectorIndexBody>;
