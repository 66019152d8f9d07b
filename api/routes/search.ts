import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeedWith } from '../http/envelope.js';
import { guardedRefusals, successWith } from '../schemas/envelope.js';
import { SEARCH_META, SearchData, SearchRequest } from '../schemas/search.js';
import { narrowScope } from '../auth/collection-scope.js';
import { createRetrieval, type Retrieve } from '../../core/retrieval/retrieve.js';
import { ForeignModels } from '../../core/retrieval/plan.js';
import { ApiError } from '../errors.js';
import { hintOnNothing } from '../search/hint-on-nothing.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { presentHits, presentModel, presentRetrieval } from '../search/search-answer.js';
import { screenQuery } from '../search/screen-query.js';
import { toRetrievalQuery } from '../search/search-query.js';

export function searchRoutes(deps: ApiDependencies): FastifyPluginAsyncTypebox {
  const retrieve = tellingForeignModels(createRetrieval(deps));
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
        const query = toRetrievalQuery(request.body);
        const scope = await narrowScope(deps.catalog.collections, principalOf(request).scope, request.body.collections);
        const { text, redacted } = await screenQuery(deps.catalog.collections, scope, query.text);
        const retrieved = await retrieve(scope, { ...query, text });
        const hint = retrieved.hits.length > 0 ? null : await hintOnNothing(deps.catalog.collections, scope);
        const shown = retrieved.hits.map(({ chunk }) => chunk);
        await recordPassages(deps.catalog.reviews, request, 'passages.found', shown);
        return succeedWith({
          request,
          reply,
          data: presentHits(retrieved),
          meta: {
            cache: 'miss' as const,
            ...presentRetrieval(retrieved, query.filter.inForce.on),
            ...(hint === null ? {} : { hint }),
            ...(redacted ? { queryRedacted: true } : {}),
          },
        });
      },
    );
  };
}

/** Errors: `MODEL_MISMATCH` with the models that do not go together. */
function tellingForeignModels(retrieve: Retrieve): Retrieve {
  return async (scope, query) => {
    try {
      return await retrieve(scope, query);
    } catch (error) {
      if (!(error instanceof ForeignModels)) throw error;
      const details = { configured: presentModel(error.configured), indexed: error.indexed.map(presentModel) };
      throw new ApiError('MODEL_MISMATCH', { details, cause: error });
    }
  };
}
