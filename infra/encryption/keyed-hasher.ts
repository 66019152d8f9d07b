import { createHmac, hkdfSync } from 'node:crypto';
import { KEY_BYTES, type Keyring } from './keyring.js';

/**
 * `keyedHash` for many texts of one purpose: its key is derived once. Base64url, 43 characters. A key is another one than
 * that of `keyedHash` for the same purpose, so the two cannot be compared.
 */
export function keyedHasher(keyring: Keyring, purpose: string): (text: string) => string {
  const derived = hkdfSync(
    'sha256',
    keyring.oldest.key,
    new Uint8Array(0),
    `medindex/keyed-hasher/v1/${purpose}`,
    KEY_BYTES,
  );
  const key = new Uint8Array(derived);
  return (text) => createHmac('sha256', key).update(text, 'utf8').digest('base64url');
}
