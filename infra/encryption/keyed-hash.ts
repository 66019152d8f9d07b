import { createHmac, hkdfSync } from 'node:crypto';
import type { Keyring } from './keyring.js';
import { KEY_BYTES } from './keyring.js';

/**
 * HMAC-SHA-256 of a text, as 64 hex digits: for ids and log fields that must not tell a name or a query to whoever
 * lacks the keys. Every purpose has a key of its own (HKDF, RFC 5869), so hashes of two purposes cannot be compared.
 * Hangs on the oldest key: adding keys changes nothing. A start without that key is refused.
 */
export function keyedHash(keyring: Keyring, purpose: string, text: string): string {
  const key = hkdfSync('sha256', keyring.oldest.key, new Uint8Array(0), `medindex/keyed-hash/v1/${purpose}`, KEY_BYTES);
  return createHmac('sha256', new Uint8Array(key)).update(text, 'utf8').digest('hex');
}
