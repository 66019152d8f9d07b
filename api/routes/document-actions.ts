import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { ConfirmReceipt, DocumentParams, PartialReceipt, RereadPage, RereadParams } from '../schemas/document.js';
import { explainAbsence } from '../present/absence.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { AcceptedUpload } from '../schemas/upload.js';
import { requireOriginal } from '../upload/require-original.js';
import { startRun } from '../upload/start-run.js';

/** Who may send a file in may also have it read again. */
const INGEST = { config: { access: ['ingest'] as const } };

/** What people do to documents whose pages were not read as they should be. */
export function documentActionRoutes({ catalog, objects, starter }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/documents/:documentId/pages/:page/reread',
      {
        ...INGEST,
        schema: {
          summary: 'Read one page again by another method',
          description:
            'Makes a new version of the document in which this page is read by the method asked for and all other pages ' +
            'are kept as they were read. It goes live when all pages are read; until then the former one stays.',
          tags: ['documents'],
          params: RereadParams,
          body: RereadPage,
          response: { 202: success(AcceptedUpload), ...guardedRefusals(404, 409, 410) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { documentId, page } = request.params;
        const { method } = request.body;
        const document = await catalog.documents.get(scope, documentId);
        if (!document) throw new ApiError('DOCUMENT_NOT_FOUND');
        if (document.state === 'deleted') throw new ApiError('DOCUMENT_DELETED');
        if (document.phiStatus === 'sanitized') throw new ApiError('ORIGINAL_HELD');
        const original = await catalog.documents.sourceObject(scope, documentId);
        if (!original) throw new ApiError('ORIGINAL_GONE');
        await requireOriginal(objects, original);
        const accepted = await catalog.runs.reread(scope, { documentId, page, method, actor });
        if (!accepted) throw new ApiError('DOCUMENT_NOT_FOUND');
        if ('refusal' in accepted) {
          if (accepted.refusal === 'page') throw new ApiError('PAGE_UNKNOWN');
          throw new ApiError('DOCUMENT_BUSY', { details: { state: accepted.state } });
        }
        const { run, joined } = accepted;
        await startRun({ starter, run, log: request.log });
        const { runId, workflowId, sourceId } = run;
        return succeed(request, reply.status(202), { runId, workflowId, sourceId, joined });
      },
    );

    app.post(
      '/v1/documents/:documentId/publish-partial',
      {
        ...INGEST,
        schema: {
          summary: 'Publish a document without the pages that could not be read',
          description:
            'For a document that needs attention. Searches mark its passages as "partial"; the page ledger names the ' +
            'pages that are missing. Twice is once.',
          tags: ['documents'],
          params: DocumentParams,
          response: { 200: success(PartialReceipt), ...guardedRefusals(404, 409, 410) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { documentId } = request.params;
        const published = await catalog.versions.publishPartial(scope, documentId, actor);
        if (!published) throw new ApiError('DOCUMENT_NOT_FOUND');
        if ('refusal' in published) {
          if (published.refusal === 'empty') throw new ApiError('NOTHING_READ');
          if (published.state === 'deleted') throw new ApiError('DOCUMENT_DELETED');
          throw new ApiError('DOCUMENT_BUSY', { details: { state: published.state } });
        }
        const { versionId, failedPages } = published;
        return succeed(request, reply, { documentId, versionId, failedPages });
      },
    );

    app.post(
      '/v1/documents/:documentId/confirm',
      {
        ...INGEST,
        schema: {
          summary: 'Say that a document was looked over and still holds',
          description:
            'Its review cycle begins again: it is no longer "due", and answers that rest on it hold again. Who said it, of ' +
            'which version and when stands in the audit log.',
          tags: ['documents'],
          params: DocumentParams,
          response: { 200: success(ConfirmReceipt), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { documentId } = request.params;
        const confirmed = await catalog.documents.confirm(scope, documentId, actor);
        if (!confirmed) throw await explainAbsence(catalog, scope, documentId);
        const { versionId, confirmedAt, reviewDueAt } = confirmed;
        return succeed(request, reply, {
          documentId,
          versionId,
          confirmedAt: confirmedAt.toISOString(),
          reviewDueAt: reviewDueAt?.toISOString() ?? null,
        });
      },
    );
  };
}
