import type { SealedTexts } from '../../core/ports/sealed-texts.js';
import { keyedHasher } from './keyed-hasher.js';
import type { Keyring } from './keyring.js';
import { openBytes, sealBytes } from './seal.js';

/** Texts of one purpose, sealed for the row that they belong to: in another row they do not open. */
export function createSealedTexts(keyring: Keyring, purpose: string): SealedTexts {
  const hash = keyedHasher(keyring, purpose);
  const of = (owner: string) => ({ keyring, associatedData: `${purpose} ${owner}` });
  return {
    seal: (text, owner) => sealBytes(Buffer.from(text, 'utf8'), of(owner)),
    open: (sealed, owner) => openBytes(sealed, of(owner)).toString('utf8'),
    hash: (organizationId, text) => hash(`${organizationId}\n${text}`),
  };
}
