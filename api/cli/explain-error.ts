import { ApiRefusal, ApiUnreachable } from '../client/client.js';

/** Sentences of the API that name its calls, said with commands. */
const WORDS_FOR_THE_TERMINAL: Readonly<Record<string, string>> = {
  COLLECTION_NOT_FOUND: 'There is no such collection. See those there are with: npx medindex collections list',
  SUPERSEDED_NOT_FOUND:
    'What --supersedes names is not in this collection. Correct the name, or add --supersedes-later if it is to come later.',
  MODEL_UNKNOWN: 'This system has no embedding model of this name. An operator adds models with EMBEDDING_MODELS.',
  VECTOR_STORE_UNKNOWN: 'This store of vectors is not set up here. An operator sets Qdrant up with QDRANT_URL.',
  NO_FORMER_VERSION:
    'The document has no version that was published before this one. Name the edition to compare it with: --with <document>',
  VECTOR_INDEX_NOT_FOUND: 'There is no such vector index. See those there are with: npx medindex index status',
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
    const message =
      (WORDS_FOR_THE_TERMINAL[error.code] ?? error.message) + placesOf(error) + nearestOf(error) + choicesOf(error);
    const hint = error.status === 401 ? ' Give a key with --key or MEDINDEX_API_KEY.' : '';
    return `${message}${hint} (${error.code}, request ${error.requestId})`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Which of several names it was, counted from 1 as people do. */
function placesOf({ code, details }: ApiRefusal): string {
  if (code !== 'COLLECTION_NOT_FOUND') return '';
  const { fields } = (details ?? {}) as { fields?: { field?: string }[] };
  const places = fields?.flatMap(({ field }) => {
    const [, at] = /\[(\d+)\]$/.exec(field ?? '') ?? [];
    return at === undefined ? [] : [Number(at) + 1];
  });
  return places === undefined || places.length === 0
    ? ''
    : ` Of the names given, in their order: ${places.join(', ')}.`;
}

/** Names that were probably meant. */
function nearestOf({ details }: ApiRefusal): string {
  if (typeof details !== 'object' || details === null || !('nearest' in details)) return '';
  const nearest = Array.isArray(details.nearest) ? (details.nearest as { externalId?: unknown }[]) : [];
  const names = nearest.flatMap(({ externalId }) => (typeof externalId === 'string' ? [externalId] : []));
  return names.length === 0 ? '' : ` Near to it: ${names.join(', ')}.`;
}

/** Those that there are, where a name is of none of them. */
function choicesOf({ code, details }: ApiRefusal): string {
  if (code !== 'MODEL_UNKNOWN' && code !== 'VECTOR_STORE_UNKNOWN') return '';
  const { models, stores } = (details ?? {}) as { models?: unknown; stores?: unknown };
  const names = [models, stores].find(Array.isArray) as unknown[] | undefined;
  return names === undefined ? '' : ` It has: ${names.join(', ')}.`;
}

/** Node's code says most (`ECONNREFUSED`, `ENOENT` of the file that was to be sent). */
function detailOf(cause: unknown): string {
  for (let at = cause; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return ` (${at.code})`;
    if (at.name === 'TimeoutError') return ' (no answer in time)';
  }
  return '';
}
