import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { presentChunk } from '../present/chunk.js';
import { ChunkBody, ChunkParams } from '../schemas/chunk.js';
import { guardedRefusals, success } from '../schemas/envelope.js';

export function chunkRoutes({ catalog }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/chunks/:chunkId',
      {
        // A chat service that may search may also look its citations up.
        config: { access: ['read', 'search'] },
        schema: {
          summary: 'A citation: the passage and where it stands',
          tags: ['search'],
          params: ChunkParams,
          response: { 200: success(ChunkBody), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const [chunk] = await catalog.documents.liveChunks(principalOf(request).scope, [request.params.chunkId]);
        if (!chunk) throw new ApiError('CHUNK_NOT_FOUND');
        return succeed(request, reply, presentChunk(chunk));
      },
    );
  };
}
