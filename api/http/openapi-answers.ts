import { ERRORS, type ErrorCode } from '../errors.js';
import { OPERATIONS } from './operations.js';

/** The parts of an operation of the OpenAPI document that are looked at or made here. */
export interface OperationObject {
  operationId?: string;
  security?: readonly object[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, ResponseObject>;
}

export interface MediaType {
  schema?: unknown;
  example?: unknown;
  examples?: Record<string, { summary?: string; value: unknown }>;
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
const WITH_KEY: readonly ErrorCode[] = ['KEY_REQUIRED', 'KEY_INVALID', 'SCOPE_MISSING'];
const WITH_JSON: readonly ErrorCode[] = ['JSON_MALFORMED', 'JSON_TOO_DEEP', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];

/** What a status of success means where the route does not say it. */
const SUCCESS_WORDS: Readonly<Record<string, string>> = {
  200: 'The answer.',
  201: 'Made.',
  202: 'Taken in; the work goes on, and its run tells how.',
  204: 'Done; there is nothing to say.',
};

/** The codes with which this call may refuse; `null`: nobody said, so any code of its statuses may come. */
function codesOf(route: string, operation: OperationObject): readonly ErrorCode[] | null {
  const described = OPERATIONS[route];
  if (!described) return null;
  const guarded = (operation.security ?? []).length > 0;
  const bodies = Object.keys(operation.requestBody?.content ?? {});
  const codes = [
    ...ANY,
    ...(guarded ? WITH_KEY : []),
    ...(bodies.includes('application/json')
      ? WITH_JSON
      : bodies.length > 0
        ? (['MEDIA_TYPE_UNSUPPORTED'] as const)
        : []),
    ...described.codes,
  ];
  return [...new Set(codes)];
}

/** Names the call, its answers and its refusals, each with the codes that this very call gives. */
export function describeOperation(route: string, operation: OperationObject): void {
  operation.operationId = OPERATIONS[route]?.id ?? nameOf(route);
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response.description === 'Default Response') response.description = SUCCESS_WORDS[status] ?? 'The answer.';
  }
  const codes = codesOf(route, operation) ?? everyCodeOf(Object.keys(operation.responses));
  for (const status of Object.keys(operation.responses)) if (Number(status) >= 400) delete operation.responses[status];
  for (const code of codes) addRefusal(operation, code);
  const example = OPERATIONS[route]?.example;
  const body = operation.requestBody?.content['application/json'];
  if (example && body) body.example = example;
}

function addRefusal({ responses }: OperationObject, code: ErrorCode): void {
  const { status, message } = ERRORS[code];
  const known = responses[status]?.content?.['application/json'];
  const examples = known?.examples ?? {};
  examples[code] = { summary: message, value: { error: true, code, message, requestId: EXAMPLE_REQUEST } };
  responses[status] = {
    description: `Refused: ${Object.keys(examples).join(', ')}.`,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' }, examples } },
  };
}

const EXAMPLE_REQUEST = '0b9d6c1e-8f3a-4c52-9d1b-2f6a7e5c4d3b';

function everyCodeOf(statuses: readonly string[]): ErrorCode[] {
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => statuses.includes(String(ERRORS[code].status)));
}

/** `GET /v1/things/{thingId}/parts` is `getThingsParts`. */
function nameOf(route: string): string {
  const [method = '', path = ''] = route.split(' ');
  const words = path.replace(/\{[^}]*\}|^\/v1\//g, '').split(/[^A-Za-z0-9]+/);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
