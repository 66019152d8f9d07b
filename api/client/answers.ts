import type { ErrorBody, Meta } from '../schemas/envelope.js';

export interface Success<D, M = Meta> {
  readonly success: true;
  readonly data: D;
  readonly meta: M;
}

/** The API answered with an error of its table. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
    /** Machine-readable, where the error has some: fields, nearest names, states. */
    readonly details?: unknown,
    /** When it may be asked again, where the server says so (429, 503). */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** Nothing that speaks this API answered at the address. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';

  constructor(
    readonly url: string,
    cause: unknown,
  ) {
    super(`medindex does not answer at ${url}`, { cause });
  }
}

export function isSuccess(answer: unknown): answer is Success<unknown> {
  return typeof answer === 'object' && answer !== null && 'success' in answer && answer.success === true;
}

export function isRefusal(answer: unknown): answer is ErrorBody {
  return (
    typeof answer === 'object' && answer !== null && 'error' in answer && answer.error === true && 'code' in answer
  );
}
