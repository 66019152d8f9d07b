import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Failure, type FailureCode } from '../../core/contract/failures.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { PictureQueue } from '../picture-queue.js';
import { presentChunk } from '../present/chunk.js';
import { ChunkBody, ChunkParams, PictureQuery } from '../schemas/chunk.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { requireOriginal } from '../upload/require-original.js';

/** Read at arm's length on a screen. */
const DEFAULT_DPI = 110;

/** A queue of pages is drawn in about this time. */
const RETRY_AFTER_SECONDS = 5;

const UNDRAWABLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'PAGE_RENDER_FAILED',
  'PARSER_CRASHED',
  'PARSER_OUT_OF_MEMORY',
  'PARSER_TIMEOUT',
]);

export function chunkRoutes({ catalog, objects, pictures }: ApiDependencies): FastifyPluginAsyncTypebox {
  const queue = new PictureQueue();
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
        config: { access: ['read', 'search'] },
        schema: {
          summary: 'The page on which a passage stands, with the passage marked',
          tags: ['search'],
          params: ChunkParams,
          querystring: PictureQuery,
          response: {
            200: {
              description: 'A PNG.',
              content: { 'image/png': { schema: Type.Unsafe<Buffer>({ type: 'string' }) } },
            },
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
        const { page = pages[0], dpi = DEFAULT_DPI } = request.query;
        if (page === undefined || !pages.includes(page)) throw new ApiError('PAGE_UNKNOWN');
        const object = await catalog.documents.sourceOfVersion(scope.organizationId, chunk.version.versionId);
        if (!object) throw new ApiError('ORIGINAL_GONE');
        await requireOriginal(objects, object);
        const marked = boxes.filter((box) => box.page === page);
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        try {
          const png = await queue.take(gone.signal, () =>
            pictures.draw({ object, page, boxes: marked, dpi }, gone.signal),
          );
          return await reply.type('image/png').send(Buffer.from(png));
        } catch (error) {
          // The line is closed: there is nobody to answer, and nothing went wrong.
          if (gone.signal.aborted) return reply.hijack();
          if (error instanceof ApiError && error.code === 'PICTURES_BUSY') {
            reply.header('retry-after', String(RETRY_AFTER_SECONDS));
          }
          const cannot = error instanceof Failure && UNDRAWABLE.has(error.code);
          throw cannot ? new ApiError('PAGE_UNDRAWABLE') : error;
        }
      },
    );
  };
}
