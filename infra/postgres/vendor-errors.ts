import { Failure } from '../../core/contract/failures.js';

/** What Node says when nobody answers at the address, or stops answering. */
const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATEs after which another try may find the database well: connection exceptions (08), shutdown and start-up (57P),
 * out of connections or memory (53), a statement or lock that took too long.
 */
const PASSING_STATES = /^(?:08...|57P..|53...|57014|55P03)$/;

/** `pg` reports a lost connection as a plain error without a code. */
const LOST_CONNECTION =
  /connection terminated|connection error|timeout exceeded when trying to connect|connection timeout|not queryable|client was closed|cannot use a pool after/i;

/** Two transactions stood in each other's way and one was chosen to try again. */
export function isTransactionConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
}

/** SQLSTATE of an error of the server. */
export function sqlState(error: unknown): string | undefined {
  const code = property(error, 'code');
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !SOCKET_ERRORS.has(code) ? code : undefined;
}

/** Name of the constraint that a row violated. */
export function violatedConstraint(error: unknown): string | undefined {
  return property(error, 'constraint');
}

/**
 * An error of `pg` as a `Failure`. Its message, detail and parameters stay behind, since Postgres quotes values in them;
 * SQLSTATE and names of tables and constraints are enough to find the fault.
 */
export function databaseFailure(operation: string, error: unknown): unknown {
  if (error instanceof Failure) return error;
  const state = sqlState(error);
  const code = property(error, 'code');
  const message = error instanceof Error ? error.message : '';
  if (state ? PASSING_STATES.test(state) : (code && SOCKET_ERRORS.has(code)) || LOST_CONNECTION.test(message)) {
    return new Failure('DATABASE_UNAVAILABLE', { detail: place(operation, { state: state ?? code }) });
  }
  // Not the database's: a programming error of ours keeps its own stack.
  if (!state) return error;
  return new Failure('INTERNAL', {
    detail: place(operation, { state, table: property(error, 'table'), constraint: violatedConstraint(error) }),
  });
}

function place(operation: string, names: Record<string, string | undefined>): string {
  const named = Object.entries(names).flatMap(([name, value]) => (value ? [`${name}=${value}`] : []));
  return [`operation=${operation}`, ...named].join(', ');
}

function property(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
