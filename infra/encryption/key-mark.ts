import { createHmac, hkdfSync } from 'node:crypto';
import { KEY_BYTES } from './keyring.js';
import type { EncryptionKey } from '../settings-reader.js';

/** Which keys a deployment has, without the keys: tells by comparison whether two keys of one id are the same. */
export interface KeyMark {
  readonly id: string;
  /** HMAC-SHA-256 under a key that is derived for this purpose alone (HKDF, RFC 5869): 64 hex digits. */
  readonly mark: string;
}

export function keyMark({ id, key }: EncryptionKey): KeyMark {
  const derived = hkdfSync('sha256', key, new Uint8Array(0), 'medindex/key-mark/v1', KEY_BYTES);
  return { id, mark: createHmac('sha256', new Uint8Array(derived)).update(id, 'utf8').digest('hex') };
}
