import { type Failure, type FailureCode, FAILURES } from '../core/contract/failures.js';

/**
 * Every error that the API answers: stable code, HTTP status, what happened and what to do. The sentences are constant;
 * a 4xx may name the field that is wrong after it, a 5xx says nothing more.
 */
export const ERRORS = {
  VALIDATION_FAILED: { status: 400, message: 'The request does not match what this call takes.' },
  JSON_MALFORMED: { status: 400, message: 'The body is not valid JSON. Send one JSON object, encoded as UTF-8.' },
  JSON_TOO_DEEP: { status: 400, message: 'The JSON is nested deeper than this system accepts (32 levels).' },
  URL_MALFORMED: { status: 400, message: 'The address is not a valid URL path. Percent-encode what stands in it.' },
  REQUEST_MALFORMED: { status: 400, message: 'The request is not valid HTTP.' },
  MULTIPART_INVALID: {
    status: 400,
    message:
      'The upload is not a complete multipart/form-data body with the parts "file" and "collection" (and "metadata", "urgent").',
  },
  METADATA_INVALID: {
    status: 400,
    message: 'The part "metadata" must be one JSON object, e.g. {"externalId": "who-2024-17", "title": "…"}.',
  },
  FILE_MISSING: { status: 400, message: 'The upload has no part "file" with a file name and content.' },
  EMPTY_FILE: { status: 400, message: FAILURES.EMPTY_FILE.message },
  SOURCE_LOCATION_INVALID: { status: 400, message: FAILURES.SOURCE_LOCATION_INVALID.message },
  PART_SIZE_WRONG: {
    status: 400,
    message: 'A part must have exactly the size that the upload gives it, and say so in its content-length.',
  },
  QUERY_EMPTY: { status: 400, message: 'The query is empty. Ask a question or give some words.' },
  QUERY_TOO_LONG: { status: 400, message: 'The query is longer than 2,000 characters. Shorten it.' },
  QUERY_HOLDS_PHI: {
    status: 400,
    message: 'The question holds what looks like identifiers of a patient. Ask it without them.',
  },
  ANSWER_HOLDS_PHI: {
    status: 400,
    message: 'The question or its answer holds what looks like identifiers of a patient. Such answers are not kept.',
  },
  FEEDBACK_HOLDS_PHI: {
    status: 400,
    message: 'The comment holds what looks like identifiers of a patient. Send it without them.',
  },
  GOLDEN_QUESTION_HOLDS_PHI: {
    status: 400,
    message:
      'The question or its phrase holds what looks like identifiers of a patient. Such golden questions are not kept.',
  },
  WEBHOOK_URL_INVALID: {
    status: 400,
    message:
      'The URL of the webhook is not an http(s) URL, or it holds a user name or a password. Example: https://hooks.example.org/medindex.',
  },
  WEBHOOK_URL_NOT_ALLOWED: {
    status: 400,
    message:
      'Webhooks lead to public addresses, by https. An operator allows private addresses and http with WEBHOOK_ALLOW_PRIVATE.',
  },
  CURSOR_INVALID: { status: 400, message: 'The cursor is not one that this list gave out. Start again without it.' },
  PAYLOAD_UNREADABLE: { status: 400, message: 'A payload is not one that this system sealed.' },
  MODEL_UNKNOWN: {
    status: 400,
    message:
      'This system has no embedding model of this name; the details list those it has. An operator adds models with EMBEDDING_MODELS.',
  },
  VECTOR_STORE_UNKNOWN: {
    status: 400,
    message:
      'This store of vectors is not set up here; the details list those that are. An operator sets Qdrant up with QDRANT_URL.',
  },
  KEY_REQUIRED: {
    status: 401,
    message:
      'This call needs an API key. Send it as "Authorization: Bearer <key>"; a local stack keeps its admin key in <data dir>/admin.key.',
  },
  KEY_INVALID: {
    status: 401,
    message: 'The API key is unknown, expired or revoked. Ask an administrator for a new one.',
  },
  LINK_INVALID: {
    status: 401,
    message: 'This link to a page is wrong or has ended. Whoever showed it can make a new one.',
  },
  SCOPE_MISSING: { status: 403, message: 'The API key may not do this.' },
  ACCESS_RESTRICTED: {
    status: 403,
    message: 'The API key sees only a part of its organization. This call concerns all of it.',
  },
  SOURCE_NOT_ALLOWED: { status: 403, message: FAILURES.SOURCE_NOT_ALLOWED.message },
  SOURCE_FORBIDDEN: {
    status: 403,
    message: 'Access to this bucket, folder or file was denied. Ask its owner for read access.',
  },
  SOURCE_MISSING: { status: 404, message: 'There is no such bucket, folder or file. Check the location.' },
  ROUTE_NOT_FOUND: { status: 404, message: 'There is no such call. /openapi.json lists all of them.' },
  COLLECTION_NOT_FOUND: {
    status: 404,
    message: 'There is no such collection. GET /v1/collections lists those there are.',
  },
  SUPERSEDED_NOT_FOUND: {
    status: 404,
    message:
      'The document that this one is to take the place of ("supersedes") is not in the collection; the details list the nearest names. Correct the name, or send "supersedesLater": true if it is to come later.',
  },
  DOCUMENT_NOT_FOUND: { status: 404, message: 'There is no such document.' },
  DOCUMENT_NOT_PUBLISHED: { status: 404, message: 'The document has no published version. Its state says why.' },
  VERSION_NOT_FOUND: { status: 404, message: 'The document has no such version.' },
  NO_FORMER_VERSION: {
    status: 404,
    message:
      'The document has no version that was published before this one. Name the edition to compare it with: "fromDocument".',
  },
  RUN_NOT_FOUND: { status: 404, message: 'There is no such run.' },
  UPLOAD_NOT_FOUND: { status: 404, message: 'There is no such upload, or it has expired. Begin a new one.' },
  PART_UNKNOWN: { status: 404, message: 'The upload has no part of this number.' },
  KEY_NOT_FOUND: { status: 404, message: 'There is no such key, or it was revoked already.' },
  REVIEW_NOT_FOUND: { status: 404, message: 'There is no such review.' },
  VECTOR_INDEX_NOT_FOUND: {
    status: 404,
    message: 'There is no such vector index. GET /v1/vector-indexes lists those there are.',
  },
  ANSWER_NOT_FOUND: { status: 404, message: 'There is no such answer, or another key keeps it.' },
  GOLDEN_QUESTION_NOT_FOUND: { status: 404, message: 'There is no such golden question.' },
  WEBHOOK_NOT_FOUND: { status: 404, message: 'There is no such webhook.' },
  WEBHOOK_DELIVERY_NOT_FOUND: {
    status: 404,
    message: 'The webhook has no such delivery, or it is older than the 30 days for which they are kept.',
  },
  CHUNK_NOT_FOUND: { status: 404, message: 'There is no such passage, or its document was replaced or withdrawn.' },
  PAGE_UNKNOWN: {
    status: 404,
    message:
      'The document has no page of this number. Markdown, web pages, text and tables (CSV) have no pages at all.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'This address does not take this method. The header "allow" lists those it takes.',
  },
  KEY_IN_USE: {
    status: 409,
    message: 'A key cannot revoke itself. Revoke it with another admin key.',
  },
  ANSWER_ID_TAKEN: {
    status: 409,
    message: 'Another key has kept an answer under this answerId. Choose another id, or leave it out.',
  },
  FEEDBACK_ID_TAKEN: {
    status: 409,
    message: 'Another key has given feedback under this feedbackId. Choose another id, or leave it out.',
  },
  GOLDEN_QUESTIONS_FULL: {
    status: 409,
    message: 'The collection has 1,000 golden questions, which is the most. Remove some that say the same.',
  },
  WEBHOOKS_FULL: {
    status: 409,
    message: 'The organization has 50 webhooks, which is the most. Remove one that nobody needs.',
  },
  WEBHOOK_DISABLED: {
    status: 409,
    message: 'The webhook is disabled, so nothing is sent to it. Enable it first (PATCH, "enabled": true).',
  },
  COLLECTION_EXISTS: {
    status: 409,
    message: 'A collection of this name exists. Choose another name, or change that one with PATCH.',
  },
  SOURCE_CHANGED: { status: 409, message: 'The file was changed while it was being fetched. Try again.' },
  MODEL_MISMATCH: { status: 409, message: FAILURES.MODEL_MISMATCH.message },
  MODEL_MISSING: { status: 409, message: FAILURES.MODEL_MISSING.message },
  RUN_FINISHED: { status: 409, message: 'The run has ended already; there is nothing left to cancel.' },
  RUN_NOT_RETRYABLE: {
    status: 409,
    message: 'Only a run that ended failed, cancelled or needs_attention can be tried again.',
  },
  RUN_OVERTAKEN: {
    status: 409,
    message: 'A newer run of the same document exists; trying the older one again would put back what it replaced.',
  },
  DOCUMENT_BUSY: {
    status: 409,
    message:
      'The document is being read, or waits for its review; the details name its state. Try again once it is published or needs attention.',
  },
  NOTHING_READ: {
    status: 409,
    message: 'Not one page of this document could be read, so there is nothing to publish. Read its pages again first.',
  },
  ORIGINAL_HELD: {
    status: 409,
    message:
      'The file is held back because of suspected patient data. Its review decides what becomes of it; the file of a redacted document is never given out.',
  },
  REVIEW_DECIDED: { status: 409, message: FAILURES.REVIEW_DECIDED.message },
  REVIEW_OVER: { status: 409, message: FAILURES.REVIEW_OVER.message },
  REVIEW_CLAIMED: { status: 409, message: FAILURES.REVIEW_CLAIMED.message },
  REVIEW_NEEDS_ANOTHER: { status: 409, message: FAILURES.REVIEW_NEEDS_ANOTHER.message },
  MOVE_NOT_NEEDED: {
    status: 409,
    message: 'The vectors of this collection are by this model and in this store already.',
  },
  MOVE_UNDER_WAY: {
    status: 409,
    message:
      'The vectors of this collection are being moved elsewhere; the details name the run. Decide on that move first.',
  },
  MOVE_INCOMPLETE: { status: 409, message: FAILURES.MOVE_INCOMPLETE.message },
  MOVE_IS_LIVE: { status: 409, message: FAILURES.MOVE_IS_LIVE.message },
  MOVE_NOT_LIVE: { status: 409, message: FAILURES.MOVE_NOT_LIVE.message },
  MOVE_OVER: { status: 409, message: FAILURES.MOVE_OVER.message },
  RESCREEN_UNDER_WAY: {
    status: 409,
    message:
      'This collection is being screened again in another way; the details name the run. Wait for its end, or cancel it.',
  },
  UPLOAD_INCOMPLETE: {
    status: 409,
    message:
      'Parts of the upload are missing or have not their size; the details name them. Send them and complete again.',
  },
  UPLOAD_HASH_MISMATCH: {
    status: 409,
    message: 'What arrived is not the file that was announced: its SHA-256 differs. Begin a new upload.',
  },
  UPLOAD_COMPLETED: {
    status: 409,
    message: 'The upload is complete and its run has begun. Cancel the run to stop it.',
  },
  DOCUMENT_DELETED: { status: 410, message: 'The document was deleted.' },
  ACCOUNT_MISSING: {
    status: 409,
    message:
      'There is no account of the words of this version: it was read before there was one, or its reading is no longer stored. Have the file read again.',
  },
  VERSION_TEXT_GONE: {
    status: 410,
    message: 'What this version said is erased and cannot be compared any more.',
  },
  ORIGINAL_GONE: { status: 410, message: FAILURES.OBJECT_MISSING.message },
  FILE_TOO_LARGE: { status: 413, message: FAILURES.FILE_TOO_LARGE.message },
  BODY_TOO_LARGE: { status: 413, message: 'The body is larger than this call accepts.' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, message: 'The content type of the body is not one that this call takes.' },
  PAGE_UNDRAWABLE: { status: 422, message: 'This page cannot be drawn. Its text is there all the same.' },
  RATE_LIMITED: {
    status: 429,
    message:
      'Too many requests of this kind in a short time. Ask again after the seconds that the header "retry-after" says.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    message: 'The key has used up the requests of this month. Ask an administrator for a larger plan.',
  },
  TOO_MANY_UPLOADS: {
    status: 429,
    message: 'This key has as many uploads under way as it may. Complete some, or give them up.',
  },
  TOO_MANY_STREAMS: {
    status: 429,
    message: 'This key holds as many event streams open as it may. Close some, or ask with GET /v1/runs/{runId}.',
  },
  INTERNAL: {
    status: 500,
    message: 'Something unexpected happened. Try again; if it stays, give the request id to an operator.',
  },
  METHOD_UNKNOWN: {
    status: 501,
    message: 'No call of this system has this HTTP method. /openapi.json lists all calls.',
  },
  DATABASE_UNAVAILABLE: { status: 503, message: 'The database cannot be reached at the moment. Try again shortly.' },
  SOURCE_UNREACHABLE: {
    status: 503,
    message: 'The bucket or folder cannot be read at the moment. Try again shortly.',
  },
  STORE_UNAVAILABLE: { status: 503, message: 'The object store cannot be reached at the moment. Try again shortly.' },
  ENGINE_UNAVAILABLE: {
    status: 503,
    message: 'The workflow engine cannot be reached at the moment. Try again shortly.',
  },
  EMBEDDING_UNAVAILABLE: {
    status: 503,
    message: 'There is no embedding model at the moment. Search with mode "text" or "hybrid", or try again later.',
  },
  VECTOR_STORE_UNAVAILABLE: {
    status: 503,
    message:
      'The store of vectors cannot be reached at the moment. Search with mode "text" or "hybrid", or try again later.',
  },
  UNHEALTHY: { status: 503, message: 'A part of the system does not answer; the details name it.' },
  NOT_READY: { status: 503, message: 'The system cannot serve yet. Try again shortly.' },
  PICTURES_BUSY: {
    status: 503,
    message:
      'Many pages are being drawn at the moment. Ask again after the seconds that the header "retry-after" says.',
  },
  OVERLOADED: {
    status: 503,
    message:
      'More searches are asked for than can be worked out at the moment. Ask again after the seconds that the header "retry-after" says.',
  },
  SHUTTING_DOWN: { status: 503, message: 'The system is shutting down. Try again shortly.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorStatus = (typeof ERRORS)[ErrorCode]['status'];

export interface ApiErrorOptions {
  /** 4xx only: which field and what is allowed. Field names and constants; never a value of the request. */
  readonly explanation?: string;
  /** Machine-readable; the same rules. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** What a route throws; the error handler makes the answer of it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly statusCode: ErrorStatus;
  readonly explanation: string | undefined;
  readonly details: unknown;

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.statusCode = ERRORS[code].status;
    this.explanation = options.explanation;
    this.details = options.details;
  }
}

/** Failures of ports that a caller is told by name; all others are `INTERNAL`. */
const TOLD_FAILURES: Partial<Record<FailureCode, ErrorCode>> = {
  DATABASE_UNAVAILABLE: 'DATABASE_UNAVAILABLE',
  STORE_UNAVAILABLE: 'STORE_UNAVAILABLE',
  ENGINE_UNAVAILABLE: 'ENGINE_UNAVAILABLE',
  VECTOR_STORE_UNAVAILABLE: 'VECTOR_STORE_UNAVAILABLE',
  EMBEDDING_UNAVAILABLE: 'EMBEDDING_UNAVAILABLE',
  // What an operator has to correct is of no use to a caller.
  EMBEDDING_MISCONFIGURED: 'EMBEDDING_UNAVAILABLE',
  MODEL_MISMATCH: 'MODEL_MISMATCH',
  MODEL_MISSING: 'MODEL_MISSING',
  FILE_TOO_LARGE: 'FILE_TOO_LARGE',
  EMPTY_FILE: 'EMPTY_FILE',
};

export function fromFailure(failure: Failure): ApiError {
  return new ApiError(TOLD_FAILURES[failure.code] ?? 'INTERNAL', { cause: failure });
}
