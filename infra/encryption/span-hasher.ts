import type { OrganizationId } from '../../core/contract/ids.js';
import { keyedHash } from './keyed-hash.js';
import type { Keyring } from './keyring.js';

/** Keyed hashes of what screening found: by them a finding is told from another one, and none of its words. */
export function createSpanHasher(keyring: Keyring): (organizationId: OrganizationId, identity: string) => string {
  return (organizationId, identity) => keyedHash(keyring, 'phi-span', `${organizationId}\n${identity}`);
}
