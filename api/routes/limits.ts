import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { DEFAULT_ORGANIZATION } from '../../core/contract/ids.js';
import { DEFAULT_PLANS, type Plan, PLANS, type PlanLimits } from '../../core/contract/plans.js';
import { KEY_SCOPES } from '../../core/contract/states.js';
import { principalOf } from '../auth/authenticate.js';
import { requireWholeOrganization } from '../auth/collection-scope.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiError } from '../errors.js';
import { succeed } from '../http/envelope.js';
import { LimitCounts } from '../limits/limit-counts.js';
import { monthOf } from '../limits/usage-meter.js';
import { guardedRefusals, success } from '../schemas/envelope.js';
import { ChangeLimits, LimitsBody, PlanParams, UsageBody } from '../schemas/limits.js';

const ADMIN = { config: { access: ['admin'] as const } };
/** Whoever may call anything may know how much is left. */
const ANYBODY = { config: { access: KEY_SCOPES } };

export function limitRoutes({
  catalog,
  limiting,
}: Pick<ApiDependencies, 'catalog' | 'limiting'>): FastifyPluginAsyncTypebox {
  const inForce = (plan: Plan): PlanLimits => limiting?.plans.of(plan) ?? DEFAULT_PLANS[plan];
  const limitsNow = () => ({
    plans: PLANS.map((plan) => ({ plan, ...inForce(plan) })),
    store: { kind: limiting?.limiter.kind ?? null, insured: limiting?.limiter.isInsured ?? false },
    counts: (limiting?.counts ?? new LimitCounts()).all(),
  });

  return async (app) => {
    app.get(
      '/v1/usage',
      {
        ...ANYBODY,
        schema: {
          summary: 'What the key has asked for this month',
          description: 'The last seconds may be missing: processes add up what they counted every two seconds.',
          tags: ['limits'],
          response: { 200: success(UsageBody), ...guardedRefusals() },
        },
      },
      async (request, reply) => {
        const { keyId, plan, scope } = principalOf(request);
        await limiting?.meter.write();
        const month = monthOf(new Date());
        const { byClass } = await catalog.usage.ofKey({ organizationId: scope.organizationId, keyId, month });
        const requests = Object.values(byClass).reduce((sum, count) => sum + count, 0);
        const quota = inForce(plan).monthly;
        return succeed(request, reply, {
          keyId,
          plan,
          month,
          requests,
          byClass,
          quota,
          remaining: quota === null ? null : Math.max(0, quota - requests),
        });
      },
    );

    app.get(
      '/v1/limits',
      {
        ...ADMIN,
        schema: {
          summary: 'The limits of all plans, and what they did',
          tags: ['limits'],
          response: { 200: success(LimitsBody), ...guardedRefusals() },
        },
      },
      async (request, reply) => succeed(request, reply, limitsNow()),
    );

    app.patch(
      '/v1/limits/:plan',
      {
        ...ADMIN,
        schema: {
          summary: 'Change the limits of a plan',
          description:
            'For the whole deployment, so admin keys of the first organization only. Every process follows within five ' +
            'seconds. What is not named stays.',
          tags: ['limits'],
          params: PlanParams,
          body: ChangeLimits,
          response: { 200: success(LimitsBody), ...guardedRefusals(413, 415) },
        },
      },
      async (request, reply) => {
        const { scope } = principalOf(request);
        requireWholeOrganization(scope);
        if (scope.organizationId !== DEFAULT_ORGANIZATION) throw new ApiError('ACCESS_RESTRICTED');
        await catalog.usage.changeLimits(request.params.plan, request.body);
        await limiting?.plans.reload();
        return succeed(request, reply, limitsNow());
      },
    );
  };
}
