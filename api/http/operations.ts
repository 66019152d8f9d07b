import type { ErrorCode } from '../errors.js';

/** What the OpenAPI document says of one call beside its schemas. */
export interface Operation {
  /** Name of the call in generated clients: a verb and a noun, unique, stable. */
  readonly id: string;
  /** What it may refuse with, besides what any call of its kind may (`openapi-answers.ts`). */
  readonly codes: readonly ErrorCode[];
  /** The call looks at its key itself, though its route is open to the framework. */
  readonly asksForKey?: true;
}

const READ_DOCUMENT = ['DOCUMENT_NOT_FOUND', 'DOCUMENT_NOT_PUBLISHED', 'DOCUMENT_DELETED'] as const;
const LOCATION = [
  'SOURCE_LOCATION_INVALID',
  'SOURCE_NOT_ALLOWED',
  'SOURCE_FORBIDDEN',
  'SOURCE_MISSING',
  'SOURCE_CHANGED',
  'SOURCE_UNREACHABLE',
] as const;

/** Of a body that is JSON. */
export const WITH_JSON = ['JSON_MALFORMED', 'JSON_TOO_DEEP', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;
const TAKING_IN = [
  ...(['METADATA_INVALID', 'EMPTY_FILE', 'FILE_TOO_LARGE', 'COLLECTION_NOT_FOUND'] as const),
  ...(['SUPERSEDED_NOT_FOUND', 'STORE_UNAVAILABLE'] as const),
] as const;

const SEARCHING = [
  ...(['QUERY_EMPTY', 'QUERY_TOO_LONG', 'QUERY_HOLDS_PHI', 'COLLECTION_NOT_FOUND', 'MODEL_MISMATCH'] as const),
  ...(['MODEL_MISSING', 'EMBEDDING_UNAVAILABLE', 'VECTOR_STORE_UNAVAILABLE', 'OVERLOADED'] as const),
] as const;

const REVIEWING = [
  ...(['REVIEW_NOT_FOUND', 'REVIEW_DECIDED', 'REVIEW_OVER', 'REVIEW_CLAIMED', 'REVIEW_NEEDS_ANOTHER'] as const),
  ...(['ENGINE_UNAVAILABLE', 'STORE_UNAVAILABLE'] as const),
] as const;

const DECIDING_A_MOVE = [
  ...(['VECTOR_INDEX_NOT_FOUND', 'MOVE_INCOMPLETE', 'MOVE_IS_LIVE', 'MOVE_NOT_LIVE', 'MOVE_OVER'] as const),
  ...(['ENGINE_UNAVAILABLE', 'ACCESS_RESTRICTED'] as const),
] as const;
const MOVING = [
  ...(['COLLECTION_NOT_FOUND', 'MODEL_UNKNOWN', 'VECTOR_STORE_UNKNOWN', 'EMBEDDING_UNAVAILABLE'] as const),
  ...(['MODEL_MISSING', 'MODEL_MISMATCH', 'ACCESS_RESTRICTED'] as const),
] as const;

/** By method and path; a call that is missing here is an error. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /v1/search': { id: 'search', codes: SEARCHING },
  'POST /v1/context': { id: 'packContext', codes: SEARCHING },
  'POST /mcp': { id: 'callMcp', codes: [] },
  'POST /v1/answers': {
    id: 'keepAnswer',
    codes: ['QUERY_EMPTY', 'QUERY_TOO_LONG', 'ANSWER_HOLDS_PHI', 'CHUNK_NOT_FOUND', 'ANSWER_ID_TAKEN'],
  },
  'POST /v1/answers/lookup': {
    id: 'lookUpAnswer',
    codes: ['QUERY_EMPTY', 'QUERY_TOO_LONG', 'COLLECTION_NOT_FOUND'],
  },
  'GET /v1/answers/recalled': { id: 'listRecalledAnswers', codes: ['CURSOR_INVALID'] },
  'GET /v1/answers/{answerId}': { id: 'getAnswer', codes: ['ANSWER_NOT_FOUND'] },
  'DELETE /v1/answers/{answerId}': { id: 'forgetAnswer', codes: ['ANSWER_NOT_FOUND'] },
  'POST /v1/feedback': {
    id: 'giveFeedback',
    codes: ['QUERY_EMPTY', 'QUERY_TOO_LONG', 'FEEDBACK_HOLDS_PHI', 'FEEDBACK_ID_TAKEN'],
  },
  'GET /v1/feedback': { id: 'listFeedback', codes: ['ACCESS_RESTRICTED', 'CURSOR_INVALID'] },
  'GET /v1/questions/statistics': { id: 'getQuestionStatistics', codes: ['ACCESS_RESTRICTED'] },
  'POST /v1/golden-questions': {
    id: 'declareGoldenQuestion',
    codes: [
      'QUERY_EMPTY',
      'QUERY_TOO_LONG',
      'GOLDEN_QUESTION_HOLDS_PHI',
      'COLLECTION_NOT_FOUND',
      'GOLDEN_QUESTIONS_FULL',
    ],
  },
  'GET /v1/golden-questions': { id: 'listGoldenQuestions', codes: ['COLLECTION_NOT_FOUND', 'CURSOR_INVALID'] },
  'POST /v1/golden-questions/check': {
    id: 'checkGoldenQuestions',
    codes: ['COLLECTION_NOT_FOUND'],
  },
  'GET /v1/golden-questions/{goldenQuestionId}': { id: 'getGoldenQuestion', codes: ['GOLDEN_QUESTION_NOT_FOUND'] },
  'DELETE /v1/golden-questions/{goldenQuestionId}': {
    id: 'removeGoldenQuestion',
    codes: ['GOLDEN_QUESTION_NOT_FOUND'],
  },
  'GET /v1/chunks/{chunkId}': { id: 'getChunk', codes: ['CHUNK_NOT_FOUND'] },
  'GET /v1/chunks/{chunkId}/page.png': {
    id: 'getChunkPicture',
    codes: [
      'CHUNK_NOT_FOUND',
      'PAGE_UNKNOWN',
      'ORIGINAL_HELD',
      'ORIGINAL_GONE',
      'PAGE_UNDRAWABLE',
      'STORE_UNAVAILABLE',
      'PICTURES_BUSY',
      'LINK_INVALID',
    ],
  },
  'POST /v1/page-links': { id: 'makePageLinks', codes: [] },
  'POST /v1/documents': {
    id: 'uploadDocument',
    codes: ['MULTIPART_INVALID', 'FILE_MISSING', ...WITH_JSON, ...TAKING_IN, 'ACCESS_RESTRICTED', ...LOCATION],
  },
  'POST /v1/documents/from-uri': { id: 'ingestUri', codes: [...TAKING_IN, 'ACCESS_RESTRICTED', ...LOCATION] },
  'GET /v1/documents': { id: 'listDocuments', codes: ['CURSOR_INVALID', 'COLLECTION_NOT_FOUND'] },
  'GET /v1/documents/{documentId}': { id: 'getDocument', codes: ['DOCUMENT_NOT_FOUND', 'DOCUMENT_DELETED'] },
  'GET /v1/documents/{documentId}/text': { id: 'getDocumentText', codes: READ_DOCUMENT },
  'GET /v1/documents/{documentId}/pages': { id: 'listDocumentPages', codes: [...READ_DOCUMENT, 'VERSION_NOT_FOUND'] },
  'GET /v1/documents/{documentId}/account': {
    id: 'getDocumentAccount',
    codes: [...READ_DOCUMENT, 'VERSION_NOT_FOUND', 'ACCOUNT_MISSING', 'STORE_UNAVAILABLE'],
  },
  'GET /v1/documents/{documentId}/certificate': {
    id: 'getDocumentCertificate',
    codes: [...READ_DOCUMENT, 'VERSION_NOT_FOUND', 'ACCOUNT_MISSING', 'ORIGINAL_GONE', 'STORE_UNAVAILABLE'],
  },
  'GET /v1/certificates/key': { id: 'getCertificateKey', codes: [] },
  'GET /v1/documents/{documentId}/chunks': { id: 'listDocumentChunks', codes: [...READ_DOCUMENT, 'CURSOR_INVALID'] },
  'GET /v1/documents/{documentId}/versions': {
    id: 'listDocumentVersions',
    codes: ['DOCUMENT_NOT_FOUND', 'CURSOR_INVALID'],
  },
  'GET /v1/documents/{documentId}/changes': {
    id: 'listDocumentChanges',
    codes: [...READ_DOCUMENT, 'VERSION_NOT_FOUND', 'NO_FORMER_VERSION', 'VERSION_TEXT_GONE', 'CURSOR_INVALID'],
  },
  'GET /v1/documents/{documentId}/source': {
    id: 'downloadDocumentSource',
    codes: [...READ_DOCUMENT, 'VERSION_NOT_FOUND', 'ORIGINAL_HELD', 'ORIGINAL_GONE', 'STORE_UNAVAILABLE'],
  },
  'DELETE /v1/documents/{documentId}': { id: 'deleteDocument', codes: ['DOCUMENT_NOT_FOUND'] },
  'POST /v1/documents/{documentId}/pages/{page}/reread': {
    id: 'rereadPage',
    codes: [...READ_DOCUMENT, 'PAGE_UNKNOWN', 'DOCUMENT_BUSY', 'ORIGINAL_HELD', 'ORIGINAL_GONE', 'STORE_UNAVAILABLE'],
  },
  'GET /v1/documents/{documentId}/pages/{page}/page.png': {
    id: 'getDocumentPagePicture',
    codes: [
      ...READ_DOCUMENT,
      ...(['PAGE_UNKNOWN', 'VERSION_NOT_FOUND', 'ORIGINAL_HELD', 'ORIGINAL_GONE', 'PAGE_UNDRAWABLE'] as const),
      ...(['STORE_UNAVAILABLE', 'PICTURES_BUSY', 'LINK_INVALID'] as const),
    ],
  },
  'POST /v1/documents/{documentId}/publish-partial': {
    id: 'publishPartial',
    codes: ['DOCUMENT_NOT_FOUND', 'DOCUMENT_DELETED', 'DOCUMENT_BUSY', 'NOTHING_READ'],
  },
  'POST /v1/documents/{documentId}/confirm': { id: 'confirmDocument', codes: READ_DOCUMENT },
  'POST /v1/uploads': {
    id: 'beginUpload',
    codes: [
      ...([
        'METADATA_INVALID',
        'EMPTY_FILE',
        'FILE_TOO_LARGE',
        'COLLECTION_NOT_FOUND',
        'SUPERSEDED_NOT_FOUND',
      ] as const),
      ...(['TOO_MANY_UPLOADS', 'STORE_UNAVAILABLE', 'FILE_MISSING'] as const),
    ],
  },
  'GET /v1/uploads/{uploadId}': { id: 'getUpload', codes: ['UPLOAD_NOT_FOUND', 'STORE_UNAVAILABLE'] },
  'DELETE /v1/uploads/{uploadId}': {
    id: 'abandonUpload',
    codes: ['UPLOAD_NOT_FOUND', 'UPLOAD_COMPLETED', 'STORE_UNAVAILABLE'],
  },
  'POST /v1/uploads/{uploadId}/complete': {
    id: 'completeUpload',
    codes: ['UPLOAD_NOT_FOUND', 'UPLOAD_INCOMPLETE', 'UPLOAD_HASH_MISMATCH', 'STORE_UNAVAILABLE'],
  },
  'PUT /v1/uploads/{uploadId}/parts/{number}': {
    id: 'sendUploadPart',
    codes: [
      'PART_SIZE_WRONG',
      'REQUEST_MALFORMED',
      'UPLOAD_NOT_FOUND',
      'PART_UNKNOWN',
      'UPLOAD_COMPLETED',
      'STORE_UNAVAILABLE',
    ],
  },
  'GET /v1/runs': { id: 'listRuns', codes: ['CURSOR_INVALID', 'COLLECTION_NOT_FOUND'] },
  'GET /v1/statistics': { id: 'getStatistics', codes: ['COLLECTION_NOT_FOUND'] },
  'POST /v1/runs/retries': { id: 'retryRuns', codes: ['COLLECTION_NOT_FOUND', 'CURSOR_INVALID'] },
  'GET /v1/runs/{runId}': { id: 'getRun', codes: ['RUN_NOT_FOUND'] },
  'GET /v1/runs/{runId}/records': { id: 'listRunRecords', codes: ['RUN_NOT_FOUND', 'CURSOR_INVALID'] },
  'GET /v1/runs/{runId}/events': { id: 'followRun', codes: ['RUN_NOT_FOUND', 'TOO_MANY_STREAMS'] },
  'POST /v1/runs/{runId}/cancel': {
    id: 'cancelRun',
    codes: ['RUN_NOT_FOUND', 'RUN_FINISHED', 'ENGINE_UNAVAILABLE', 'ACCESS_RESTRICTED'],
  },
  'POST /v1/runs/{runId}/retry': {
    id: 'retryRun',
    codes: [
      'RUN_NOT_FOUND',
      'RUN_NOT_RETRYABLE',
      'RUN_OVERTAKEN',
      'ACCESS_RESTRICTED',
      'DOCUMENT_DELETED',
      'ORIGINAL_HELD',
      'ORIGINAL_GONE',
      'STORE_UNAVAILABLE',
    ],
  },
  'GET /v1/collections': { id: 'listCollections', codes: [] },
  'POST /v1/collections': {
    id: 'createCollection',
    codes: ['MODEL_UNKNOWN', 'COLLECTION_EXISTS', 'ACCESS_RESTRICTED'],
  },
  'PATCH /v1/collections/{name}': {
    id: 'changeCollection',
    codes: ['COLLECTION_NOT_FOUND', 'ACCESS_RESTRICTED'],
  },
  'POST /v1/collections/{name}/sync': {
    id: 'startSync',
    codes: ['COLLECTION_NOT_FOUND', 'ACCESS_RESTRICTED', ...LOCATION],
  },
  'POST /v1/collections/{name}/rescreen': {
    id: 'startRescreen',
    codes: ['COLLECTION_NOT_FOUND', 'ACCESS_RESTRICTED', 'RESCREEN_UNDER_WAY'],
  },
  'GET /v1/reviews': { id: 'listReviews', codes: ['CURSOR_INVALID', 'COLLECTION_NOT_FOUND'] },
  'GET /v1/reviews/recognisers': { id: 'listRecognisers', codes: [] },
  'GET /v1/reviews/{reviewId}': { id: 'getReview', codes: ['REVIEW_NOT_FOUND', 'ORIGINAL_GONE', 'STORE_UNAVAILABLE'] },
  'POST /v1/reviews/{reviewId}/decision': { id: 'decideReview', codes: [...REVIEWING, 'ORIGINAL_GONE'] },
  'POST /v1/reviews/{reviewId}/claim': { id: 'claimReview', codes: REVIEWING },
  'POST /v1/reviews/decisions': { id: 'decideReviews', codes: [...REVIEWING, 'COLLECTION_NOT_FOUND'] },
  'GET /v1/audit': { id: 'listAudit', codes: ['CURSOR_INVALID', 'ACCESS_RESTRICTED'] },
  'GET /v1/audit/phi-access': { id: 'listPhiAccess', codes: ['CURSOR_INVALID', 'ACCESS_RESTRICTED'] },
  'GET /v1/vector-indexes': { id: 'listVectorIndexes', codes: ['COLLECTION_NOT_FOUND', 'ACCESS_RESTRICTED'] },
  'POST /v1/vector-indexes/estimate': {
    id: 'estimateMove',
    codes: MOVING,
  },
  'POST /v1/vector-indexes': {
    id: 'startMove',
    codes: [...MOVING, 'MOVE_NOT_NEEDED', 'MOVE_UNDER_WAY', 'STORE_UNAVAILABLE'],
  },
  'GET /v1/vector-indexes/{vectorIndexId}/comparison': {
    id: 'getComparison',
    codes: [
      'VECTOR_INDEX_NOT_FOUND',
      'MOVE_INCOMPLETE',
      'MOVE_OVER',
      'STORE_UNAVAILABLE',
      'ORIGINAL_GONE',
      'ACCESS_RESTRICTED',
    ],
  },
  'POST /v1/vector-indexes/{vectorIndexId}/promote': { id: 'promoteVectorIndex', codes: DECIDING_A_MOVE },
  'POST /v1/vector-indexes/{vectorIndexId}/rollback': { id: 'rollBackVectorIndex', codes: DECIDING_A_MOVE },
  'POST /v1/vector-indexes/{vectorIndexId}/abandon': { id: 'abandonMove', codes: DECIDING_A_MOVE },
  'POST /v1/vector-indexes/{vectorIndexId}/finish': { id: 'finishMove', codes: DECIDING_A_MOVE },
  'POST /v1/webhooks': {
    id: 'addWebhook',
    codes: [
      'ACCESS_RESTRICTED',
      'WEBHOOK_URL_INVALID',
      'WEBHOOK_URL_NOT_ALLOWED',
      'COLLECTION_NOT_FOUND',
      'WEBHOOKS_FULL',
    ],
  },
  'GET /v1/webhooks': { id: 'listWebhooks', codes: ['ACCESS_RESTRICTED'] },
  'GET /v1/webhooks/{webhookId}': { id: 'getWebhook', codes: ['ACCESS_RESTRICTED', 'WEBHOOK_NOT_FOUND'] },
  'PATCH /v1/webhooks/{webhookId}': {
    id: 'changeWebhook',
    codes: [
      'ACCESS_RESTRICTED',
      'WEBHOOK_URL_INVALID',
      'WEBHOOK_URL_NOT_ALLOWED',
      'COLLECTION_NOT_FOUND',
      'WEBHOOK_NOT_FOUND',
    ],
  },
  'DELETE /v1/webhooks/{webhookId}': { id: 'removeWebhook', codes: ['ACCESS_RESTRICTED', 'WEBHOOK_NOT_FOUND'] },
  'POST /v1/webhooks/{webhookId}/rotate': {
    id: 'rotateWebhookSecret',
    codes: ['ACCESS_RESTRICTED', 'WEBHOOK_NOT_FOUND'],
  },
  'POST /v1/webhooks/{webhookId}/test': {
    id: 'testWebhook',
    codes: ['ACCESS_RESTRICTED', 'WEBHOOK_NOT_FOUND', 'WEBHOOK_DISABLED'],
  },
  'GET /v1/webhooks/{webhookId}/deliveries': {
    id: 'listWebhookDeliveries',
    codes: ['ACCESS_RESTRICTED', 'WEBHOOK_NOT_FOUND', 'CURSOR_INVALID'],
  },
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver': {
    id: 'redeliverWebhook',
    codes: ['ACCESS_RESTRICTED', 'WEBHOOK_NOT_FOUND', 'WEBHOOK_DELIVERY_NOT_FOUND', 'WEBHOOK_DISABLED'],
  },
  'GET /v1/keys': { id: 'listKeys', codes: ['ACCESS_RESTRICTED'] },
  'GET /v1/keys/current': { id: 'getCurrentKey', codes: [] },
  'POST /v1/keys': {
    id: 'createKey',
    codes: ['COLLECTION_NOT_FOUND', 'ACCESS_RESTRICTED'],
  },
  'DELETE /v1/keys/{keyId}': { id: 'revokeKey', codes: ['KEY_NOT_FOUND', 'KEY_IN_USE', 'ACCESS_RESTRICTED'] },
  'PATCH /v1/keys/{keyId}': { id: 'changeKeyPlan', codes: ['KEY_NOT_FOUND', 'ACCESS_RESTRICTED'] },
  'GET /v1/usage': { id: 'getUsage', codes: [] },
  'GET /v1/limits': { id: 'getLimits', codes: [] },
  'PATCH /v1/limits/{plan}': { id: 'changeLimits', codes: ['ACCESS_RESTRICTED'] },
  'GET /v1/cache/stats': { id: 'getCacheStats', codes: [] },
  'GET /v1/cache/health': { id: 'getCacheHealth', codes: [] },
  'POST /v1/cache/warm': { id: 'warmCache', codes: SEARCHING },
  'DELETE /v1/cache': { id: 'clearCache', codes: ['ACCESS_RESTRICTED'] },
  'GET /health': { id: 'getHealth', codes: [] },
  'GET /ready': { id: 'getReadiness', codes: ['NOT_READY'] },
  'GET /health/deep': { id: 'getDeepHealth', codes: ['UNHEALTHY'] },
  'GET /health/proof': { id: 'getStackProof', codes: ['ROUTE_NOT_FOUND'] },
  'POST /codec/encode': { id: 'encodePayloads', codes: ['PAYLOAD_UNREADABLE'], asksForKey: true },
  'POST /codec/decode': { id: 'decodePayloads', codes: ['PAYLOAD_UNREADABLE'], asksForKey: true },
  'POST /codec/{token}/encode': { id: 'encodePayloadsForUi', codes: ['PAYLOAD_UNREADABLE', 'KEY_INVALID'] },
  'POST /codec/{token}/decode': { id: 'decodePayloadsForUi', codes: ['PAYLOAD_UNREADABLE', 'KEY_INVALID'] },
};
