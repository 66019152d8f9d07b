import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Retrieve } from '../../core/retrieval/retrieve.js';
import type { LiveChunk } from '../../core/ports/document-catalog.js';
import { principalOf } from '../auth/authenticate.js';
import { answerContext } from '../context/answer-context.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeedWith } from '../http/envelope.js';
import { countQuestions, type QuestionCounters } from '../questions/count-question.js';
import { CONTEXT_META, ContextData, ContextRequest } from '../schemas/context.js';
import type { PhiAccess } from '../../core/ports/review-catalog.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { guardedRefusals, successWith } from '../schemas/envelope.js';

export function contextRoutes(
  deps: ApiDependencies,
  retrieve: Retrieve,
  counters: QuestionCounters,
): FastifyPluginAsyncTypebox {
  const ports = { ...deps, retrieve };
  return async (app) => {
    app.post(
      '/v1/context',
      {
        config: { access: ['search'] },
        schema: {
          summary: 'A search packed for the prompt of a language model, with numbered citations',
          tags: ['search'],
          body: ContextRequest,
          response: { 200: successWith(ContextData, CONTEXT_META), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const asking = {
          principal: principalOf(request),
          record: (act: PhiAccess['act'], shown: readonly LiveChunk[]) =>
            recordPassages(deps.catalog.reviews, request, act, shown),
          count: countQuestions(counters, request),
        };
        const { data, meta } = await answerContext(ports, asking, request.body);
        return succeedWith({ request, reply, data, meta });
      },
    );
  };
}
