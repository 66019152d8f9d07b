import { destination, type DestinationStream, type Logger, pino } from 'pino';
import { Failure } from '../../core/contract/failures.js';
import type { LogLevel } from '../config.js';

export type Log = Logger;

export interface LogOptions {
  /** Which process speaks: `api`, `worker`, … */
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go; default stdout, written at once so that a crash loses none. */
  readonly stream?: DestinationStream;
}

/**
 * JSON lines `{"level":"info","time":"…","name":"api","msg":"constant phrase", …ids and numbers}`.
 * Messages are constant phrases; fields are ids, codes and numbers: no text of a document, file name or query.
 */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      level: options.level,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: safeError, error: safeError },
    },
    options.stream ?? destination({ dest: 1, sync: true }),
  );
}

export interface SafeError {
  readonly type: string;
  readonly code?: string;
  /** Only of errors whose text is known to hold no content. */
  readonly message?: string;
  /** Frames without the line that repeats the message. */
  readonly stack?: string;
  readonly cause?: SafeError;
}

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 4;

/**
 * An error as it may be logged. Messages of other people's errors are left out: a JSON parse error quotes its input,
 * Postgres quotes the row, the file system quotes file names, and each may hold a patient's name.
 */
export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { type: typeof error };
  const code =
    'code' in error && typeof error.code === 'string' && /^\w{1,64}$/.test(error.code) ? error.code : undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(mayBeQuoted(error, code) ? { message: error.message } : {}),
    ...(frames && frames.length > 0 ? { stack: frames.join('\n') } : {}),
    ...(error.cause !== undefined && depth < MAX_CAUSES ? { cause: safeError(error.cause, depth + 1) } : {}),
  };
}

/** Ours are constant sentences; V8's own type errors speak of code, Node's (they have a code) quote values. */
function mayBeQuoted(error: Error, code: string | undefined): boolean {
  if (error instanceof Failure || ['InvalidSettings', 'StartRefused', 'SchemaMismatch'].includes(error.name))
    return true;
  return (error instanceof TypeError || error instanceof ReferenceError) && code === undefined;
}
