import type { OrganizationId } from '../contract/ids.js';

/** Texts that are kept sealed and found again by a keyed hash. */
export interface SealedTexts {
  /** For the row `owner`. */
  seal(text: string, owner: string): Uint8Array;
  /** Errors: `Failure KEY_MISSING`; throws on what was not sealed for this owner. */
  open(sealed: Uint8Array, owner: string): string;
  /** Equal for equal texts of one organization; base64url. */
  hash(organizationId: OrganizationId, text: string): string;
}
