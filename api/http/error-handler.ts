import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../core/contract/failures.js';
import { ApiError, type ErrorCode, fromFailure } from '../errors.js';
import { errorBody } from './envelope.js';

/** The framework's own refusals, by its codes. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_MALFORMED',
  FST_ERR_CTP_INVALID_JSON_BODY: 'JSON_MALFORMED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'JSON_MALFORMED',
  FST_ERR_BAD_URL: 'URL_MALFORMED',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_NOT_FOUND',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_PARTS_LIMIT: 'MULTIPART_INVALID',
  FST_FILES_LIMIT: 'MULTIPART_INVALID',
  FST_FIELDS_LIMIT: 'MULTIPART_INVALID',
  FST_PROTO_VIOLATION: 'MULTIPART_INVALID',
  FST_INVALID_JSON_FIELD_ERROR: 'METADATA_INVALID',
  FST_MP_PREMATURE_CLOSE: 'MULTIPART_INVALID',
};

/** Any error as one of the table. What is not known is `INTERNAL`, and keeps its cause for the log. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Failure) return fromFailure(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new ApiError(FRAMEWORK_ERRORS[code] ?? 'INTERNAL', { cause: error });
}

/** What was down is asked again after a second (infra/resilience/guard.ts), and a queue is shorter by then. */
const RETRY_AFTER_SECONDS = 1;

/** The one place where errors become answers. Only 5xx are logged, by code and frames: messages may quote content. */
export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const apiError = toApiError(error);
  if (apiError.statusCode >= 500) {
    request.log.error({ code: apiError.code, err: apiError.cause ?? apiError }, 'request failed');
  }
  if (apiError.statusCode === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (apiError.statusCode === 401) reply.header('www-authenticate', 'Bearer realm="medindex"');
  void reply.status(apiError.statusCode).send(errorBody(apiError, request.id));
}
