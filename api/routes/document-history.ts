import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Readable } from 'node:stream';
import Type from 'typebox';
import type { DocumentView } from '../../core/ports/document-catalog.js';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import type { PageDrawings } from '../page-drawings.js';
import { presentVersion } from '../present/version.js';
import { DocumentParams, PageParams, PagePictureQuery } from '../schemas/document.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';
import { PNG_ANSWER } from '../schemas/picture-answer.js';
import { VersionList, VersionQuery } from '../schemas/version.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { requireOriginal } from '../upload/require-original.js';

/** What became of a document over time, and the file that it was read from. */
export function documentHistoryRoutes(
  { catalog, objects }: ApiDependencies,
  drawings: PageDrawings,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/documents/:documentId/versions',
      {
        config: { access: ['read'] },
        schema: {
          summary: 'All versions of a document, newest first',
          tags: ['documents'],
          params: DocumentParams,
          querystring: VersionQuery,
          response: { 200: success(VersionList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await catalog.documents.versions(scope, request.params.documentId, {
          limit: limit + 1,
          ...(cursor === undefined ? {} : { before: numberCursor(cursor) }),
        });
        if (found === null) throw new ApiError('DOCUMENT_NOT_FOUND');
        const { items, next } = cutPage(found, limit, (version) => String(version.number));
        return succeed(request, reply, { versions: items.map(presentVersion), next });
      },
    );

    app.get(
      '/v1/documents/:documentId/source',
      {
        config: { access: ['read'] },
        schema: {
          summary: 'The file that the document was read from',
          description: 'Of the live version, or of the newest where none is live. A held file is not given out.',
          tags: ['documents'],
          params: DocumentParams,
          response: {
            200: {
              description: 'The file, byte by byte as it came.',
              content: { 'application/octet-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
            },
            ...guardedRefusals(404, 409, 410),
          },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const document = await catalog.documents.get(scope, request.params.documentId);
        if (!document) throw new ApiError('DOCUMENT_NOT_FOUND');
        if (document.state === 'deleted') throw new ApiError('DOCUMENT_DELETED');
        requireGivenOut(document);
        const run = await catalog.runs.load(scope.organizationId, document.version.runId);
        if (!run) throw new ApiError('ORIGINAL_GONE');
        await requireOriginal(objects, run.object);
        const { documentId, version, phiStatus } = document;
        const shown = { documentId, version, containsPhi: phiStatus === 'contains_phi' };
        await recordPassages(catalog.reviews, request, 'document.read', [shown]);
        return reply
          .type('application/octet-stream')
          .header('content-length', run.object.sizeBytes)
          .header('content-disposition', attachment(run.fileName))
          .header('etag', `"${run.object.sha256}"`)
          .send(await objects.openRead(run.object.key));
      },
    );

    app.get(
      '/v1/documents/:documentId/pages/:page/page.png',
      {
        config: { access: ['read'], opensByLink: true },
        schema: {
          summary: 'A page of the document, as it looks',
          description: 'Of the live version, or of the newest where none is live. A held file is not given out.',
          tags: ['documents'],
          params: PageParams,
          querystring: PagePictureQuery,
          response: {
            200: PNG_ANSWER,
            ...guardedRefusals(404, 409, 410, 422),
          },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { documentId, page } = request.params;
        const document = await catalog.documents.get(scope, documentId);
        if (!document) throw new ApiError('DOCUMENT_NOT_FOUND');
        if (document.state === 'deleted') throw new ApiError('DOCUMENT_DELETED');
        requireGivenOut(document);
        const { versionId, pageCount } = document.version;
        if (page > pageCount) throw new ApiError('PAGE_UNKNOWN');
        const object = await catalog.documents.sourceOfVersion(scope.organizationId, versionId);
        if (!object) throw new ApiError('ORIGINAL_GONE');
        const shown = { documentId, version: document.version, containsPhi: document.phiStatus === 'contains_phi' };
        await recordPassages(catalog.reviews, request, 'document.read', [shown]);
        return drawings.answer(reply, { object, page, boxes: [], dpi: request.query.dpi });
      },
    );
  };
}

/** The file and the pages of a redacted document show what was taken out. Errors: `ORIGINAL_HELD`. */
function requireGivenOut({ state, phiStatus }: Pick<DocumentView, 'state' | 'phiStatus'>): void {
  if (state === 'held' || phiStatus === 'sanitized') throw new ApiError('ORIGINAL_HELD');
}

/** RFC 6266: a name of ASCII for old clients, and the real one encoded as RFC 5987 says. Folders are left out. */
function attachment(fileName: string): string {
  const name = fileName.split('/').at(-1) ?? 'document';
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
