import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';
import { handleError } from './error-handler.js';

/** Answers what no route takes: 405 with `allow` where the address exists, else 404. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const methodsByPath = new Map<string, { matches: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPath.get(url) ?? { matches: pathPattern(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    methodsByPath.set(url, known);
  });

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const known = [...methodsByPath.values()].find(({ matches }) => matches.test(path));
    if (!known) return handleError(new ApiError('ROUTE_NOT_FOUND'), request, reply);
    reply.header('allow', [...known.methods].sort().join(', '));
    return handleError(new ApiError('METHOD_NOT_ALLOWED'), request, reply);
  });
}

/** `/v1/documents/:documentId` as a pattern; our addresses have no other special parts. */
function pathPattern(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
