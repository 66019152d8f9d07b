import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { type ErrorCode, ERRORS } from '../../api/errors.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The data of a success, whose envelope is checked on the way. */
export function dataOf<D>(response: LightMyRequestResponse, status = 200): D {
  const answer = response.json<{ success: boolean; data: D; meta: Record<string, unknown> }>();
  expect(response.statusCode, JSON.stringify(answer)).toBe(status);
  expect(answer.success).toBe(true);
  expect(answer.meta).toMatchObject({ version: '9.9.9' });
  expect(answer.meta['requestId']).toMatch(UUID);
  expect(answer.meta['tookMs']).toBeGreaterThanOrEqual(0);
  expect(new Date(String(answer.meta['timestamp'])).toISOString()).toBe(answer.meta['timestamp']);
  return answer.data;
}

export interface ErrorAnswer {
  readonly error: true;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: unknown;
  readonly requestId: string;
}

/** Checks that the answer is this error of the table, in its envelope, and returns it. */
export function expectError(response: LightMyRequestResponse, code: ErrorCode): ErrorAnswer {
  const answer = response.json<ErrorAnswer>();
  expect(answer).toMatchObject({ error: true, code });
  expect(response.statusCode).toBe(ERRORS[code].status);
  expect(answer.message.startsWith(ERRORS[code].message)).toBe(true);
  if (response.statusCode >= 500) expect(answer.message).toBe(ERRORS[code].message);
  expect(answer.requestId).toMatch(UUID);
  expect(response.headers['x-request-id']).toBe(answer.requestId);
  expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  return answer;
}
