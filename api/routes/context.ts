import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Retrieve } from '../../core/retrieval/retrieve.js';
import { principalOf } from '../auth/authenticate.js';
import { answerContext } from '../context/answer-context.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeedWith } from '../http/envelope.js';
import { CONTEXT_META, ContextData, ContextRequest } from '../schemas/context.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { guardedRefusals, successWith } from '../schemas/envelope.js';

export function contextRoutes(deps: ApiDependencies, retrieve: Retrieve): FastifyPluginAsyncTypebox {
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
        const { data, meta } = await answerContext(ports, principalOf(request).scope, request.body, (shown) =>
          recordPassages(deps.catalog.reviews, request, 'passages.found', shown),
        );
        return succeedWith({ request, reply, data, meta });
      },
    );
  };
}
