import { createHash } from 'node:crypto';

/** The bound of an external id in the API; in UTF-16 code units. */
const MAX_LENGTH = 500;
/** What of a longer name stays readable. */
const READABLE_LENGTH = 400;

/**
 * External id of the one document in a source that a sync or a URI brought: its URI. A longer one than an external id may
 * be keeps its beginning and gets a hash for the rest; the same URI always gets the same id.
 */
export function sourceDocumentId(uri: string): string {
  if (uri.length <= MAX_LENGTH) return uri;
  const hash = createHash('sha256').update(uri).digest('hex');
  return `${uri.slice(0, READABLE_LENGTH).toWellFormed()}…sha256:${hash}`;
}
