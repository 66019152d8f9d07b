import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Plan } from '../../core/contract/plans.js';
import type { KeyScope } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { ApiKey } from '../../core/ports/key-catalog.js';
import { ApiError } from '../errors.js';
import type { KeyCache } from './key-cache.js';
import type { KeyUses } from './key-uses.js';

/** `public`, or the scopes of which a key needs one; `admin` passes everywhere. */
export type Access = 'public' | readonly KeyScope[];

/** Who asks, as its key says. */
export interface Principal {
  readonly keyId: string;
  readonly scopes: readonly KeyScope[];
  /** What every port call is limited to; made from the key alone, so that no request can widen it. */
  readonly scope: AccessScope;
  readonly plan: Plan;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyInstance {
    medindexVersion: string;
  }
}

/** Ours have 43 characters; what is far longer need not be hashed to be refused. */
const MAX_KEY_LENGTH = 512;

/** Told of every wrong key; may refuse in another way by throwing. */
export type OnRefused = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Asks every route for its `config.access`, at registration, and every request for a key that has it. */
export function requireKeys(
  app: FastifyInstance,
  { keys, uses, onRefused }: { readonly keys: KeyCache; readonly uses: KeyUses; readonly onRefused?: OnRefused },
): void {
  app.decorateRequest('principal', null);

  app.addHook('onRoute', ({ url, method, config }) => {
    // Failing closed: a route nobody thought about does not start.
    if (config?.access === undefined) throw new Error(`route ${String(method)} ${url} does not say who may call it`);
  });

  app.addHook('onRequest', async (request, reply) => {
    const access = request.is404 ? 'public' : (request.routeOptions.config.access ?? []);
    if (access === 'public') return;
    const principal = await authenticate(request, keys).catch(async (error: unknown) => {
      if (error instanceof ApiError && error.code === 'KEY_INVALID') await onRefused?.(request, reply);
      throw error;
    });
    if (!mayCall(principal, access)) {
      throw new ApiError('SCOPE_MISSING', {
        explanation: `It needs the scope ${access.join(' or ')}.`,
        details: { required: access },
      });
    }
    request.principal = principal;
    uses.note(principal.keyId);
  });
}

/** The principal of a guarded route. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error('a guarded handler ran without authentication');
  return request.principal;
}

/** Errors: `KEY_REQUIRED`, `KEY_INVALID`; `DATABASE_UNAVAILABLE` of the catalog. */
export async function authenticate(request: FastifyRequest, keys: KeyCache): Promise<Principal> {
  const text = keyText(request);
  if (text === null) throw new ApiError('KEY_REQUIRED');
  const key = text.length > MAX_KEY_LENGTH ? null : await keys.find(text);
  if (!key) throw new ApiError('KEY_INVALID');
  return toPrincipal(key);
}

export function mayCall(principal: Principal, access: readonly KeyScope[]): boolean {
  return principal.scopes.includes('admin') || access.some((scope) => principal.scopes.includes(scope));
}

function toPrincipal(key: ApiKey): Principal {
  const { keyId, scopes, organizationId, collections, safetyLevel, plan } = key;
  const readsPhi = scopes.includes('phi:read') || scopes.includes('admin');
  return { keyId, scopes, plan, scope: { organizationId, collections, safetyLevel, actor: keyId, readsPhi } };
}

function keyText(request: FastifyRequest): string | null {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  const bearer = authorization === undefined ? null : /^Bearer +(\S+) *$/i.exec(authorization);
  if (bearer) return bearer[1] ?? null;
  // Another scheme in `authorization` is no key of ours, but a key beside it still counts.
  return typeof apiKey === 'string' && apiKey !== '' ? apiKey : null;
}
