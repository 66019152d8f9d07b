import { Failure } from '../../core/contract/failures.js';
import { parseSourceUri, type SourceLocation } from '../../core/contract/source-location.js';

/** Whether a part of the name begins with a dot: `.DS_Store`, `.git/…`, a sync tool's temporary files. */
export function isHiddenName(name: string): boolean {
  return /(^|\/)\./.test(name);
}

/** Errors: `Failure SOURCE_LOCATION_INVALID`. */
export function locationOf(uri: string): SourceLocation {
  const location = parseSourceUri(uri);
  if (location === null) throw new Failure('SOURCE_LOCATION_INVALID');
  return location;
}
