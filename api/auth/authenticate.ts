import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Plan } from '../../core/contract/plans.js';
import type { KeyScope } from '../../core/contract/states.js';
import type { AccessScope } from '../../core/ports/access-scope.js';
import type { ApiKey } from '../../core/ports/key-catalog.js';
import { ApiError } from '../errors.js';
import type { KeyCache } from './key-cache.js';
import type { PageLinks } from './page-links.js';
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
  /** Somebody to whom the key's owner gave the address of one page. */
  readonly byLink: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** An address that `PageLinks` made opens it without a key. */
    opensByLink?: true;
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

/** Of which pictures of pages need one. */
const PAGE_SCOPES = ['read', 'search'] as const satisfies readonly KeyScope[];

/** Told of every wrong key; may refuse in another way by throwing. */
export type OnRefused = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Asks every route for its `config.access`, at registration, and every request for a key that has it. */
export function requireKeys(
  app: FastifyInstance,
  {
    keys,
    uses,
    links,
    onRefused,
  }: { readonly keys: KeyCache; readonly uses: KeyUses; readonly links: PageLinks; readonly onRefused?: OnRefused },
): void {
  app.decorateRequest('principal', null);

  app.addHook('onRoute', ({ url, method, config }) => {
    // Failing closed: a route nobody thought about does not start.
    if (config?.access === undefined) throw new Error(`route ${String(method)} ${url} does not say who may call it`);
  });

  app.addHook('onRequest', async (request, reply) => {
    const access = request.is404 ? 'public' : (request.routeOptions.config.access ?? []);
    if (access === 'public') return;
    const { opensByLink = false } = request.routeOptions.config;
    const asking =
      opensByLink && keyText(request) === null && hasLink(request)
        ? byLink(request, keys, links)
        : authenticate(request, keys);
    const principal = await asking.catch(async (error: unknown) => {
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

/** The principal of whoever was given a link. Errors: `LINK_INVALID`; `DATABASE_UNAVAILABLE` of the catalog. */
async function byLink(request: FastifyRequest, keys: KeyCache, links: PageLinks): Promise<Principal> {
  const link = links.read(request.url);
  const key = link && (await keys.byId(link.keyId));
  if (!key) throw new ApiError('LINK_INVALID');
  // The page, and nothing beyond: what is of patients is shown to those who have a key for it, and is on record with it.
  const scopes = key.scopes.includes('admin') ? PAGE_SCOPES : PAGE_SCOPES.filter((scope) => key.scopes.includes(scope));
  return { ...toPrincipal({ ...key, scopes }), byLink: true };
}

function hasLink({ query }: FastifyRequest): boolean {
  return typeof query === 'object' && query !== null && 'link' in query;
}

export function mayCall(principal: Principal, access: readonly KeyScope[]): boolean {
  return principal.scopes.includes('admin') || access.some((scope) => principal.scopes.includes(scope));
}

function toPrincipal(key: ApiKey): Principal {
  const { keyId, scopes, organizationId, collections, safetyLevel, plan } = key;
  const readsPhi = scopes.includes('phi:read') || scopes.includes('admin');
  return {
    keyId,
    scopes,
    plan,
    byLink: false,
    scope: { organizationId, collections, safetyLevel, actor: keyId, readsPhi },
  };
}

function keyText(request: FastifyRequest): string | null {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  const bearer = authorization === undefined ? null : /^Bearer +(\S+) *$/i.exec(authorization);
  if (bearer) return bearer[1] ?? null;
  // Another scheme in `authorization` is no key of ours, but a key beside it still counts.
  return typeof apiKey === 'string' && apiKey !== '' ? apiKey : null;
}
