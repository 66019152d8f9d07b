import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiError, ERRORS } from '../errors.js';
import type { ErrorBody, Meta } from '../schemas/envelope.js';

/** Half a millisecond is noise here; one decimal keeps the answers readable. */
function tookMs(reply: FastifyReply): number {
  return Math.round(reply.elapsedTime * 10) / 10;
}

/** What `meta` says in every answer. */
export function metaOf(request: FastifyRequest, reply: FastifyReply): Meta {
  return {
    timestamp: new Date().toISOString(),
    version: request.server.medindexVersion,
    requestId: request.id,
    tookMs: tookMs(reply),
  };
}

/** `{"success": true, "data", "meta"}`, with more in `meta` where a route says how its answer was made. */
export function succeed<D>(request: FastifyRequest, reply: FastifyReply, data: D) {
  return { success: true as const, data, meta: metaOf(request, reply) };
}

export function succeedWith<D, M extends object>(input: {
  request: FastifyRequest;
  reply: FastifyReply;
  data: D;
  meta: M;
}) {
  const { request, reply, data } = input;
  return { success: true as const, data, meta: { ...metaOf(request, reply), ...input.meta } };
}

/** The envelope of an error. The text of a 5xx is constant. */
export function errorBody(error: ApiError, requestId: string): ErrorBody {
  const { message } = ERRORS[error.code];
  const told = error.statusCode < 500 && error.explanation ? `${message} ${error.explanation}` : message;
  return {
    error: true,
    code: error.code,
    message: told,
    ...(error.details === undefined ? {} : { details: error.details }),
    requestId,
  };
}
