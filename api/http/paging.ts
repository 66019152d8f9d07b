import type { ChunkPlace } from '../../core/ports/document-catalog.js';
import { ApiError } from '../errors.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * One page of a list that was asked for one item more than its limit: the extra item says that there is a next page.
 * `next` is the cursor of the last item shown, or `null` on the last page.
 */
export function cutPage<T>(found: readonly T[], limit: number, cursorOf: (item: T) => string) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** Errors: `CURSOR_INVALID`. */
export function uuidCursor(cursor: string): string {
  if (!UUID.test(cursor)) throw new ApiError('CURSOR_INVALID');
  return cursor;
}

/** Errors: `CURSOR_INVALID`. */
export function numberCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new ApiError('CURSOR_INVALID');
  return Number(cursor);
}

/** `<version>.<ordinal>`. Errors: `CURSOR_INVALID`. */
export function chunkCursor(cursor: string): ChunkPlace {
  const [versionId = '', ordinal = '', ...rest] = cursor.split('.');
  if (!UUID.test(versionId) || !/^\d{1,9}$/.test(ordinal) || rest.length > 0) throw new ApiError('CURSOR_INVALID');
  return { versionId, ordinal: Number(ordinal) };
}
