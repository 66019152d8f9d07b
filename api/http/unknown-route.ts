import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';
import { handleError } from './error-handler.js';

/** The methods that any call of this API could have; every other one is answered 501 where no route has the address. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/**
 * Answers what no route takes: 405 with `allow` where the address exists, else 404, or 501 for a method that no call has.
 * It answers before the body is looked at: the framework refuses some methods for their missing or foreign body first, and
 * those errors would hide what is wrong.
 */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const methodsByPath = new Map<string, { matches: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPath.get(url) ?? { matches: pathPattern(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    methodsByPath.set(url, known);
  });

  const refuse = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = request.url.split('?', 1)[0] ?? '';
    // More than one may match: /v1/keys/current is an address of /v1/keys/:keyId, too.
    const known = [...methodsByPath.values()].filter(({ matches }) => matches.test(path));
    const methods = new Set(known.flatMap((one) => [...one.methods]));
    if (methods.size > 0) reply.header('allow', [...methods].sort().join(', '));
    const unknown = KNOWN_METHODS.has(request.method) ? 'ROUTE_NOT_FOUND' : 'METHOD_UNKNOWN';
    handleError(new ApiError(methods.size > 0 ? 'METHOD_NOT_ALLOWED' : unknown), request, reply);
  };

  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    refuse(request, reply);
    return reply;
  });
  app.setNotFoundHandler(refuse);
}

/** `/v1/documents/:documentId` as a pattern; our addresses have no other special parts. */
function pathPattern(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
