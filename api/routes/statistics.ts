import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { canRetryHelp, FAILURES } from '../../core/contract/failures.js';
import { SAFETY_LEVELS } from '../../core/contract/states.js';
import { type Principal, principalOf } from '../auth/authenticate.js';
import { requireCollection } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { daysOf } from '../http/days.js';
import { succeed } from '../http/envelope.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { RunStatisticsBody, StatisticsQuery } from '../schemas/statistics.js';

/** An engine that is well answers in some milliseconds; the other numbers do not wait for one that is not. */
const ENGINE_MS = 1_000;

const READERS = { config: { access: ['read'] as const } };

/** Numbers over what a key may see: what came in, what is under way, what failed, what is due. */
export function statisticsRoutes({ catalog, starter }: ApiDependencies): FastifyPluginAsyncTypebox {
  /** Queues serve all organizations; whoever administers one whole sees how long it will wait. */
  async function queuesFor({ scope, scopes }: Principal): Promise<RunStatisticsBody['queues']> {
    const isWhole = scope.collections === 'all' && scope.safetyLevel === SAFETY_LEVELS.at(-1);
    if (!isWhole || !scopes.includes('admin')) return null;
    try {
      const backlogs = await Promise.race([starter.backlogs(), late()]);
      return Object.entries(backlogs).map(([queue, { tasks, oldestMs }]) => ({
        queue,
        waiting: tasks,
        oldestSeconds: Math.round(oldestMs / 1_000),
      }));
    } catch {
      // The other numbers are known without the engine.
      return null;
    }
  }

  return async (app) => {
    app.get(
      '/v1/statistics',
      {
        ...READERS,
        schema: {
          summary: 'What came in, what is under way, what failed and what is due, in numbers',
          tags: ['runs'],
          querystring: StatisticsQuery,
          response: { 200: success(RunStatisticsBody), ...guardedRefusals(404) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { scope } = principal;
        const { collection } = request.query;
        const days = daysOf(request.query);
        const inCollection = collection ? await requireCollection(catalog.collections, scope, collection) : null;
        const asked = { ...days, ...(inCollection ? { collectionId: inCollection.collectionId } : {}) };
        const runs = await catalog.statistics.ofRuns(scope, asked);
        const content = await catalog.statistics.ofContent(scope, asked);
        return succeed(request, reply, {
          ...days,
          accepted: [...runs.accepted],
          ended: [...runs.ended],
          minutes: runs.minutes.map((one) => ({ ...one, minute: one.minute.toISOString() })),
          underWay: [...runs.underWay],
          queues: await queuesFor(principal),
          failures: runs.failures.map((one) => ({
            ...one,
            message: FAILURES[one.code].message,
            retryable: canRetryHelp(one.code),
          })),
          content,
        });
      },
    );
  };
}

function late(): Promise<never> {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error('no answer in time')), ENGINE_MS).unref());
}
