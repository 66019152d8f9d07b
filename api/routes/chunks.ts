import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import type { PageDrawings } from '../page-drawings.js';
import { presentChunk } from '../present/chunk.js';
import { ChunkBody, ChunkParams, PictureQuery } from '../schemas/chunk.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { PNG_ANSWER } from '../schemas/picture-answer.js';
import { recordPassages } from '../reviewing/phi-access.js';

export function chunkRoutes({ catalog }: ApiDependencies, drawings: PageDrawings): FastifyPluginAsyncTypebox {
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
        await recordPassages(catalog.reviews, request, 'document.read', [chunk]);
        return succeed(request, reply, presentChunk(chunk));
      },
    );

    app.get(
      '/v1/chunks/:chunkId/page.png',
      {
        config: { access: ['read', 'search'], opensByLink: true },
        schema: {
          summary: 'The page on which a passage stands, with the passage marked',
          tags: ['search'],
          params: ChunkParams,
          querystring: PictureQuery,
          response: {
            200: PNG_ANSWER,
            ...guardedRefusals(404, 409, 410, 422),
          },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const [chunk] = await catalog.documents.liveChunks(scope, [request.params.chunkId]);
        if (!chunk) throw new ApiError('CHUNK_NOT_FOUND');
        await recordPassages(catalog.reviews, request, 'document.read', [chunk]);
        const { pages, boxes } = chunk.anchor;
        const { page = pages[0], dpi } = request.query;
        if (page === undefined || !pages.includes(page)) throw new ApiError('PAGE_UNKNOWN');
        const object = await catalog.documents.sourceOfVersion(scope.organizationId, chunk.version.versionId);
        if (!object) throw new ApiError('ORIGINAL_GONE');
        const marked = boxes.filter((box) => box.page === page);
        return drawings.answer(reply, { object, page, boxes: marked, dpi });
      },
    );
  };
}
