import { ApiRefusal, ApiUnreachable } from '../client/client.js';

/** What happened and what to do, for the person at the terminal. */
export function explainError(error: unknown): string {
  if (error instanceof ApiUnreachable) {
    return (
      `${error.message}. Start the system with "npm start", or say where it is with --url or MEDINDEX_URL.` +
      detailOf(error.cause)
    );
  }
  if (error instanceof ApiRefusal) {
    const hint = error.status === 401 ? ' Give a key with --key or MEDINDEX_API_KEY.' : '';
    return `${error.message}${hint} (${error.code}, request ${error.requestId})`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Node's code says most (`ECONNREFUSED`, `ENOENT` of the file that was to be sent). */
function detailOf(cause: unknown): string {
  for (let at = cause; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return ` (${at.code})`;
    if (at.name === 'TimeoutError') return ' (no answer in time)';
  }
  return '';
}
