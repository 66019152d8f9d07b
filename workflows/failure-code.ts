import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { isFailureCode, type FailureCode } from '../core/contract/failures.js';

/** The code under which an activity gave up; a timeout of an activity is a reader that did not come back. */
export function failureCodeOf(error: unknown): FailureCode {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isFailureCode(cause.type)) return cause.type;
  if (cause instanceof TimeoutFailure) return 'PARSER_TIMEOUT';
  return 'INTERNAL';
}
