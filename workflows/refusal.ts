import { ApplicationFailure } from '@temporalio/common';
import type { FailureCode } from '../core/contract/failures.js';

/** What a validator throws: whoever sent the update learns the code at once. */
export function refusal(code: FailureCode): ApplicationFailure {
  return ApplicationFailure.nonRetryable(code, code);
}
