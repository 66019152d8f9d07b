import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { rescreenDetails } from '../../core/screening/rescreen-details.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection, requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { CollectionParams } from '../schemas/collection.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { AcceptedRescreen, StartRescreen } from '../schemas/rescreen.js';
import { startRun } from '../upload/start-run.js';

/** Screening of what is live once more. */
export function rescreenRoutes({ catalog, starter }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/collections/:name/rescreen',
      {
        config: { access: ['admin'] as const },
        schema: {
          summary: 'Screen what is live in a collection again',
          description:
            'By what is stored of each document; no file is read. What is found now is held: gone from search at once, and ' +
            'waiting for a review. The same again while it is under way joins that run.',
          tags: ['collections'],
          params: CollectionParams,
          body: StartRescreen,
          response: { 202: success(AcceptedRescreen), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        requireWholeOrganization(scope);
        const { organizationId, collectionId } = await requireCollection(
          catalog.collections,
          scope,
          request.params.name,
        );
        const { report = false, all = false } = request.body;
        const { act, joined } = await catalog.runs.acceptAct({
          organizationId,
          kind: 'rescreen',
          subject: collectionId,
          collectionId,
          actor,
          details: { report, all },
          audit: { action: 'collection.rescreen_started', details: { report, all } },
        });
        const other = rescreenDetails(act);
        if (other.report !== report || other.all !== all) {
          throw new ApiError('RESCREEN_UNDER_WAY', { details: { runId: act.runId } });
        }
        await startRun({ starter, run: act, log: request.log });
        reply.status(202);
        return succeed(request, reply, { runId: act.runId, workflowId: act.workflowId, joined });
      },
    );
  };
}
