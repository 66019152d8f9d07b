import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { AuditList, AuditQuery, PhiAccessList } from '../schemas/audit.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { DEFAULT_LIMIT } from '../schemas/fields.js';

const ADMIN = { config: { access: ['admin'] as const } };

/** Who did what, and who looked at patient data. */
export function auditRoutes({ catalog }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/audit',
      {
        ...ADMIN,
        schema: {
          summary: 'Who did what, the oldest first',
          tags: ['audit'],
          querystring: AuditQuery,
          response: { 200: success(AuditList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        requireWholeOrganization(scope);
        const { limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await catalog.audit.list(scope.organizationId, {
          limit: limit + 1,
          ...(cursor === undefined ? {} : { after: numberCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, (entry) => String(entry.sequence));
        const entries = items.map(({ sequence, at, actor, action, subject, details, hash }) => {
          return { sequence, at: at.toISOString(), actor, action, subject, details: { ...details }, hash };
        });
        return succeed(request, reply, { entries, next });
      },
    );

    app.get(
      '/v1/audit/phi-access',
      {
        ...ADMIN,
        schema: {
          summary: 'Who looked at suspected or allowed patient data, the oldest first',
          tags: ['audit'],
          querystring: AuditQuery,
          response: { 200: success(PhiAccessList), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        requireWholeOrganization(scope);
        const { limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await catalog.reviews.listAccess(scope.organizationId, {
          limit: limit + 1,
          ...(cursor === undefined ? {} : { after: numberCursor(cursor) }),
        });
        const { items, next } = cutPage(found, limit, (access) => String(access.accessNo));
        const accesses = items.map((access) => ({
          sequence: access.accessNo,
          at: access.at.toISOString(),
          actor: access.actor,
          act: access.act,
          documentId: access.documentId ?? null,
          versionId: access.versionId ?? null,
          requestId: access.requestId ?? null,
        }));
        return succeed(request, reply, { accesses, next });
      },
    );
  };
}
