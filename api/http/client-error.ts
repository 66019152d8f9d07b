import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { ApiError, type ErrorCode } from '../errors.js';
import { errorBody } from './envelope.js';

/** A request line that is right but for its method, which Node's parser does not know. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP\/1\.[01]\r?\n/;
/** The request line stands at the start; a longer one than this has another mistake too. */
const REQUEST_LINE_BYTES = 8 * 1024;

const REASONS: Readonly<Record<400 | 501, string>> = { 400: 'Bad Request', 501: 'Not Implemented' };

/** Answers what is not HTTP at all, before there is a request: in the envelope, then hangs up. */
export function answerClientError(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  // The other side is gone: there is nobody to answer.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { rawPacket } = error;
  const start = Buffer.isBuffer(rawPacket) ? rawPacket.subarray(0, REQUEST_LINE_BYTES).toString('latin1') : '';
  const isUnknownMethod = error.code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(start);
  hangUpWith(isUnknownMethod ? 'METHOD_UNKNOWN' : 'REQUEST_MALFORMED', socket);
}

/** Answers `CONNECT`, which Node hands over as a bare socket; without an answer the caller is only cut off. */
export function answerConnect(_request: unknown, socket: Socket): void {
  hangUpWith('METHOD_UNKNOWN', socket);
}

function hangUpWith(code: Extract<ErrorCode, 'METHOD_UNKNOWN' | 'REQUEST_MALFORMED'>, socket: Socket): void {
  const error = new ApiError(code);
  const status = error.statusCode === 501 ? 501 : 400;
  const body = JSON.stringify(errorBody(error, randomUUID()));
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${REASONS[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
