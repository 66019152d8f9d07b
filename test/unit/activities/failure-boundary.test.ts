import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { toApplicationFailure } from '../../../activities/failure-boundary.js';
import { Failure } from '../../../core/contract/failures.js';

function boundary(error: unknown, attempt = 1): ApplicationFailure {
  const failure = toApplicationFailure(error, attempt);
  if (!(failure instanceof ApplicationFailure)) throw new Error('not an ApplicationFailure');
  return failure;
}

test('a failure that cannot succeed is not tried again', () => {
  expect(boundary(new Failure('PDF_ENCRYPTED'))).toMatchObject({ type: 'PDF_ENCRYPTED', nonRetryable: true });
});

test('an outage is waited for, however long', () => {
  expect(boundary(new Failure('DATABASE_UNAVAILABLE'), 99)).toMatchObject({ nonRetryable: false });
});

test('who is asked to stay away stays away so long, and an hour at most', () => {
  const retryAfter = (retryAfterMs: number) =>
    boundary(new Failure('EMBEDDING_UNAVAILABLE', { retryAfterMs })).nextRetryDelay;
  expect(retryAfter(90_000)).toBe(90_000);
  expect(retryAfter(86_400_000)).toBe(3_600_000);
  expect(boundary(new Failure('EMBEDDING_UNAVAILABLE')).nextRetryDelay).toBeUndefined();
});

test('what may be the file’s own doing is tried five times', () => {
  expect(boundary(new Failure('PARSER_CRASHED'), 4)).toMatchObject({ type: 'PARSER_CRASHED', nonRetryable: false });
  expect(boundary(new Failure('PARSER_CRASHED'), 5)).toMatchObject({ type: 'PARSER_CRASHED', nonRetryable: true });
});

test('an unexpected error becomes INTERNAL, and its text stays out of the message', () => {
  const failure = boundary(new Error('patient John Sample'));
  expect(failure).toMatchObject({ type: 'INTERNAL', message: 'INTERNAL' });
});

test('a cancellation stays one', () => {
  const cancelled = new CancelledFailure('cancelled');
  expect(toApplicationFailure(cancelled, 1)).toBe(cancelled);
});
