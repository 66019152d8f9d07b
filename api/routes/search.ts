import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { FrequentQuestions } from '../questions/frequent-questions.js';
import type { QuestionMeter } from '../questions/question-meter.js';
import { guardedRefusals, successWith } from '../schemas/envelope.js';
import { SEARCH_META, SearchData, SearchRequest } from '../schemas/search.js';
import { type AnswerSearch, sendAnswer } from '../search/answer-searches.js';
import { questionText } from '../search/screen-query.js';

/** `frequent`: counts what is asked; `null`: nobody does. */
export function searchRoutes(
  answerSearch: AnswerSearch,
  meter: QuestionMeter,
  frequent: FrequentQuestions | null,
): FastifyPluginAsyncTypebox {
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
        const answered = await answerSearch(request, request.body);
        const { query, collections } = request.body;
        const { scope } = principalOf(request);
        const text = questionText(query);
        frequent?.count(answered.kept, scope, request.body);
        meter.count({ requestId: request.id, scope, collections, text, ...answered.answer.outcome });
        return sendAnswer(request, reply, answered);
      },
    );
  };
}
