import Type, { type TProperties, type TSchema } from 'typebox';
import { ERRORS, type ErrorCode, type ErrorStatus } from '../errors.js';
import { Timestamp } from './fields.js';

/** Codes of one status, for the documentation of an answer. */
function codesOf(status: ErrorStatus): string[] {
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].status === status);
}

function errorBody(status: ErrorStatus) {
  return Type.Object(
    {
      error: Type.Literal(true),
      code: Type.String({ description: `Stable. One of ${codesOf(status).join(', ')}.` }),
      message: Type.String({ description: 'What happened and what to do.' }),
      details: Type.Optional(Type.Unknown()),
      requestId: Type.String(),
    },
    { description: `Refused: ${codesOf(status).join(', ')}` },
  );
}

const ERROR_BODIES = {
  400: errorBody(400),
  401: errorBody(401),
  403: errorBody(403),
  404: errorBody(404),
  405: errorBody(405),
  409: errorBody(409),
  410: errorBody(410),
  413: errorBody(413),
  415: errorBody(415),
  422: errorBody(422),
  429: errorBody(429),
  500: errorBody(500),
  501: errorBody(501),
  503: errorBody(503),
} as const satisfies Record<ErrorStatus, TSchema>;

/** Of any status, as the OpenAPI document names it; which codes a call gives stands beside its answers. */
export const ErrorBody = Type.Object({
  error: Type.Literal(true),
  code: Type.String({ description: 'Stable; programs go by it.' }),
  message: Type.String({ description: 'What happened and what to do.' }),
  details: Type.Optional(Type.Unknown({ description: 'Machine-readable, where there is more to say.' })),
  requestId: Type.String({ description: 'For whoever looks into it; also in the header x-request-id.' }),
});

export type ErrorBody = Type.Static<typeof ErrorBody>;

/** The answers that a route may refuse with, besides those that any route may give. */
export function refusals<S extends ErrorStatus>(...statuses: S[]): Pick<typeof ERROR_BODIES, S | 400 | 500 | 503> {
  const declared = [...statuses, 400, 500, 503] as (S | 400 | 500 | 503)[];
  return Object.fromEntries(declared.map((status) => [status, ERROR_BODIES[status]])) as Pick<
    typeof ERROR_BODIES,
    S | 400 | 500 | 503
  >;
}

/** Refusals of a route that needs a key, and counts its requests. */
export function guardedRefusals<S extends ErrorStatus = never>(...statuses: S[]) {
  return refusals<S | 401 | 403 | 429>(...statuses, 401, 403, 429);
}

const META = {
  timestamp: Timestamp,
  version: Type.String({ description: 'Version of medindex.' }),
  requestId: Type.String(),
  tookMs: Type.Number(),
};

export const Meta = Type.Object(META);
export type Meta = Type.Static<typeof Meta>;

/** The envelope of every success. */
export function success<T extends TSchema>(data: T) {
  return Type.Object({ success: Type.Literal(true), data, meta: Meta });
}

/** The envelope of a success that says more about how it was made. */
export function successWith<T extends TSchema, M extends TProperties>(data: T, meta: M) {
  return Type.Object({ success: Type.Literal(true), data, meta: Type.Object({ ...META, ...meta }) });
}
