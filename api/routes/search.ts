import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeedWith } from '../http/envelope.js';
import { guardedRefusals, successWith } from '../schemas/envelope.js';
import { SEARCH_META, SearchData, SearchRequest } from '../schemas/search.js';
import { narrowScope } from '../auth/collection-scope.js';
import { hintOnNothing } from '../search/hint-on-nothing.js';
import type { Retrieve } from '../../core/retrieval/retrieve.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { presentHits, presentRetrieval } from '../search/search-answer.js';
import { screenQuery } from '../search/screen-query.js';
import { toRetrievalQuery } from '../search/search-query.js';

export function searchRoutes({ catalog }: ApiDependencies, retrieve: Retrieve): FastifyPluginAsyncTypebox {
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
        const scope = await narrowScope(catalog.collections, principalOf(request).scope, request.body.collections);
        const { text, redacted } = await screenQuery(catalog.collections, scope, query.text);
        const retrieved = await retrieve(scope, { ...query, text });
        const hint = retrieved.hits.length > 0 ? null : await hintOnNothing(catalog.collections, scope);
        const shown = retrieved.hits.map(({ chunk }) => chunk);
        await recordPassages(catalog.reviews, request, 'passages.found', shown);
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
