import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { chunkCursor, cutPage, uuidCursor } from '../http/paging.js';
import { recordPassages } from '../reviewing/phi-access.js';
import { explainAbsence, explainDeleted, explainNoVersion } from '../present/absence.js';
import { presentChunk } from '../present/chunk.js';
import { presentDocument, presentErasure, presentPage } from '../present/document.js';
import { ChunkList, ChunkListQuery, MAX_CHUNKS } from '../schemas/chunk.js';
import {
  DeletionReceipt,
  DocumentBody,
  DocumentList,
  DocumentParams,
  DocumentQuery,
  DocumentText,
  PageList,
  PageListQuery,
} from '../schemas/document.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';

const READ = { config: { access: ['read'] as const } };

export function documentRoutes({ catalog, caching }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/documents',
      {
        ...READ,
        schema: {
          summary: 'List documents, newest first',
          tags: ['documents'],
          querystring: DocumentQuery,
          response: { 200: success(DocumentList), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { collection, limit = DEFAULT_LIMIT, cursor, ...filters } = request.query;
        const inCollection = collection ? await requireCollection(catalog.collections, scope, collection) : null;
        const found = await catalog.documents.list(scope, {
          ...filters,
          limit: limit + 1,
          ...(inCollection ? { collectionId: inCollection.collectionId } : {}),
          ...(cursor === undefined ? {} : { after: uuidCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, (view) => view.documentId);
        return succeed(request, reply, { documents: items.map(presentDocument), next });
      },
    );

    app.get(
      '/v1/documents/:documentId',
      {
        ...READ,
        schema: {
          summary: 'One document',
          tags: ['documents'],
          params: DocumentParams,
          response: { 200: success(DocumentBody), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const view = await catalog.documents.get(scope, request.params.documentId);
        if (!view) throw new ApiError('DOCUMENT_NOT_FOUND');
        if (view.state === 'deleted') throw await explainDeleted(catalog, scope, view.documentId);
        const erasure =
          view.state === 'withdrawn' ? await catalog.erasures.latest(scope.organizationId, view.documentId) : null;
        return succeed(request, reply, {
          ...presentDocument(view),
          ...(erasure ? { erasure: presentErasure(erasure) } : {}),
        });
      },
    );

    app.get(
      '/v1/documents/:documentId/text',
      {
        ...READ,
        schema: {
          summary: 'Text of the live version, in reading order',
          tags: ['documents'],
          params: DocumentParams,
          response: { 200: success(DocumentText), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const text = await catalog.documents.liveText(scope, request.params.documentId);
        if (text === null) throw await explainAbsence(catalog, scope, request.params.documentId);
        const view = await catalog.documents.get(scope, request.params.documentId);
        if (view?.phiStatus === 'contains_phi') {
          await recordPassages(catalog.reviews, request, 'document.read', [{ ...view, containsPhi: true }]);
        }
        return succeed(request, reply, { text });
      },
    );

    app.get(
      '/v1/documents/:documentId/pages',
      {
        ...READ,
        schema: {
          summary: 'The page ledger: how each page was read, and why so',
          tags: ['documents'],
          params: DocumentParams,
          querystring: PageListQuery,
          response: { 200: success(PageList), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { documentId } = request.params;
        const { version = 'live' } = request.query;
        const which = version === 'live' || version === 'newest' ? version : { versionId: version };
        const ledger = await catalog.documents.pages(scope, documentId, which);
        if (ledger === null) throw await explainNoVersion(catalog, scope, documentId);
        return succeed(request, reply, { versionId: ledger.versionId, pages: ledger.pages.map(presentPage) });
      },
    );

    app.get(
      '/v1/documents/:documentId/chunks',
      {
        ...READ,
        schema: {
          summary: 'Citable passages of the live version, in order',
          description:
            'A page of them; "next" leads to the following one. A cursor is of one version: once another one is live, ' +
            'start again without it.',
          tags: ['documents'],
          params: DocumentParams,
          querystring: ChunkListQuery,
          response: { 200: success(ChunkList), ...guardedRefusals(404, 410) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        const { documentId } = request.params;
        const { limit = MAX_CHUNKS, cursor } = request.query;
        const after = cursor === undefined ? null : chunkCursor(cursor);
        const found = await catalog.documents.chunks(scope, documentId, {
          limit: limit + 1,
          ...(after ? { after } : {}),
        });
        if (found === null) throw await explainAbsence(catalog, scope, documentId);
        // A page that "next" led to has a passage at least, unless its version is live no more.
        if (after && found.length === 0) throw new ApiError('CURSOR_INVALID');
        await recordPassages(catalog.reviews, request, 'document.read', found);
        const { items, next } = cutPage(found, limit, ({ version, ordinal }) => `${version.versionId}.${ordinal}`);
        return succeed(request, reply, { chunks: items.map(presentChunk), next });
      },
    );

    app.delete(
      '/v1/documents/:documentId',
      {
        config: { access: ['delete'] },
        schema: {
          summary: 'Withdraw a document at once',
          description:
            'Leaves a tombstone, so that a later sync does not bring it back. Once this answers, no process answers a search from ' +
            'a cache that has it. Deleting twice gives the first receipt. What it held is erased once the retention of its collection (retentionDays) is over.',
          tags: ['documents'],
          params: DocumentParams,
          response: { 200: success(DeletionReceipt), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const { scope, keyId } = principalOf(request);
        const receipt = await catalog.documents.delete(scope, request.params.documentId, keyId);
        if (!receipt) throw new ApiError('DOCUMENT_NOT_FOUND');
        await caching?.follower.settle();
        const { documentId, deletedAt, withdrawnVersions } = receipt;
        const erasure = await catalog.erasures.latest(scope.organizationId, documentId);
        return succeed(request, reply, {
          documentId,
          deletedAt: deletedAt.toISOString(),
          withdrawnVersions,
          eraseAt: erasure?.eraseAt.toISOString() ?? null,
        });
      },
    );
  };
}
