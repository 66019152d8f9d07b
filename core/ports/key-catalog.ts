import type { CollectionId, OrganizationId } from '../contract/ids.js';
import type { Plan } from '../contract/plans.js';
import type { KeyScope, SafetyLevel } from '../contract/states.js';

export interface ApiKey {
  readonly keyId: string;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly collections: 'all' | readonly CollectionId[];
  readonly safetyLevel: SafetyLevel;
  /** How much it may ask for. */
  readonly plan: Plan;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** To the minute; `null`: never, or before this was recorded. */
  readonly lastUsedAt: Date | null;
}

export type NewKey = Omit<ApiKey, 'createdAt' | 'plan' | 'lastUsedAt'> & {
  /** Default: `enterprise`. */ readonly plan?: Plan;
};

/** API keys, known only by the SHA-256 of their 256 random bits (no salt or stretching is needed at that entropy). */
export interface KeyCatalog {
  /**
   * `hash`: SHA-256 of the key's text. The key and its entry in the audit log (`actor`: who made it) are one transaction.
   * Storing the same hash again changes nothing.
   */
  store(key: NewKey, hash: Uint8Array, actor: string): Promise<void>;
  /** `null` when unknown, revoked or expired. */
  byHash(hash: Uint8Array): Promise<ApiKey | null>;
  /** `null` when unknown, revoked or expired. */
  byId(keyId: string): Promise<ApiKey | null>;
  /** Keys that are not revoked, expired ones too, the oldest first. */
  list(organizationId: OrganizationId): Promise<ApiKey[]>;
  /** Never moves a time back; a key that is unknown is left out. */
  recordUse(uses: readonly { readonly keyId: string; readonly at: Date }[]): Promise<void>;
  /** With its entry in the audit log. Counts from the next look-up of the key on. `false`: no such key, or it is revoked. */
  changePlan(input: { organizationId: OrganizationId; keyId: string; plan: Plan; actor: string }): Promise<boolean>;
  /** With its entry in the audit log, in one transaction. `false`: no such key, or it was revoked before. */
  revoke(organizationId: OrganizationId, keyId: string, actor: string): Promise<boolean>;
}
