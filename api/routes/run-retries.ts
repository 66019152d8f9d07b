import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger } from 'fastify';
import type { RunId } from '../../core/contract/ids.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import { principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeed } from '../http/envelope.js';
import { cutPage, numberCursor } from '../http/paging.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { MAX_RETRIES, RetriedRuns, RetryRuns } from '../schemas/statistics.js';
import { startRun } from '../upload/start-run.js';

/** Each waits for the object store, the database and the engine in turn; more would keep uploads waiting for connections. */
const AT_ONCE = 8;

/** Trying again what failed for one reason. */
export function runRetryRoutes({ catalog, objects, starter }: ApiDependencies): FastifyPluginAsyncTypebox {
  /** Whether it is under way again; each is retried, or not, by itself. Errors: `STORE_UNAVAILABLE`, `DATABASE_UNAVAILABLE`. */
  async function retryOne(
    { scope, actor, log }: { scope: AccessScope; actor: string; log: FastifyBaseLogger },
    runId: RunId,
  ): Promise<boolean> {
    const run = await catalog.runs.get(scope, runId);
    if (!run || (await objects.stat(run.object.key)) === null) return false;
    const retried = await catalog.runs.retry(scope, runId, actor);
    if (!retried || 'refusal' in retried) return false;
    await startRun({ starter, run: retried.run, log });
    return true;
  }

  return async (app) => {
    app.post(
      '/v1/runs/retries',
      {
        config: { access: ['ingest'] },
        schema: {
          summary: 'Try again what failed for one reason',
          description:
            'The newest first; only runs that nothing came after. GET /v1/statistics tells how many there are and whether ' +
            'another try can help.',
          tags: ['runs'],
          body: RetryRuns,
          response: { 202: success(RetriedRuns), ...guardedRefusals(404, 413, 415) },
        },
      },
      async (request, reply) => {
        const { scope, keyId: actor } = principalOf(request);
        const { code, collection, cursor } = request.body;
        const inCollection = collection ? await requireCollection(catalog.collections, scope, collection) : null;
        const found = await catalog.statistics.openFailures(scope, {
          code,
          limit: MAX_RETRIES + 1,
          ...(inCollection ? { collectionId: inCollection.collectionId } : {}),
          ...(cursor === undefined ? {} : { before: numberCursor(cursor) }),
        });
        const { items, next } = cutPage(found, MAX_RETRIES, ({ sequence }) => String(sequence));
        const left = [...items];
        let retried = 0;
        const work = async (): Promise<void> => {
          for (let run = left.shift(); run; run = left.shift()) {
            if (await retryOne({ scope, actor, log: request.log }, run.runId)) retried += 1;
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
        reply.status(202);
        return succeed(request, reply, { retried, refused: items.length - retried, next });
      },
    );
  };
}
