import { ApiRefusal, ApiUnreachable } from '../client/client.js';

/** Sentences of the API that name its calls, said with commands. */
const WORDS_FOR_THE_TERMINAL: Readonly<Record<string, string>> = {
  COLLECTION_NOT_FOUND: 'There is no such collection. See those there are with: npx medindex collections list',
  TOO_MANY_STREAMS: 'This key follows as many runs as it may. End some, or look with: npx medindex status <run id>',
};

/** What happened and what to do, for the person at the terminal. */
export function explainError(error: unknown): string {
  if (error instanceof ApiUnreachable) {
    return (
      `${error.message}. Start the system with "npm start", or say where it is with --url or MEDINDEX_URL.` +
      detailOf(error.cause)
    );
  }
  if (error instanceof ApiRefusal) {
    const message = WORDS_FOR_THE_TERMINAL[error.code] ?? error.message;
    const hint = error.status === 401 ? ' Give a key with --key or MEDINDEX_API_KEY.' : '';
    return `${message}${hint} (${error.code}, request ${error.requestId})`;
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
