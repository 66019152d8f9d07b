import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { mayCall, type Principal, principalOf } from '../auth/authenticate.js';
import type { PageLinks } from '../auth/page-links.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { validationFailed } from '../http/validation.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { MakePageLinks, PageLinkList } from '../schemas/page-link.js';

const DEFAULT_SECONDS = 900;

export function pageLinkRoutes(links: PageLinks): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/page-links',
      {
        config: { access: ['read', 'search'] },
        schema: {
          summary: 'Addresses of pages that a browser can load by itself',
          description:
            'For a while the address stands for the key that made it, for this picture alone: what the key may not see any more, a ' +
            'withdrawn passage and a revoked key end it at once. Pages with patient data need a key.',
          tags: ['search'],
          body: MakePageLinks,
          response: { 200: success(PageLinkList), ...guardedRefusals(413, 415) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { pages, expiresInSeconds = DEFAULT_SECONDS } = request.body;
        const endsAt = new Date(Math.floor(Date.now() / 1_000 + expiresInSeconds) * 1_000);
        const made = pages.map((page, index) => ({
          url: links.make(pathOf(page, principal, `body/pages/${index}`), { keyId: principal.keyId, endsAt }),
          ...(page.chunkId === undefined ? {} : { chunkId: page.chunkId }),
          ...(page.documentId === undefined ? {} : { documentId: page.documentId }),
        }));
        return succeed(request, reply, { links: made, expiresAt: endsAt.toISOString() });
      },
    );
  };
}

/** Errors: `VALIDATION_FAILED`, `SCOPE_MISSING`. */
function pathOf(
  { chunkId, documentId, page, dpi }: MakePageLinks['pages'][number],
  principal: Principal,
  field: string,
): string {
  const asked = new URLSearchParams(dpi === undefined ? {} : { dpi: String(dpi) });
  if (chunkId !== undefined && documentId === undefined) {
    if (page !== undefined) asked.set('page', String(page));
    return withQuery(`/v1/chunks/${chunkId}/page.png`, asked);
  }
  if (documentId === undefined || chunkId !== undefined) {
    throw validationFailed([{ field, problem: 'needs chunkId or documentId, one of them' }]);
  }
  if (page === undefined) throw validationFailed([{ field: `${field}/page`, problem: 'is missing' }]);
  if (!mayCall(principal, ['read'])) {
    throw new ApiError('SCOPE_MISSING', {
      explanation: 'Pages of documents need the scope read; those of passages do not.',
      details: { required: ['read'] },
    });
  }
  return withQuery(`/v1/documents/${documentId}/pages/${page}/page.png`, asked);
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
