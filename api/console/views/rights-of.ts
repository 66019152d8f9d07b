import type { KeyScope } from '../../../core/contract/states.js';
import type { KeyBody } from '../../schemas/key.js';

/** What a key may do, without what another of its scopes includes. */
export function rightsOf({ scopes }: KeyBody): readonly KeyScope[] {
  return scopes.includes('admin') ? ['admin'] : scopes;
}
