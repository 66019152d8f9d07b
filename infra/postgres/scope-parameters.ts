import type { AccessScope } from '../../core/ports/access-scope.js';
import { isUuid } from './storable.js';

/** Collections of a scope as a parameter `uuid[]`; null means all of the organization. */
export function scopedCollections(scope: AccessScope): string[] | null {
  return scope.collections === 'all' ? null : scope.collections.filter(isUuid);
}
