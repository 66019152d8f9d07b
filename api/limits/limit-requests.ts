import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PlanLimits, RateLimit, RequestClass } from '../../core/contract/plans.js';
import type { OnRefused, Principal } from '../auth/authenticate.js';
import { ApiError } from '../errors.js';
import { countedAddress } from './client-address.js';
import type { LimitCounts } from './limit-counts.js';
import type { PlanLimitsInForce } from './plan-limits.js';
import type { Allowance, RateLimiter } from './rate-limiter.js';
import { requestClass } from './request-class.js';
import type { UsageMeter } from './usage-meter.js';

/** What limits requests; made at the composition root. */
export interface Limiting {
  readonly limiter: RateLimiter;
  readonly plans: PlanLimitsInForce;
  readonly meter: UsageMeter;
  readonly counts: LimitCounts;
}

/**
 * Counts every request of a key by its plan, and answers 429 where it is too many. `unlimitedKeyId`: the local admin key,
 * with which nobody may lock himself out. Must be registered behind what finds the key.
 */
export function limitRequests(app: FastifyInstance, limiting: Limiting, unlimitedKeyId: string | null): void {
  app.addHook('onRequest', async (request, reply) => {
    const { principal } = request;
    if (!principal || (principal.keyId === unlimitedKeyId && !principal.byLink)) return;
    const name = requestClass(request.method, request.routeOptions.url ?? '');
    const plan = limiting.plans.of(principal.plan);
    const limit = plan.limits[name];
    const taken = limiting.limiter.take(counterOf(principal, request, name), limit);
    const allowance = taken instanceof Promise ? await taken : taken;
    tellLimit(reply, { name, limit, allowance });
    if (!allowance.allowed) {
      limiting.counts.block(name);
      throw limited(reply, name, limit, allowance);
    }
    // The month is the key owner's: whoever was given a link cannot use it up.
    if (!principal.byLink) requireQuota(limiting, { principal, plan, name, reply });
    limiting.counts.allow(name);
  });
}

/** Counts wrong keys by address: five are a mistake, more are guessed, and told so instead of whether they were wrong. */
export function limitRefusedKeys({ limiter, plans, counts }: Limiting): OnRefused {
  return async (request, reply) => {
    const limit = plans.of('guest').limits.auth;
    const allowance = await limiter.take(`auth ${countedAddress(request.ip)}`, limit);
    counts.refuseKey(allowance.allowed);
    if (allowance.allowed) return;
    tellLimit(reply, { name: 'auth', limit, allowance });
    throw limited(reply, 'auth', limit, allowance);
  };
}

/** A guest's key, and a link, are many people's: each address is counted by itself. */
function counterOf(principal: Principal, request: FastifyRequest, name: RequestClass): string {
  const whose = principal.byLink
    ? `link ${principal.keyId} ${countedAddress(request.ip)}`
    : principal.plan === 'guest'
      ? `${principal.keyId} ${countedAddress(request.ip)}`
      : principal.keyId;
  return `${name} ${whose}`;
}

function requireQuota(
  { meter, counts }: Limiting,
  input: { principal: Principal; plan: PlanLimits; name: RequestClass; reply: FastifyReply },
): void {
  const { principal, plan, name, reply } = input;
  const { keyId, scope } = principal;
  const before = meter.count({ keyId, organizationId: scope.organizationId }, name);
  if (plan.monthly === null || before < plan.monthly) return;
  counts.block(name);
  reply.header('retry-after', secondsUntilNextMonth(new Date()));
  throw new ApiError('QUOTA_EXCEEDED', { details: { requests: plan.monthly } });
}

function secondsUntilNextMonth(now: Date): number {
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.ceil((next - now.getTime()) / 1000);
}

/** The headers of draft-ietf-httpapi-ratelimit-headers-11. */
function tellLimit(
  reply: FastifyReply,
  { name, limit, allowance }: { name: RequestClass; limit: RateLimit; allowance: Allowance },
): void {
  reply.header('ratelimit-policy', `"${name}";q=${limit.requests};w=${limit.windowSeconds}`);
  reply.header('ratelimit', `"${name}";r=${allowance.remaining};t=${Math.ceil(allowance.resetsInMs / 1000)}`);
}

function limited(reply: FastifyReply, name: RequestClass, limit: RateLimit, { resetsInMs }: Allowance): ApiError {
  reply.header('retry-after', Math.max(1, Math.ceil(resetsInMs / 1000)));
  return new ApiError('RATE_LIMITED', {
    explanation: `The limit is ${limit.requests} in ${limit.windowSeconds} seconds.`,
    details: { class: name, ...limit },
  });
}
