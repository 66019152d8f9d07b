import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeedWith } from '../http/envelope.js';
import { guardedRefusals, successWith } from '../schemas/envelope.js';
import { SEARCH_META, SearchData, SearchRequest } from '../schemas/search.js';
import { presentChunk } from '../present/chunk.js';
import { createSearch } from '../search/run-search.js';

/** Four decimals tell any two ranks apart and keep the answer readable. */
const round = (score: number): number => Math.round(score * 10_000) / 10_000;
const roundOrNull = (score: number | null): number | null => (score === null ? null : round(score));

export function searchRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const search = createSearch(deps);
  return async (app) => {
    app.post(
      '/v1/search',
      {
        config: { access: ['search'] },
        schema: {
          summary: 'Search by meaning and by words',
          tags: ['search'],
          body: SearchRequest,
          response: { 200: successWith(SearchData, SEARCH_META), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const outcome = await search(principalOf(request).scope, request.body);
        const hits = outcome.hits.map(({ chunk, fused }) => ({
          ...presentChunk(chunk),
          score: round(fused.score),
          scores: { vector: roundOrNull(fused.scores.vector), text: roundOrNull(fused.scores.text) },
        }));
        return succeedWith({
          request,
          reply,
          data: { hits, confidence: round(outcome.confidence) },
          meta: {
            mode: outcome.mode,
            cache: 'miss' as const,
            vectorIndex: outcome.vectorIndex,
            asOf: outcome.asOf,
            ...(outcome.furtherVectorIndexes ? { furtherVectorIndexes: [...outcome.furtherVectorIndexes] } : {}),
            ...(outcome.degraded === undefined ? {} : { degraded: outcome.degraded }),
          },
        });
      },
    );
  };
}
