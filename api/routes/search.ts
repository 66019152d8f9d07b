import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { guardedRefusals, successWith } from '../schemas/envelope.js';
import { SEARCH_META, SearchData, SearchRequest } from '../schemas/search.js';
import { type AnswerSearch, sendAnswer } from '../search/answer-searches.js';

export function searchRoutes(answerSearch: AnswerSearch): FastifyPluginAsyncTypebox {
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
      async (request, reply) => sendAnswer(request, reply, await answerSearch(request, request.body)),
    );
  };
}
