import { describe, expect, it } from 'vitest';
import { ApiError, type ErrorCode, ERRORS, fromFailure } from '../../../api/errors.js';
import { errorBody } from '../../../api/http/envelope.js';
import { toApiError } from '../../../api/http/error-handler.js';
import { Failure, type FailureCode, FAILURES } from '../../../core/contract/failures.js';

describe('the error table', () => {
  it('has stable codes, real statuses and sentences that end', () => {
    for (const [code, { status, message }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(message).toMatch(/^[A-Z].*[.…]$/);
    }
  });

  it('says nothing but the constant sentence for a 5xx', () => {
    const error = new ApiError('INTERNAL', { explanation: 'Patient John', cause: new Error('John') });
    expect(errorBody(error, 'r1')).toEqual({
      error: true,
      code: 'INTERNAL',
      message: ERRORS.INTERNAL.message,
      requestId: 'r1',
    });
  });

  it('adds what is wrong to a 4xx', () => {
    const error = new ApiError('METADATA_INVALID', {
      explanation: 'metadata.title is too long.',
      details: { field: 'title' },
    });
    const body = errorBody(error, 'r1');
    expect(body.message).toBe(`${ERRORS.METADATA_INVALID.message} metadata.title is too long.`);
    expect(body.details).toEqual({ field: 'title' });
  });

  it('turns every failure of a port into an error of the table, without its detail', () => {
    for (const code of Object.keys(FAILURES) as FailureCode[]) {
      const error = fromFailure(new Failure(code, { detail: 'bucket=secret' }));
      expect(Object.keys(ERRORS)).toContain(error.code);
      expect(JSON.stringify(errorBody(error, 'r1'))).not.toContain('secret');
    }
  });

  it.each<[unknown, ErrorCode]>([
    [new Error('anything'), 'INTERNAL'],
    ['a string', 'INTERNAL'],
    [null, 'INTERNAL'],
    [Object.assign(new Error('x'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' }), 'BODY_TOO_LARGE'],
    [Object.assign(new Error('x'), { code: '23505' }), 'INTERNAL'],
    [new Failure('DATABASE_UNAVAILABLE'), 'DATABASE_UNAVAILABLE'],
    [new Failure('PDF_DAMAGED'), 'INTERNAL'],
  ])('knows %s as %s', (error, code) => {
    expect(toApiError(error).code).toBe(code);
  });
});
