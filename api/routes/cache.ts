import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { OrganizationId } from '../../core/contract/ids.js';
import { NO_STATS } from '../cache/tier-counts.js';
import type { WarmFrequent } from '../cache/warm-frequent.js';
import type { ApiDependencies } from '../dependencies.js';
import { succeed } from '../http/envelope.js';
import { CacheHealth, CacheStats, ClearedCache, WarmCache, WarmedCache } from '../schemas/cache.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import type { AnswerSearch } from '../search/answer-searches.js';

const NONE = { l1: NO_STATS, l2: NO_STATS, l3: NO_STATS, refreshes: 0 };

const ADMIN = { config: { access: ['admin'] as const } };

/** For operators. The numbers are those of the process that answers. */
export function cacheRoutes(
  { caching, catalog }: Pick<ApiDependencies, 'caching' | 'catalog'>,
  answerSearch: AnswerSearch,
  warming: WarmFrequent | null,
): FastifyPluginAsyncTypebox {
  const shared = caching?.answers.shared ?? null;
  const warmingOf = async (organizationId: OrganizationId) => {
    const { made, found } = warming ?? { made: 0, found: 0 };
    return { enabled: warming !== null, ...(await catalog.frequentQuestions.count(organizationId)), made, found };
  };
  return async (app) => {
    app.get(
      '/v1/cache/stats',
      {
        ...ADMIN,
        schema: {
          summary: 'What the cache of answers does',
          description: 'Counts of the process that answers, since it started; size of the shared tier.',
          tags: ['cache'],
          response: { 200: success(CacheStats), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { l1, l2, l3, refreshes } = caching?.answers.stats() ?? NONE;
        const size = await shared?.size().catch(() => null);
        return succeed(request, reply, {
          enabled: caching !== null,
          l1,
          l2: { kind: shared?.kind ?? null, ...l2, ...size },
          l3: { enabled: caching?.answers.overflows ?? false, ...l3 },
          refreshes,
          warming: await warmingOf(principalOf(request).scope.organizationId),
        });
      },
    );

    app.get(
      '/v1/cache/health',
      {
        ...ADMIN,
        schema: {
          summary: 'Whether the tiers answer',
          tags: ['cache'],
          response: { 200: success(CacheHealth), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const ageMs = caching?.follower.ageMs ?? null;
        return succeed(request, reply, {
          l1: caching ? ('ok' as const) : ('off' as const),
          l2: shared ? await statusOf(() => shared.ping()) : ('off' as const),
          epochs: { trusted: ageMs !== null, ageMs: ageMs === null ? null : Math.round(ageMs) },
        });
      },
    );

    app.post(
      '/v1/cache/warm',
      {
        ...ADMIN,
        schema: {
          summary: 'Work out answers before they are asked for',
          description:
            'One after the other, with the access of the key that asks: answers are kept for keys that see the same.',
          tags: ['cache'],
          body: WarmCache,
          response: { 200: success(WarmedCache), ...guardedRefusals(404, 409, 413, 415) },
        },
      },
      async (request, reply) => {
        const { queries, ...others } = request.body;
        let made = 0;
        for (const query of queries) {
          const { tier } = await answerSearch(request, { query, ...others });
          if (tier === 'miss') made++;
        }
        await caching?.answers.settled();
        return succeed(request, reply, { made, found: queries.length - made });
      },
    );

    app.delete(
      '/v1/cache',
      {
        ...ADMIN,
        schema: {
          summary: 'Forget all cached answers of the organization',
          description:
            'Once this answers, no process gives one of them. Which questions are frequent is forgotten, too.',
          tags: ['cache'],
          response: { 200: success(ClearedCache), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        requireWholeOrganization(scope);
        await catalog.cache.reset(scope.organizationId);
        await caching?.follower.settle();
        await catalog.frequentQuestions.forget(scope.organizationId);
        // Nobody finds them any more; where the shared tier does not answer they end by their time.
        await caching?.answers.clear(scope.organizationId).catch(() => undefined);
        return succeed(request, reply, { cleared: true as const });
      },
    );
  };
}

async function statusOf(ask: () => Promise<void>): Promise<'ok' | 'down'> {
  return ask().then(
    () => 'ok',
    () => 'down',
  );
}
