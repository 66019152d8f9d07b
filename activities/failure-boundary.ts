import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Failure, type FailureCode } from '../core/contract/failures.js';
import { beating } from './heartbeat.js';

/**
 * Codes that may be the file's own doing: tried a handful of times, so that a poisoned file ends instead of coming back
 * for ever. The other retryable codes are outages, and an outage is waited for.
 */
const MAY_BE_THE_FILE: ReadonlySet<FailureCode> = new Set<FailureCode>(['PARSER_CRASHED', 'OCR_FAILED', 'INTERNAL']);
const TRIES_OF_A_SUSPECT_FILE = 5;

/** A rate limit's window is a minute, a quota's a day; what asks for longer is asked again all the same. */
const LONGEST_WAIT_MS = 60 * 60_000;

/**
 * Wraps every activity: it heartbeats from its start to its end, and this is the one place where an error becomes Temporal's. A `Failure` keeps its code as type and is
 * retried or not as its code says; whatever else comes is `INTERNAL`. Messages are the operator's detail (ids, places,
 * numbers), never text of a document; the payload codec seals them all the same.
 */
export function withFailureBoundary<Input extends readonly unknown[], Result>(
  activity: (...input: Input) => Promise<Result>,
): (...input: Input) => Promise<Result> {
  return async (...input) => {
    try {
      return await beating(() => activity(...input));
    } catch (error) {
      throw toApplicationFailure(error, activityInfo().attempt);
    }
  };
}

/** `attempt` counts from 1. */
export function toApplicationFailure(error: unknown, attempt: number): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const failure = error instanceof Failure ? error : new Failure('INTERNAL', { cause: error });
  const givenUp = MAY_BE_THE_FILE.has(failure.code) && attempt >= TRIES_OF_A_SUSPECT_FILE;
  return ApplicationFailure.create({
    type: failure.code,
    message: failure.message,
    nonRetryable: !failure.retryable || givenUp,
    cause: failure,
    ...(failure.retryAfterMs === undefined ? {} : { nextRetryDelay: Math.min(failure.retryAfterMs, LONGEST_WAIT_MS) }),
  });
}
