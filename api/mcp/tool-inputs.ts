import Type from 'typebox';
import { ContextRequest } from '../schemas/context.js';
import { RecommendationAsked } from '../schemas/search.js';
import { closed, CollectionName, Uuid } from '../schemas/fields.js';

const Query = Type.String({ minLength: 1, maxLength: 2_000, description: 'The question, in its own words.' });
const Collections = Type.Optional(
  Type.Array(CollectionName, {
    minItems: 1,
    maxItems: 100,
    description: 'Only these; all that the key sees without it.',
  }),
);

export const SearchTool = closed({
  query: Query,
  collections: Collections,
  topK: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Default 8.' })),
  recommendation: Type.Optional(RecommendationAsked),
});

const { maxTokens, tokenizer, asOf, includeSuperseded } = ContextRequest.properties;
export const ContextTool = closed({
  query: Query,
  collections: Collections,
  maxTokens,
  tokenizer,
  asOf,
  includeSuperseded,
  recommendation: Type.Optional(RecommendationAsked),
});

export const CitationTool = closed({ chunkId: Uuid });

/** As clients know it from other servers. */
export const FetchTool = closed({ id: Uuid });
