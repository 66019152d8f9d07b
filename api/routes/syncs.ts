import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sourcePrefix } from '../../core/contract/source-location.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection, requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { CollectionParams } from '../schemas/collection.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { startRun } from '../upload/start-run.js';
import { AcceptedSync, DEFAULT_MAX_WITHDRAWN_SHARE, StartSync } from '../schemas/sync.js';

export function syncRoutes({ catalog, starter }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/collections/:name/sync',
      {
        // It withdraws documents, and reads what the system may read: more than a key for uploads is given.
        config: { access: ['admin'] },
        schema: {
          summary: 'Keep a bucket prefix or folder and the collection the same',
          description:
            'Reads what is new or changed, withdraws what is gone, and leaves the rest. The same location again while ' +
            'it is being synced joins that run. GET /v1/runs/{runId} follows it. What a person deleted stays deleted.',
          tags: ['collections'],
          params: CollectionParams,
          body: StartSync,
          response: { 202: success(AcceptedSync), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        // It reads by the system's own rights, which know nothing of the key's collections.
        requireWholeOrganization(scope);
        const { uri, maxWithdrawnShare = DEFAULT_MAX_WITHDRAWN_SHARE, confirmWithdrawals = false } = request.body;
        const location = sourcePrefix(uri);
        if (location === null) throw new ApiError('SOURCE_LOCATION_INVALID');
        const collection = await requireCollection(catalog.collections, scope, request.params.name);
        const { sync, joined } = await catalog.syncs.accept({
          organizationId: scope.organizationId,
          collectionId: collection.collectionId,
          location,
          maxWithdrawnShare,
          withdrawalsConfirmed: confirmWithdrawals,
          actor,
        });
        await startRun({ starter, run: sync, log: request.log });
        reply.status(202);
        return succeed(request, reply, { runId: sync.runId, workflowId: sync.workflowId, joined });
      },
    );
  };
}
