import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/common';
import { isFailureCode, type FailureCode } from '../core/contract/failures.js';

/** The code under which an activity gave up; a timeout of an activity is a reader that did not come back. */
export function failureCodeOf(error: unknown): FailureCode {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return failureCodeOf(error.cause);
  if (error instanceof ApplicationFailure && isFailureCode(error.type)) return error.type;
  if (error instanceof TimeoutFailure) return 'PARSER_TIMEOUT';
  return 'INTERNAL';
}
