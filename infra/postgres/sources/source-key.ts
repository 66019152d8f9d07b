import { createHash } from 'node:crypto';

/** Postgres indexes values of up to 2,700 bytes; names that long are rare, and told apart as well by their hash. */
const MAX_PLAIN_BYTES = 1_500;

/** Identity of a source in its collection, as short as an index needs it. */
export function storableSourceKey(sourceKey: string): string {
  if (Buffer.byteLength(sourceKey) <= MAX_PLAIN_BYTES) return sourceKey;
  return `${sourceKey.slice(0, sourceKey.indexOf(':') + 1)}sha256:${createHash('sha256').update(sourceKey).digest('hex')}`;
}
