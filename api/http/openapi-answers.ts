import { ERRORS, type ErrorCode } from '../errors.js';
import { EXAMPLES } from './operation-examples.js';
import { type Operation, OPERATIONS, WITH_JSON } from './operations.js';

type SecurityRequirement = Record<string, string[]>;

/** The parts of an operation of the OpenAPI document that are looked at or made here. */
export interface OperationObject {
  operationId?: string;
  security?: SecurityRequirement[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, ResponseObject>;
}

/** Either way of sending a key. */
export const ANY_KEY: SecurityRequirement[] = [{ bearer: [] }, { apiKey: [] }];

export interface MediaType {
  schema?: unknown;
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}

export interface ResponseObject {
  description: string;
  content?: Record<string, MediaType>;
}

/** What any call may be refused with, whatever it does. */
const ANY: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'URL_MALFORMED',
  'INTERNAL',
  'DATABASE_UNAVAILABLE',
  'SHUTTING_DOWN',
];
const WITH_KEY: readonly ErrorCode[] = [
  'KEY_REQUIRED',
  'KEY_INVALID',
  'SCOPE_MISSING',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
];

/** What a status of success means where the route does not say it. */
const SUCCESS_WORDS: Readonly<Record<string, string>> = {
  200: 'The answer.',
  201: 'Made.',
  202: 'Taken in; the work goes on, and its run tells how.',
  204: 'Done; there is nothing to say.',
};

/** What stands in addresses. */
const PARAMETERS: Readonly<Record<string, string>> = {
  documentId: 'Of a document, as lists, searches and runs give it.',
  chunkId: 'Of a passage, as a search or a citation gives it. It ends with its version.',
  runId: 'As the call that began the work answered it.',
  uploadId: 'As the call that began the upload answered it.',
  number: 'Of the part, from 1.',
  page: 'Of the source, from 1.',
  name: 'Of the collection.',
  keyId: 'As the list of keys gives it; not the key itself.',
  reviewId: 'As the queue of reviews gives it.',
  vectorIndexId: 'As the list of vector indexes gives it.',
  answerId: 'As the call that kept the answer told it.',
  goldenQuestionId: 'As the list of golden questions gives it.',
  webhookId: 'As the list of webhooks gives it.',
  deliveryId: 'As the list of deliveries gives it.',
  plan: 'What a key may ask for.',
  token: 'The token of the Temporal UI.',
};

/** Names the call, its answers and its refusals, each with the codes that this very call gives. */
export function describeOperation(route: string, operation: OperationObject): void {
  const described = OPERATIONS[route];
  if (!described) throw new Error(`${route} is not in the table of operations`);
  operation.operationId = described.id;
  if (described.asksForKey) operation.security = ANY_KEY;
  for (const parameter of operation.parameters ?? []) {
    const words = PARAMETERS[parameter.name];
    if (parameter.in === 'path' && words !== undefined) parameter.description ??= words;
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) >= 400) delete operation.responses[status];
    else if (response.description === 'Default Response') response.description = SUCCESS_WORDS[status] ?? 'The answer.';
  }
  for (const code of codesOf(described, operation)) addRefusal(operation, code);
  const { body, answer } = EXAMPLES[route] ?? {};
  if (body) give(operation.requestBody?.content, body);
  if (answer) for (const status of ['200', '201', '202']) give(operation.responses[status]?.content, answer);
}

function give(content: Record<string, MediaType> | undefined, example: unknown): void {
  const json = content?.['application/json'];
  if (json) json.example = example;
}

/** The codes with which this call may refuse. */
function codesOf(described: Operation, operation: OperationObject): ErrorCode[] {
  const guarded = (operation.security ?? []).length > 0;
  const bodies = Object.keys(operation.requestBody?.content ?? {});
  const withBody: readonly ErrorCode[] = bodies.includes('application/json')
    ? WITH_JSON
    : bodies.length > 0
      ? ['MEDIA_TYPE_UNSUPPORTED']
      : [];
  return [...new Set([...ANY, ...(guarded ? WITH_KEY : []), ...withBody, ...described.codes])];
}

function addRefusal({ responses }: OperationObject, code: ErrorCode): void {
  const { status } = ERRORS[code];
  const examples = {
    ...responses[status]?.content?.['application/json']?.examples,
    [code]: { $ref: `#/components/examples/${code}` },
  };
  responses[status] = {
    description: `Refused: ${Object.keys(examples).join(', ')}.`,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' }, examples } },
  };
}

const EXAMPLE_REQUEST = '0b9d6c1e-8f3a-4c52-9d1b-2f6a7e5c4d3b';

/** The codes with which a described call refuses. */
export function codesTold({ responses }: OperationObject): ErrorCode[] {
  return Object.values(responses).flatMap(
    ({ content }) => Object.keys(content?.['application/json']?.examples ?? {}) as ErrorCode[],
  );
}

/** What each code looks like, once for all calls. */
export function errorExamples(codes: Iterable<ErrorCode>): Record<string, { summary: string; value: object }> {
  return Object.fromEntries(
    [...codes].sort().map((code) => {
      const { message } = ERRORS[code];
      return [code, { summary: message, value: { error: true, code, message, requestId: EXAMPLE_REQUEST } }];
    }),
  );
}
